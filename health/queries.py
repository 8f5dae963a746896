"""What pages, mails and other apps ask about scores and alerts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, F, OuterRef, Q, Subquery, Sum

from accounts.models import Account, AccountQuerySet, Fact, Metric, Ticket
from health import sentences
from health.models import Alert, AlertQuerySet, HealthDay, HealthProfile, HealthScore
from health.parts import DEFAULT_WEIGHTS, METRICS, PARTS, VALUE_PLACES, Part
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import Member, User
from workspaces.queries import Membership

OVERSEERS = [Role.MANAGER, Role.ADMIN]  # they answer for accounts without an owner
ANSWERS_BACK = timedelta(days=365)
MOST_RUNG = 99  # the bell says "99+" beyond


# ------------------------------------------------------------------------------------------- what scores are made by
def profile() -> HealthProfile | None:
    """The workspace's own weights and rules, if anybody has saved some."""
    return HealthProfile.objects.select_related("changed_by").first()


def weights() -> dict[str, int]:
    """The weight of each part, in order; they total 100."""
    row = profile()
    return {key: getattr(row, key) if row else DEFAULT_WEIGHTS[key] for key in PARTS}


def rules_off() -> list[str]:
    row = profile()
    return list(row.rules_off) if row else []


def metric_ids() -> dict[str, int]:
    """The metrics that the score reads, by key; those never defined are absent."""
    return dict(Metric.objects.filter(key__in=METRICS).values_list("key", "pk"))


def has_tickets(day: date) -> bool:
    """Whether the workspace had any ticket at the end of `day`: without one, silence says nothing."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    return Ticket.objects.filter(opened_at__lt=end).exists()


# ------------------------------------------------------------------------------------------- scores
@dataclass(frozen=True)
class PartView:
    """One part of a score as people read it; `data` is what was stored."""

    data: dict[str, Any]
    sentence: str

    @property
    def key(self) -> str:
        return str(self.data["key"])

    @property
    def label(self) -> str:
        return sentences.label(self.key)

    @property
    def weight(self) -> int:
        return int(self.data["weight"])

    @property
    def value(self) -> float | None:
        return self.data["value"]  # type: ignore[no-any-return]

    @property
    def points(self) -> float | None:
        return self.data["points"]  # type: ignore[no-any-return]

    @property
    def coverage(self) -> float:
        return float(self.data["coverage"])

    @property
    def is_missing(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class ScoreView:
    """An account's latest score with its parts."""

    row: HealthScore
    parts: list[PartView]

    @property
    def score(self) -> float | None:
        return None if self.row.score is None else float(self.row.score)

    @property
    def band(self) -> str:
        return self.row.band

    @property
    def coverage(self) -> float:
        return self.row.coverage

    @property
    def day(self) -> date:
        return self.row.day

    @property
    def computed_at(self) -> datetime:
        return self.row.computed_at


def score_now(account: Account) -> ScoreView | None:
    """The latest score with its parts in words; the survey part names the latest bad answer. None: never scored."""
    row = HealthScore.objects.filter(account=account).order_by("-day").first()
    if row is None:
        return None
    bad = latest_bad_answer(account, row.day) if _has_answers(row) else None
    return ScoreView(row, [PartView(part, _sentence(part, bad)) for part in row.parts])


def scores_of(account_ids: Sequence[int]) -> dict[int, ScoreView]:
    """`score_now` of each account that was ever scored, in three statements."""
    latest = {row.account_id: row for row in _latest_rows(account_ids)}
    bad = _latest_bad_answers([row for row in latest.values() if _has_answers(row)])
    return {
        account_id: ScoreView(row, [PartView(part, _sentence(part, bad.get(account_id))) for part in row.parts])
        for account_id, row in latest.items()
    }


def _latest_rows(account_ids: Sequence[int]) -> Iterable[HealthScore]:
    """The newest row of each account, by its key: `distinct` would read the whole history with its parts."""
    newest = HealthScore.objects.filter(account=OuterRef("pk")).order_by("-day").values("day")[:1]
    days = Account.objects.filter(pk__in=account_ids).annotate(scored_on=Subquery(newest)).exclude(scored_on=None)
    keys = list(days.order_by().values_list("workspace_id", "pk", "scored_on"))
    return HealthScore.objects.filter(pk__in=keys) if keys else ()


def _latest_bad_answers(rows: Sequence[HealthScore]) -> dict[int, Fact]:
    """`latest_bad_answer` of each account on its row's day."""
    ends = {row.account_id: datetime.combine(row.day + timedelta(days=1), time(), UTC) for row in rows}
    told = Fact.objects.filter(account_id__in=ends, kind="survey.answered").order_by("-at", "-pk")
    latest: dict[tuple[int, int], Fact] = {}
    for fact in told.filter(at__gt=min(ends.values()) - ANSWERS_BACK) if ends else ():
        if ends[fact.account_id] - ANSWERS_BACK < fact.at < ends[fact.account_id]:
            latest.setdefault((fact.account_id, fact.data["contact_id"]), fact)
    found: dict[int, Fact] = {}
    for (account_id, _contact_id), fact in latest.items():
        if fact.data["is_bad"]:
            found.setdefault(account_id, fact)
    return found


