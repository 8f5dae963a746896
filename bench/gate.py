"""The gate deciding about 100,000 people in sets, against one SQL statement written by hand for the same question.

Both run as the application does, under row-level security, and hand their verdicts to Python. `plain`: a survey for
all; `limits`: a sample of half and a cap of two mails an account. The hand-written statement knows the survey and the
settings by heart; the verdicts of both are compared.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, connections  # noqa: E402

from accounts.models import Contact  # noqa: E402
from bench import report  # noqa: E402
from lib.addresses import ROLES  # noqa: E402
from surveys import gate, queries  # noqa: E402
from surveys.actions import settings as survey_settings  # noqa: E402
from surveys.models import Survey  # noqa: E402
from workspaces import actions as workspace_actions  # noqa: E402
from workspaces import tenancy  # noqa: E402

NAME = "Bench gate"
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
GOAL = 2.0

ROWS = """
insert into accounts_account (workspace_id, name, domains, tier, industry, currency, created_at, stage, stage_since,
    health_band, health_coverage, custom)
select %(ws)s, 'Customer ' || g, '{}', 'standard', '', 'EUR', %(at)s, 'use', %(at)s, '', 0, '{}'
from generate_series(1, %(people)s / 3 + 1) g;
insert into accounts_contact (workspace_id, account_id, name, email, title, role, locale, created_at, consent,
    consent_source, custom, external_id, influence, source, stance, time_zone, opted_out_at)
select a.workspace_id, a.id, 'Person ' || a.id || ' ' || k,
    case when a.id %% 40 = 0 then 'noreply' else 'p' end || a.id || '.' || k || '@customer' || a.id || '.example', '',
    (array['decision_maker', 'champion', 'end_user'])[k], 'en', %(at)s, '', '', '{}', '', '', '', '', '',
    case when (a.id + k) %% 20 = 0 then %(at)s end
from accounts_account a cross join generate_series(1, 3) k where a.workspace_id = %(ws)s
order by a.id, k limit %(people)s;
insert into surveys_invitation (workspace_id, survey_id, metric, account_id, contact_id, episode, token_hash, locale,
    created_at, send_at, sent_at, expires_at, agent_name, stage)
select c.workspace_id, s.id, s.kind, c.account_id, c.id, 0, '', '', %(at)s, w.sent_at, w.sent_at, %(at)s, '', ''
from accounts_contact c join surveys_survey s on s.workspace_id = c.workspace_id and s.kind = 'nps'
cross join lateral (select %(at)s - make_interval(days => (c.id %% 120)::int) as sent_at) w
where c.workspace_id = %(ws)s and c.id %% 5 = 0;
insert into surveys_hold (workspace_id, account_id, kind, source, note, begun_at)
select workspace_id, id, (array['escalation', 'dispute'])[1 + id %% 2], '', '', %(at)s
from accounts_account where workspace_id = %(ws)s and id %% 50 = 0
"""
BY_HAND = """
select c.id, case
    when c.opted_out_at is not null then 'opted_out'
    when c.left_at is not null then 'left'
    when c.email !~ %(address)s or split_part(split_part(c.email, '@', 1), '+', 1) ~* %(roles)s then 'bad_address'
    when h.kind is not null then case h.kind when 'escalation' then 'escalation_open' else 'renewal_disputed' end
    when %(at)s < i.any_survey + interval '7 days' then 'quiet'
    when %(at)s < i.same + interval '90 days' then 'nps_quiet'
