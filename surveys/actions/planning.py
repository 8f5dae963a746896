"""Plans: mails that will go out, those that will not, and why, for the CSM to see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from accounts.actions.facts import NewFact, record_facts
from accounts.models import Contact, Ticket
from lib.inserting import insert
from outbox import actions as outbox_actions
from surveys import gate, moments, queries
from surveys.gate import Asking, Verdict
from surveys.models import Invitation, Refusal, SurveySettings, Wave
from workspaces import tenancy
from workspaces.queries import workspace

SEND = "surveys.send_due"
STORED = (
    "survey_id", "metric", "occasion", "account_id", "contact_id", "ticket_id", "episode", "wave_id", "is_reminder",
    "reason", "at",
)  # fmt: skip


@dataclass(frozen=True)
class About:
    """What an asking is about, as its rows say it."""

    ticket: Ticket | None = None
    episode: int = 0
    wave: Wave | None = None

    def columns(self) -> dict[str, Any]:
        ticket_id, wave_id = self.ticket and self.ticket.pk, self.wave and self.wave.pk
        return {"ticket_id": ticket_id, "episode": self.episode, "wave_id": wave_id}


@dataclass(frozen=True)
class Person:
    """What is needed to write to somebody: the zone they live in, the language they like."""

    account_id: int
    zone: str
    locale: str


@dataclass(frozen=True)
class Plan:
    """Who will be asked, by the ids of invitations, and who is not."""

    invitation_ids: list[int]
    refusals: list[Refusal]


@transaction.atomic
def ask(*, asking: Asking, people: QuerySet[Contact], at: datetime, about: About | None = None) -> Plan:
    """Judge `people` and plan a mail to each who may be asked; store why the others are not.

    A workspace's plans are made one after the other, so each sees what the one before has planned.
    """
    _wait_for_turn()
    about, ours = about or About(), queries.settings()
    verdicts = gate.decide(asking, people, ours)
    known = _known(people)
    placed, full = _placed([one for one in verdicts if one.reason is None], known, asking, ours, at)
    refused = [(one, one.reason) for one in verdicts if one.reason] + [(one, gate.Reason.DAILY_CAP) for one in full]
    rows = [
        Refusal(
            survey=asking.survey,
            metric=asking.survey.kind,
            occasion=asking.occasion,
            account_id=verdict.account_id,
            contact_id=verdict.contact_id,
            reason=reason,
            at=at,
            **about.columns(),
        )
        for verdict, reason in refused
    ]
    return Plan(_store(placed, known, asking, about, at), refuse(refusals=rows, at=at))


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('surveys.planning', %s))", [tenancy.current_id()])


def _known(people: QuerySet[Contact]) -> dict[int, Person]:
    here = workspace(tenancy.current_id()).time_zone
    rows = people.order_by().values_list("pk", "account_id", "time_zone", "locale")
    return {pk: Person(account_id, zone or here, locale) for pk, account_id, zone, locale in rows}


def _placed(
    asked: Sequence[Verdict],
    known: dict[int, Person],
    asking: Asking,
    ours: SurveySettings,
    at: datetime,
) -> tuple[list[tuple[Verdict, datetime]], list[Verdict]]:
    """Those to be asked, each with their moment, and those for whom no day had room."""
    zones = [known[one.contact_id].zone for one in asked]
    hours = moments.Hours(ours.hours_from, ours.hours_until)
    if asking.spread_days:
        wished = moments.spread(zones, asking.at, asking.spread_days, hours)
    else:
        wished = [asking.at] * len(zones)
    wished = [max(when, one.free_at or when) for when, one in zip(wished, asked, strict=True)]
    if asking.spread_days or asking.survey.keeps_hours:
        wished = [moments.in_hours(when, zone, hours) for when, zone in zip(wished, zones, strict=True)]
    fitting = moments.fit(wished, zones, _planned_by_day(at) if ours.daily_cap else {}, ours.daily_cap)
    pairs = list(zip(asked, fitting, strict=True))
    return [(one, when) for one, when in pairs if when], [one for one, when in pairs if when is None]


def _planned_by_day(at: datetime) -> dict[date, int]:
    """Mails of today and later by UTC day, sent or planned."""
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        Invitation.objects.standing()
        .filter(send_at__gte=today)
        .annotate(day=TruncDate(Coalesce("sent_at", "send_at"), tzinfo=UTC))
        .values_list("day")
        .annotate(Count("pk"))
        .order_by("day")
    )
    return Counter(dict(rows))


def _store(
    placed: Sequence[tuple[Verdict, datetime]],
    known: dict[int, Person],
    asking: Asking,
    about: About,
    at: datetime,
) -> list[int]:
    survey = asking.survey
    shared = {
        "survey_id": survey.pk,
        "survey_version": survey.version,
        "metric": survey.kind,
        "occasion": asking.occasion,
        "created_at": at,
        **about.columns(),
    }
    rows = [
        {
            **shared,
            "account_id": verdict.account_id,
            "contact_id": verdict.contact_id,
            "locale": known[verdict.contact_id].locale,
            "send_at": send_at,
            "expires_at": send_at + survey.expiry,
        }
        for verdict, send_at in placed
    ]
    send_later(moments={row["send_at"] for row in rows}, at=at)
    return insert(Invitation, rows) if rows else []


def send_later(*, moments: Iterable[datetime], at: datetime, kind: str = SEND) -> None:
    """Look at each of these moments for what is to be sent."""
    for moment in sorted(moments):
        key = moment.astimezone(UTC).isoformat()
        outbox_actions.enqueue_many(kind=kind, items=[(key, {})], at=at, available_at=moment)


@transaction.atomic
def call_off(*, reasons: Sequence[tuple[Invitation, str]], at: datetime) -> list[Refusal]:
    """Do not send these, which were planned, each for its reason."""
    Invitation.objects.filter(pk__in=[invitation.pk for invitation, _ in reasons]).update(cancelled_at=at)
    return refuse_these(reasons=reasons, at=at)


@transaction.atomic
def refuse_these(
    *, reasons: Sequence[tuple[Invitation, str]], at: datetime, is_reminder: bool = False
) -> list[Refusal]:
    """Store why these mails, or the reminders of them, do not go out."""
    refusals = [
        Refusal(
            survey_id=invitation.survey_id,
            metric=invitation.metric,
            occasion=invitation.occasion,
            account_id=invitation.account_id,
            contact_id=invitation.contact_id,
            ticket_id=invitation.ticket_id,
            episode=invitation.episode,
            wave_id=invitation.wave_id,
            is_reminder=is_reminder,
            reason=reason,
            at=at,
        )
        for invitation, reason in reasons
    ]
    return refuse(refusals=refusals, at=at)


@transaction.atomic
def refuse(*, refusals: Sequence[Refusal], at: datetime) -> list[Refusal]:
    """Store when nobody is asked, and tell each account's timeline."""
    if not refusals:
        return []
    ids = insert(Refusal, [{name: getattr(refusal, name) for name in STORED} for refusal in refusals])
    for refusal, pk in zip(refusals, ids, strict=True):
        refusal.pk = pk
    names = _names(refusal.contact_id for refusal in refusals if refusal.contact_id)
    record_facts(facts=[_told(refusal, names, at) for refusal in refusals], at=at)
    return list(refusals)


def _names(contact_ids: Iterable[int]) -> dict[int, str]:
    found = Contact.objects.filter(pk__in=set(contact_ids)).values_list("pk", "name", "email")
    return {pk: name or email for pk, name, email in found}


def _told(refusal: Refusal, names: dict[int, str], at: datetime) -> NewFact:
    data = {
        "contact_id": refusal.contact_id,
        "contact_name": names.get(refusal.contact_id or 0, ""),
        "metric": str(refusal.metric),
        "reason": str(refusal.reason),
        "is_reminder": refusal.is_reminder,
        "ticket_id": refusal.ticket_id,
        "survey_id": refusal.survey_id,
    }
    return NewFact(refusal.account_id, "survey.refused", at, data)