def _has_answers(row: HealthScore) -> bool:
    return any(part["key"] == Part.SURVEY_VOICE and part["value"] is not None for part in row.parts)


def _sentence(part: dict[str, Any], bad: Fact | None) -> str:
    said = sentences.tell(part)
    if bad is None or part["key"] != Part.SURVEY_VOICE:
        return said
    return f"{said} {sentences.answer(bad.data)}"


def latest_bad_answer(account: Account, day: date) -> Fact | None:
    """The newest bad answer of the year up to `day`, unless the same person has answered better since."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    told = Fact.objects.filter(account=account, kind="survey.answered", at__lt=end, at__gt=end - ANSWERS_BACK)
    latest: dict[int, Fact] = {}
    for fact in told.order_by("-at", "-pk")[:50]:
        latest.setdefault(fact.data["contact_id"], fact)
    return next((fact for fact in latest.values() if fact.data["is_bad"]), None)


def history(account: Account, *, days: int, today: date) -> list[HealthScore]:
    """One row a scored day of the last `days`, oldest first, without the parts."""
    rows = HealthScore.objects.filter(account=account, day__gt=today - timedelta(days=days), day__lte=today)
    return list(rows.defer("parts").order_by("day"))


def sparklines(account_ids: Sequence[int], *, days: int, today: date) -> dict[int, list[float | None]]:
    """One value a day of the last `days` for each account, in one statement.

    A day without a row repeats the one before; None before the first, and while the score had no band.
    """
    first = today - timedelta(days=days - 1)
    rows = HealthScore.objects.filter(account_id__in=account_ids, day__range=(first, today))
    scores: dict[int, dict[date, float | None]] = defaultdict(dict)
    for account_id, day, score, band in rows.values_list("account_id", "day", "score", "band"):
        scores[account_id][day] = float(score) if band else None
    span = [first + timedelta(days=number) for number in range(days)]
    return {account_id: carried(scores[account_id], span) for account_id in account_ids}


def carried(scores: dict[date, float | None], span: Iterable[date]) -> list[float | None]:
    """The value of each day of `span`, or that of the day before it."""
    values: list[float | None] = []
    for day in span:
        values.append(scores.get(day, values[-1] if values else None))
    return values


@dataclass(frozen=True)
class Change:
    """How a score moved since a day, by part: the deltas of `causes` add up to `delta`."""

    since: date
    from_score: float
    to_score: float
    causes: list[tuple[str, float]]

    @property
    def delta(self) -> float:
        return round(self.to_score - self.from_score, 1)


def change_to(now: HealthScore, *, days: int, today: date) -> Change | None:
    """The move from the score `days` ago (or the latest before) to `now`; None when either has no band."""
    rows = HealthScore.objects.filter(account_id=now.account_id, day__lte=today - timedelta(days=days))
    before = rows.order_by("-day").first()
    if before is None or now.day == before.day or not (now.band and before.band):
        return None
    points = {part["key"]: part["points"] or 0.0 for part in before.parts}
    moved = [(part["key"], round((part["points"] or 0.0) - points.get(part["key"], 0.0), 1)) for part in now.parts]
    causes = sorted(((key, delta) for key, delta in moved if delta), key=lambda cause: -abs(cause[1]))
    return Change(
        since=before.day,
        from_score=float(before.score or 0),
        to_score=float(now.score or 0),
        causes=[(sentences.label(key), delta) for key, delta in causes],
    )


# ------------------------------------------------------------------------------------------- alerts
def alerts() -> AlertQuerySet:
    """Every alert with its account, by pk."""
    return Alert.objects.select_related("account").order_by("pk")


def alerts_of(account: Account) -> AlertQuerySet:
    """One account's alerts, the newest first."""
    return alerts_with_people().filter(account=account).order_by("-opened_at", "-pk")


def open_alerts() -> AlertQuerySet:
    """Alerts of the workspace that are not over, urgent ones first, then the newest."""
    return alerts_with_people().open().order_by("-is_urgent", "-opened_at", "-pk")


def open_alerts_for(member: Membership, *, today: date) -> AlertQuerySet:
    """What this member should see today: alerts of their accounts, and for managers those of nobody's."""
    return in_care_of(open_alerts(), member).visible(today)


def closed_alerts() -> AlertQuerySet:
    """Alerts that are over, the last closed first."""
    return alerts_with_people().closed().order_by("-closed_at", "-pk")


def in_care_of(rows: AlertQuerySet, member: Membership) -> AlertQuerySet:
    """Those of the member's accounts; managers and administrators also answer for accounts without an owner."""
    return rows.owned_by(member.member_id, with_unowned=member.role in OVERSEERS)


def alerts_with_people() -> AlertQuerySet:
    """Every alert with its account, the account's owner, and who acknowledged and resolved it; unordered."""
    return Alert.objects.select_related("account__owner__user", "acknowledged_by", "resolved_by")


