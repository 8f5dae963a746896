"""Improvements, and whether they helped."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q

from lib.intervals import Interval, difference
from surveys.models import Answer
from surveys.scales import scale
from voice.models import UNHAPPY, Improvement, ImprovementQuerySet, Measure, Mention, Remark, Source

ENOUGH = 5  # comments or answers on either side; below that no effect is told


class Outcome(StrEnum):
    """What can be said of an improvement's effect."""

    OPEN = "open"  # not done yet
    EARLY = "early"  # the time after it is not over
    FEW = "few"  # too little was said to tell
    HELPED = "helped"
    UNCLEAR = "unclear"  # no more than chance
    WORSE = "worse"


@dataclass(frozen=True)
class Counted:
    """`hits` of `n`."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None


@dataclass(frozen=True)
class Effect:
    """Before and after, the difference of the two shares with its 95 % interval, and what that says."""

    before: Counted
    after: Counted | None
    change: float | None
    interval: Interval | None
    outcome: Outcome


def improvements() -> ImprovementQuerySet:
    """Each with its theme, its owner, and who set it."""
    return Improvement.objects.select_related("theme", "owner__user", "created_by", "done_by").order_by("due_on", "pk")


def listed(show: str, today: date) -> ImprovementQuerySet:
    """`open`, `overdue`, `done`, `dropped`, or all of them."""
    rows = improvements()
    parts = {
        "open": rows.open(),
        "overdue": rows.overdue(today),
        "done": rows.exclude(done_at=None).order_by("-done_at", "-pk"),
        "dropped": rows.exclude(dropped_at=None).order_by("-dropped_at", "-pk"),
    }
    return parts.get(show, rows)


def counts(today: date) -> dict[str, int]:
    """How many there are of each."""
    return Improvement.objects.aggregate(
        open=Count("pk", filter=Q(done_at=None, dropped_at=None)),
        overdue=Count("pk", filter=Q(done_at=None, dropped_at=None, due_on__lt=today)),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        dropped=Count("pk", filter=Q(dropped_at__isnull=False)),
    )


def measured(measure: str, theme_id: int | None, since: datetime, until: datetime) -> Counted:
    """What an improvement is measured by, in the answers of a period, half open."""
    if measure == Measure.CSAT:
        return _csat(theme_id, since, until)
    said = Remark.objects.filter(source=Source.ANSWER, said_at__gte=since, said_at__lt=until)
    named = Mention.objects.filter(theme=theme_id, remark__in=said)
    if measure == Measure.NEGATIVE:
        named = named.filter(feeling__in=UNHAPPY)
    return Counted(named.count(), said.count())


def _csat(theme_id: int | None, since: datetime, until: datetime) -> Counted:
    """Satisfied answers among those that speak of the theme; without one among all."""
    found = Answer.objects.counted().filter(metric="csat", answered_at__gte=since, answered_at__lt=until)
    if theme_id is not None:
        named = Mention.objects.filter(theme=theme_id, remark__source=Source.ANSWER)
        found = found.filter(pk__in=named.values("remark__source_id"))
    rows = list(found.values("value", "scale_max").annotate(n=Count("pk")).order_by("value", "scale_max"))
    hits = sum(row["n"] for row in rows if scale("csat", row["scale_max"]).is_good(row["value"]))
    return Counted(hits, sum(row["n"] for row in rows))


def effect(improvement: Improvement) -> Effect:
    """From what was counted before, and, up to last night or for good, after."""
    before = Counted(improvement.before_hits, improvement.before_n)
    if improvement.after_n is None or improvement.after_hits is None:
        return Effect(before, None, None, None, Outcome.OPEN)
    after = Counted(improvement.after_hits, improvement.after_n)
    is_early = improvement.verified_at is None
    if min(before.n, after.n) < ENOUGH:
        return Effect(before, after, None, None, Outcome.EARLY if is_early else Outcome.FEW)
    low, high = difference(after.hits, after.n, before.hits, before.n)
    change = after.hits / after.n - before.hits / before.n
    return Effect(before, after, change, (low, high), Outcome.EARLY if is_early else _outcome(improvement, low, high))


def after_of(improvement: Improvement, at: datetime) -> Counted:
    """What it is measured by, from when it was done until its time is over, or until now."""
    done_at = improvement.done_at or at
    until = min(at, done_at + timedelta(days=improvement.window_days))
    return measured(improvement.measure, improvement.theme_id, done_at, until)


def ends_at(improvement: Improvement) -> datetime | None:
    """When the time after it is over."""
    return improvement.done_at + timedelta(days=improvement.window_days) if improvement.done_at else None


def _outcome(improvement: Improvement, low: float, high: float) -> Outcome:
    is_up_good = improvement.measure == Measure.CSAT
    if low > 0:
        return Outcome.HELPED if is_up_good else Outcome.WORSE
    if high < 0:
        return Outcome.WORSE if is_up_good else Outcome.HELPED
    return Outcome.UNCLEAR


def to_measure() -> ImprovementQuerySet:
    """Done, and not verified yet."""
    return Improvement.objects.filter(done_at__isnull=False, verified_at=None).order_by("pk")