end
from accounts_contact c
left join surveys_hold h on h.workspace_id = %(ws)s and h.account_id = c.account_id and h.ended_at is null
left join (
    select contact_id, max(coalesce(sent_at, send_at)) as any_survey,
        max(coalesce(sent_at, send_at)) filter (where survey_id = %(survey)s) as same
    from surveys_invitation where workspace_id = %(ws)s and cancelled_at is null group by contact_id
) i on i.contact_id = c.id
where c.workspace_id = %(ws)s
order by c.id
"""
LIMITED = """
with judged as ({by_hand}), drawn as (
    select j.id, c.account_id, c.role, j.reason,
        ('x' || left(md5(%(sample_of)s || j.id), 8))::bit(32)::bigint %% 100 < 50 as is_drawn
    from judged j (id, reason) join accounts_contact c on c.workspace_id = %(ws)s and c.id = j.id
), used as (
    select account_id, count(*) as mails from surveys_invitation
    where workspace_id = %(ws)s and cancelled_at is null and coalesce(sent_at, send_at) > %(at)s - interval '30 days'
    group by account_id
), counted as (
    select d.*, coalesce(u.mails, 0) + count(*) filter (where d.reason is null and d.is_drawn) over (
        partition by d.account_id order by d.role <> 'decision_maker', d.id
        rows between unbounded preceding and 1 preceding
    ) as mails
    from drawn d left join used u on u.account_id = d.account_id
)
select id, coalesce(reason, case when mails >= 2 then 'account_cap' when not is_drawn then 'not_sampled' end)
from counted order by id
"""


def main() -> None:
    workspace_id = ensure()
    figures: dict[str, Any] = {"people": PEOPLE, "rounds": ROUNDS, "goal_ratio": GOAL}
    with tenancy.entered(workspace_id):
        for name, sample, cap in (("plain", 100, 0), ("limits", 50, 2)):
            figures[name] = measured(sample, cap)
    report.publish(figures)


def ensure() -> int:
    """The id of a workspace with so many people, made if it is not there."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from workspaces_workspace where name = %s", [f"{NAME} {PEOPLE}"])
        found = cursor.fetchone()
        if found:
            return int(found[0])
        workspace_id = workspace_actions.found_workspace(name=f"{NAME} {PEOPLE}", at=AT).pk
        with tenancy.entered(workspace_id):
            Survey.objects.filter(kind="nps").update(quiet_days=90)
        cursor.execute(ROWS, {"ws": workspace_id, "at": AT, "people": PEOPLE})
        cursor.execute("analyze accounts_account, accounts_contact, surveys_invitation, surveys_hold, surveys_survey")
        return workspace_id


def measured(sample: int, cap: int) -> dict[str, Any]:
    """Medians in milliseconds, their ratio, and what was decided."""
    survey = Survey.objects.get(kind="nps")
    Survey.objects.filter(pk=survey.pk).update(sample_percent=sample)
    survey.sample_percent = sample
    survey_settings.update_settings(changes={"account_cap": cap, "quiet_days": 7}, at=AT, by=None)
    asking, ours = gate.Asking(survey, "wave:1", AT), queries.settings()
    by_hand = written(survey, limits=bool(cap))
    verdicts = {one.contact_id: one.reason for one in gate.decide(asking, Contact.objects.all(), ours)}
    assert len(verdicts) == PEOPLE
    assert verdicts == dict(by_hand())
    works = {"gate": lambda: gate.decide(asking, Contact.objects.all(), ours), "by_hand": by_hand}
    middle = {name: report.median(taken) for name, taken in report.interleaved(ROUNDS, works).items()}
    return {
        "ms": {name: round(1000 * value, 1) for name, value in middle.items()},
        "ratio": round(middle["gate"] / middle["by_hand"], 2),
        "asked": sum(reason is None for reason in verdicts.values()),
        "refused": sum(reason is not None for reason in verdicts.values()),
    }


def written(survey: Survey, *, limits: bool) -> Callable[[], list[tuple[int, str | None]]]:
    """The statement that somebody who knows all of this would have written."""
    sql = LIMITED.format(by_hand=BY_HAND.replace("order by c.id\n", "")) if limits else BY_HAND
    values: dict[str, Any] = {
        "ws": tenancy.current_id(),
        "at": AT,
        "survey": survey.pk,
        "address": gate.ADDRESS,
        "roles": f"^({ROLES})$",
        "sample_of": gate.sample_key(survey.pk, "wave:1"),
    }

    def run() -> list[tuple[int, str | None]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    return run


if __name__ == "__main__":
    main()