def bell_count(member: Membership, *, today: date) -> int:
    """How many visible alerts of the member's nobody has acknowledged, at most MOST_RUNG + 1: every page asks."""
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "today": today, "member": member.member_id,
        "with_unowned": member.role in OVERSEERS, "most": MOST_RUNG + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BELL, values)
        return int(cursor.fetchone()[0])


# As `in_care_of(...).visible(today).unacknowledged()`, which takes longer to compile than to run.
_BELL = """
    select count(*) from (
        select from health_alert alert
        join accounts_account account on account.workspace_id = %(workspace)s and account.id = alert.account_id
        where alert.workspace_id = %(workspace)s and alert.closed_at is null and alert.acknowledged_at is null
          and (alert.snoozed_until is null or alert.snoozed_until <= %(today)s)
          and (account.owner_id = %(member)s or (%(with_unowned)s and account.owner_id is null))
        limit %(most)s
    ) ringing
"""


def alert_counts(account_ids: Sequence[int]) -> dict[int, int]:
    """Open alerts of each account that has any."""
    rows = Alert.objects.open().filter(account_id__in=account_ids).order_by()
    return dict(rows.values_list("account_id").annotate(count=Count("pk")))


def recipients(account: Account) -> list[User]:
    """Who is told of an alert: the owner, or every manager and administrator when nobody owns the account."""
    active = Member.objects.active().filter(user__is_active=True).select_related("user").order_by("pk")
    owner = active.filter(pk=account.owner_id) if account.owner_id else Member.objects.none()
    return [member.user for member in owner or active.filter(role__in=OVERSEERS)]


# ------------------------------------------------------------------------------------------- the whole workspace
def standing_now() -> dict[str, int]:
    """How many accounts are in each band; "" counts those without one."""
    rows = Account.objects.order_by().values_list("health_band").annotate(count=Count("pk"))
    return dict.fromkeys(("healthy", "watch", "at_risk", ""), 0) | dict(rows)


def trend(*, days: int, today: date) -> list[HealthDay]:
    """How the workspace stood on each kept day of the last `days`, oldest first."""
    return list(HealthDay.objects.filter(day__gt=today - timedelta(days=days), day__lte=today).order_by("day"))


@dataclass(frozen=True)
class OwnerRisk:
    """One owner's accounts at risk: how many, what they are worth by currency, out of how many."""

    owner_id: int | None
    name: str
    accounts: int
    at_risk: int
    arr_at_risk: dict[str, int]
    mean: float | None


def risk_by_owner() -> list[OwnerRisk]:
    """Every owner with accounts, most accounts at risk first; nobody's accounts under no id."""
    at_risk = Q(health_band="at_risk")
    rows = (
        Account.objects.order_by()
        .values("owner_id", "currency", owner_name=F("owner__user__name"), owner_email=F("owner__user__email"))
        .annotate(
            accounts=Count("pk"),
            at_risk=Count("pk", filter=at_risk),
            arr=Sum("arr_minor", filter=at_risk),
            scored=Count("pk", filter=~Q(health_band="")),
            mean=Avg("health_score", filter=~Q(health_band="")),
        )
    )
    by_owner: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_owner[row["owner_id"]].append(dict(row))
    found = [_owner_risk(owner_id, parts) for owner_id, parts in by_owner.items()]
    return sorted(found, key=lambda risk: (-risk.at_risk, -risk.accounts, risk.name))


def _owner_risk(owner_id: int | None, rows: list[dict[str, Any]]) -> OwnerRisk:
    scored = sum(row["scored"] for row in rows)
    total = sum(float(row["mean"] or 0) * row["scored"] for row in rows)
    return OwnerRisk(
        owner_id=owner_id,
        name=rows[0]["owner_name"] or rows[0]["owner_email"] or "",
        accounts=sum(row["accounts"] for row in rows),
        at_risk=sum(row["at_risk"] for row in rows),
        arr_at_risk={row["currency"]: row["arr"] for row in rows if row["arr"]},
        mean=total / scored if scored else None,
    )


def missing_parts(day: date) -> tuple[int, dict[str, int]]:
    """How many accounts were scored on `day`, and how many of them lack each part."""
    rows = HealthScore.objects.filter(day=day, account_id__in=Account.objects.order_by().values("pk"))
    lacking: dict[str, Any] = {
        key: Count("account_id", filter=Q(**{f"parts__{place}": None})) for key, place in VALUE_PLACES.items()
    }
    counted = rows.order_by().aggregate(scored=Count("account_id"), **lacking)
    return counted.pop("scored"), counted


def accounts_without(part: str, day: date) -> AccountQuerySet:
    """The accounts whose score of `day` lacks a part, unordered."""
    lacking = HealthScore.objects.filter(day=day, **{f"parts__{VALUE_PLACES[part]}": None})
    return Account.objects.filter(pk__in=lacking.order_by().values("account_id"))


def latest_day(today: date) -> date | None:
    """The last day on which scores were kept for the workspace."""
    return HealthDay.objects.filter(day__lte=today).order_by("-day").values_list("day", flat=True).first()
