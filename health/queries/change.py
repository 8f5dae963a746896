"""How a score came to differ from that of another day: parts, measures and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from accounts import queries as account_queries
from accounts.models import Account, Fact
from accounts.queries import Moment
from health import change, sentences, telling
from health.change import Numbers
from health.models import HealthScore
from lib.time import day_of

MOST_FACTS = 200

_STEPS = ("milestone.planned", "milestone.changed", "milestone.done", "milestone.reopened", "milestone.removed")
_TICKETS = ("ticket.opened", "ticket.changed", "ticket.closed", "ticket.merged", "ticket.reopened")
_GOALS = ("goal.set", "goal.changed", "goal.read", "goal.reached", "goal.confirmed", "goal.ended", "goal.reopened")
_PEOPLE = ("contact.added", "contact.changed", "contact.left", "contact.returned")
_LESSONS = ("content.started", "content.completed")
_TALKS = ("touchpoint.logged",)

# The facts that touch each measure; those without read day rows of metrics, which the page of their rows shows.
FACTS: dict[str, tuple[str, ...]] = {
    "known": ("plan.saved", "plan.confirmed"), "aligned": ("plan.saved",), "stated": ("plan.saved",),
    "met": ("ticket.opened", *_STEPS, *_TALKS, "content.completed", "plan.saved",
            "contract.added", "contract.changed", "contract.renewed"), "ready": _STEPS, "proactive": _TALKS,
    "seats": ("contract.added", "contract.changed", "contract.renewed"), "breadth": ("plan.saved",),
    "depth": (), "regularity": (), "trend": (), "blockers": _TICKETS,
    "progress": _GOALS, "confirmed": _GOALS, "spread": _GOALS,
    "width": (*_TALKS, *_PEOPLE), "sponsor": (*_TALKS, *_PEOPLE), "sentiment": ("survey.answered",),
    "advocacy": ("stage.entered", "stage.taken_back"), "executive": (*_TALKS, *_PEOPLE),
    "reply": _TALKS, "attendance": _TALKS, "tone": _TALKS, "recency": _TALKS,
    "taught": (*_LESSONS, *_PEOPLE), "completion": _LESSONS, "put_to_use": _LESSONS,
    "timeliness": _STEPS, "effort": (), "bumps": ("ticket.reopened", *_STEPS),
}  # fmt: skip


@dataclass(frozen=True)
class MeasureChange:
    """One measure that moved, as it was told then and is told now."""

    key: str
    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Cause:
    """One part that moved the score by `delta` points: `by_weights` of them came of other weights alone, `by_coverage`
    of it or others being better or less known, the rest of what is known.
    """

    key: str
    label: str
    delta: float
    by_weights: float
    by_coverage: float
    measures: list[MeasureChange]
    facts: list[Moment]

    @property
    def by_data(self) -> float:
        return round(self.delta - self.by_weights - self.by_coverage, 1)

    @property
    def is_mixed(self) -> bool:
        return bool(self.by_weights or self.by_coverage)


@dataclass(frozen=True)
class Change:
    """How a score moved since a day; the deltas of `causes` add up to `delta`.

    `since` is the day asked for, on which the score before stood. `is_reweighed`: parts were weighed otherwise then.
    """

    since: date
    until: date
    from_score: float
    to_score: float
    causes: list[Cause]
    is_reweighed: bool
    has_more_facts: bool = False

    @property
    def delta(self) -> float:
        return round(self.to_score - self.from_score, 1)

    @property
    def by_weights(self) -> float:
        return round(sum(one.by_weights for one in self.causes), 1)

    @property
    def by_coverage(self) -> float:
        return round(sum(one.by_coverage for one in self.causes), 1)

    @property
    def by_data(self) -> float:
        return round(self.delta - self.by_weights - self.by_coverage, 1)


@dataclass(frozen=True)
class NoChange:
    """Why two days cannot be compared: `too_early` (nothing was scored yet; `first` is), `too_little_then`,
    `too_little_now`, `same_day` (nothing changed since), `other_parts` (the score was made of others then).
    """

    why: str
    first: date | None = None


def change_since(now: HealthScore, day: date) -> Change | NoChange:
    """From the score that held on `day` to `now`, in three statements at most."""
    earlier = HealthScore.objects.filter(account_id=now.account_id, day__lte=day).order_by("-day").first()
    if earlier is None:
        days = HealthScore.objects.filter(account_id=now.account_id).order_by("day").values_list("day", flat=True)
        return NoChange("too_early", days.first())
    why = _incomparable(earlier, now)
    return NoChange(why) if why else _compared(earlier, now, day)


def _incomparable(before: HealthScore, now: HealthScore) -> str:
    if not now.band:
        return "too_little_now"
    if before.day >= now.day:
        return "same_day"
    if not before.band:
        return "too_little_then"
    return "" if before.parts and now.parts else "other_parts"


def _compared(before: HealthScore, now: HealthScore, day: date) -> Change:
    moves = change.moves(before.parts, now.parts)
    kinds = {kind for move in moves for one in move.measures for kind in FACTS.get(one.key, ())}
    since, until = (datetime.combine(day + timedelta(days=1), time(), UTC) for day in (day, now.day))
    account = Account(pk=now.account_id)
    found = (
        account_queries.moments_between(account, kinds, since=since, until=until, size=MOST_FACTS + 1) if kinds else []
    )
    return Change(
        since=day,
        until=now.day,
        from_score=float(before.score or 0),
        to_score=float(now.score or 0),
        causes=[_cause(move, found[:MOST_FACTS]) for move in moves],
        is_reweighed=not change.is_weighed_alike(before.parts, now.parts),
        has_more_facts=len(found) > MOST_FACTS,
    )


def _cause(move: change.PartMove, facts: Sequence[Moment]) -> Cause:
    kinds = {kind for one in move.measures for kind in FACTS.get(one.key, ())}
    return Cause(
        key=move.key,
        label=sentences.label(move.key),
        delta=move.tenths / 10,
        by_weights=move.by_weights / 10,
        by_coverage=move.by_coverage / 10,
        measures=[
            MeasureChange(one.key, telling.label(one.key), _told(one.before), _told(one.now)) for one in move.measures
        ],
        facts=[fact for fact in facts if fact.kind in kinds],
    )


def _told(measure: Numbers | None) -> str:
    return telling.tell(measure) if measure else ""


def alert_days(account: Account, *, days: int, today: date) -> set[date]:
    """The UTC days, among the last `days`, on which the timeline says that an alert of the account opened."""
    since = datetime.combine(today - timedelta(days=days - 1), time(), UTC)
    found = Fact.objects.filter(account=account, kind="alert.opened", at__gte=since)
    return {day_of(at) for at in found.values_list("at", flat=True)}
