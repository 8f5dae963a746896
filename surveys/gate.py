"""The gate: may these people be asked, and if not, why not. One place and one order for every sender, decided in sets.

One statement judges any number of people. RULES stand in their order; the first that holds is the reason. Then, in the
order of their ids, decision makers first, colleagues take what the account's cap leaves; who is not in the sample takes
none of it. What the limit of a day and working hours do is in `surveys.moments`: they postpone.

A refused person is not asked later. Periods are exact multiples of 24 hours between the moment this mail would go out
and any that was sent, or is planned: one that is planned for after the period does not count. A wave has patience: who
was asked a period before it ends is asked in it, when the period is over.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Contact
from lib.addresses import FREE_MAIL, ROLES, domain_of
from outbox import queries as outbox_queries
from surveys import audience, moments
from surveys.models import Refusal, Survey, SurveySettings
from workspaces import tenancy
from workspaces.queries import members

Reason = Refusal.Reason
CAP_DAYS = timedelta(days=30)


@dataclass(frozen=True)
class Asking:
    """What people are to be asked about, and the moment from which on: by the occasion one person is asked once.

    `is_for_one`: the occasion names the person, who may be none the survey is for; once anybody was asked, nobody is.
    `spread_days`: over so many working days mails are spread; 0: all go out at once. `patience`: so long after `at` a
    mail may go out because a period has to end.
    """

    survey: Survey
    occasion: str
    at: datetime
    is_for_one: bool = False
    spread_days: int = 0
    patience: timedelta = timedelta()


@dataclass(frozen=True)
class Verdict:
    """The reason not to ask one person; None: ask, though not before `free_at`, if a period ends then."""

    contact_id: int
    account_id: int
    reason: Reason | None
    free_at: datetime | None


# What may arise between planning a mail and sending it is looked at again then. `c` is a candidate, `s` their survey.
STANDING: tuple[tuple[Reason, str], ...] = (
    (Reason.OPTED_OUT, "c.opted_out_at is not null or c.consent = 'withdrawn'"),
    (Reason.LEFT, "c.left_at is not null"),
    (Reason.SUPPRESSED, "c.id = any(%(suppressed)s)"),
    (Reason.BAD_ADDRESS, "c.email !~ %(address)s or split_part(split_part(c.email, '@', 1), '+', 1) ~* %(roles)s"),
    (Reason.STAFF, "lower(c.email) = any(%(staff)s) or split_part(lower(c.email), '@', 2) = any(%(domains)s)"),
    (Reason.OFF, "not %(is_on)s or not s.is_on or s.retired_at is not null"),
)
HELD: tuple[tuple[Reason, str], ...] = (
    (Reason.ESCALATION_OPEN, "h.is_escalated"),
    (Reason.RENEWAL_DISPUTED, "h.is_disputed"),
)
RULES: tuple[tuple[Reason, str], ...] = (
    *STANDING,
    (Reason.NOT_IN_AUDIENCE, "c.is_outside"),
    *HELD,
    (Reason.ASKED, "about.contact_id is not null or %(is_taken)s"),
    (Reason.QUIET, "near.is_any"),
    (Reason.SURVEY_QUIET, "near.is_same"),
)
# One address of a person: nothing that would end it, or begin another.
_PART = r"[^@.[:space:][:cntrl:]\"(),:;<>\[\]\\]+"
ADDRESS = rf"^{_PART}(\.{_PART})*@{_PART}(\.{_PART})+$"


def _case(rules: tuple[tuple[Reason, str], ...]) -> str:
    return "case " + " ".join(f"when {holds} then '{reason.value}'" for reason, holds in rules) + " end"


_HELD = """
held as (
    select account_id, bool_or(kind = 'escalation') as is_escalated, bool_or(kind = 'dispute') as is_disputed
    from surveys_hold where workspace_id = %(workspace)s and ended_at is null group by account_id
)"""
# Less than a period before or after this mail, whenever it goes out. Without a period nothing is near.
_NEAR = "(%(at)s + %(patience)s < mail + %({0})s and mail < %(latest)s + %({0})s and %({0})s > '0')"
_OVER = "max(mail + %({0})s) filter (where %(at)s < mail + %({0})s and mail + %({0})s <= %(at)s + %(patience)s"
DECIDE = f"""
with candidate as materialized (
    select id, account_id, email, opted_out_at, consent, left_at, role,
        not id = any(%(inside)s) and %(is_narrow)s as is_outside
    from accounts_contact where workspace_id = %(workspace)s and id in (select id from ({{candidates}}) chosen (id))
), {_HELD}, near as (
    select contact_id, bool_or({_NEAR.format("quiet")}) as is_any,
        bool_or(survey_id = %(survey)s and {_NEAR.format("survey_quiet")}) as is_same,
        greatest({_OVER.format("quiet")}), {_OVER.format("survey_quiet")} and survey_id = %(survey)s)) as free_at
    from (
        select contact_id, survey_id, coalesce(sent_at, send_at) as mail from surveys_invitation
        where workspace_id = %(workspace)s and cancelled_at is null and contact_id in (select id from candidate)
            and coalesce(sent_at, send_at) > %(at)s - greatest(%(quiet)s, %(survey_quiet)s)
    ) sent group by contact_id
), about as (
    select distinct contact_id from surveys_invitation
    where workspace_id = %(workspace)s and survey_id = %(survey)s and occasion = %(occasion)s
), used as (
    select account_id, count(*) as mails from surveys_invitation
    where workspace_id = %(workspace)s and cancelled_at is null and %(cap)s > 0
        and account_id in (select account_id from candidate)
        and coalesce(sent_at, send_at) > %(at)s - %(cap_days)s
    group by account_id
), judged as (
    select c.id, c.account_id, c.role, {_case(RULES)} as reason, %(sample)s >= 100 or {{sampled}} as is_sampled,
        near.free_at
    from candidate c
    join surveys_survey s on s.workspace_id = %(workspace)s and s.id = %(survey)s
    left join held h on h.account_id = c.account_id
    left join near on near.contact_id = c.id
    left join about on about.contact_id = c.id
)
"""  # noqa: S608  our own words
# Only where an account may get so many mails, colleagues are counted.
_PLAIN = """
select id, account_id, coalesce(reason, case when not is_sampled then 'not_sampled' end), free_at from judged
"""
_CAPPED = """
, counted as (
    select j.*, coalesce(u.mails, 0) + count(*) filter (where j.reason is null and j.is_sampled) over (
        partition by j.account_id order by j.role <> 'decision_maker', j.id
        rows between unbounded preceding and 1 preceding
    ) as mails
    from judged j left join used u on u.account_id = j.account_id
)
select id, account_id, coalesce(
    reason, case when mails >= %(cap)s then 'account_cap' when not is_sampled then 'not_sampled' end
), free_at from counted
"""
# 0 to 99 from 32 bits of a hash, in a way that Python can repeat; the same for every retry.
_SAMPLED = "('x' || left(md5(%(sample_of)s || c.id), 8))::bit(32)::bigint %% 100 < %(sample)s"
LAST_LOOK = f"""
with {_HELD}
select i.id, {_case((*STANDING, *HELD))}
from surveys_invitation i
join accounts_contact c on c.workspace_id = i.workspace_id and c.id = i.contact_id
join surveys_survey s on s.workspace_id = i.workspace_id and s.id = i.survey_id
left join held h on h.account_id = i.account_id
where i.workspace_id = %(workspace)s and i.id = any(%(invitations)s)
"""  # noqa: S608  our own words


def decide(asking: Asking, people: QuerySet[Contact], ours: SurveySettings) -> list[Verdict]:
    """Judge everybody of `people`, in one statement, by id."""
    survey = asking.survey
    chosen, chosen_params = people.order_by().values("pk").query.sql_with_params()
    sql = DECIDE + (_CAPPED if ours.account_cap else _PLAIN) + "order by id"
    is_narrow = asking.is_for_one and audience.is_narrow(survey)
    values = {
        **house(people, ours),
        "survey": survey.pk,
        "occasion": asking.occasion,
        "at": asking.at,
        "patience": asking.patience,
        "latest": _latest(asking, ours),
        "quiet": ours.quiet,
        "survey_quiet": timedelta(days=survey.quiet_days),
        "cap": ours.account_cap,
        "cap_days": CAP_DAYS,
        "sample": survey.sample_percent,
        "sample_of": sample_key(survey.pk, asking.occasion),
        "is_narrow": is_narrow,
        "is_taken": asking.is_for_one and _is_taken(asking),
        "inside": list(audience.of(survey, people).values_list("pk", flat=True)) if is_narrow else [],
    }
    named = {f"chosen_{place}": value for place, value in enumerate(chosen_params)}
    return [
        Verdict(contact_id, account_id, Reason(reason) if reason else None, free_at)
        for contact_id, account_id, reason, free_at in _rows(
            sql.format(candidates=chosen % tuple(f"%({name})s" for name in named), sampled=_SAMPLED), values | named
        )
    ]


def last_look(invitation_ids: Collection[int], people: QuerySet[Contact], ours: SurveySettings) -> dict[int, Reason]:
    """The reasons that have arisen since these were planned, by invitation; most have none."""
    rows = _rows(LAST_LOOK, {**house(people, ours), "invitations": list(invitation_ids)})
    return {pk: Reason(reason) for pk, reason in rows if reason}


def house(people: QuerySet[Contact], ours: SurveySettings) -> dict[str, Any]:
    """What is the same for everybody in a workspace; a free-mail domain is nobody's company."""
    staff = [email.lower() for email in members().values_list("user__email", flat=True)]
    return {
        "workspace": tenancy.current_id(),
        "is_on": ours.is_on,
        "staff": staff,
        "domains": sorted({domain_of(email) for email in staff} - FREE_MAIL),
        "address": ADDRESS,
        "roles": f"^({ROLES})$",
        "suppressed": _suppressed(people),
    }


def sample_key(survey_id: int, occasion: str) -> str:
    """What stands before a contact's id in the text that is hashed."""
    return f"{survey_id}:{occasion}:"


def _suppressed(people: QuerySet[Contact]) -> list[int]:
    """Those whose address gets no mail any more."""
    if not outbox_queries.suppressions().exists():
        return []
    addresses = dict(people.order_by().exclude(email="").values_list("pk", "email"))
    none_to = outbox_queries.suppressed(addresses.values())
    return [pk for pk, email in addresses.items() if email in none_to]


def _latest(asking: Asking, ours: SurveySettings) -> datetime:
    """When the last mail of it may go out, after waiting for a period's end, working hours, and room within a day."""
    is_in_hours = asking.spread_days or asking.survey.keeps_hours
    days = (moments.WEEKEND if is_in_hours else 0) + (moments.MOST_DAYS_LATER if ours.daily_cap else 0)
    return asking.at + max(asking.patience, moments.span(asking.spread_days)) + timedelta(days=days)


def _is_taken(asking: Asking) -> bool:
    """Whether anybody was asked about the occasion."""
    return asking.survey.invitations.filter(occasion=asking.occasion).exists()


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
