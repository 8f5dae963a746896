"""What pages and the API ask about success plans."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, When

from accounts.models import Account, Metric, MetricDay
from plans import progress
from plans.models import Goal, GoalQuerySet, GoalReading, Milestone, MilestoneQuerySet, PlanVersion
from plans.progress import Course, Progress

# What one should know of why a customer is here.
PARTS = ("why_bought", "use_case", "replaces", "success_criteria", "expected_on", "sponsor_role")
PHASES = Milestone.Phase.values


def newest(account: Account) -> PlanVersion | None:
    """The account's plan as it stands."""
    return versions_of(account).first()


def versions_of(account: Account) -> QuerySet[PlanVersion]:
    """All that was ever saved, the newest first."""
    found: QuerySet[PlanVersion] = PlanVersion.objects.filter(account=account).select_related("by")
    return found.order_by("-recorded_at", "-pk")


def versions() -> QuerySet[PlanVersion]:
    """Everybody's, as they were saved; `is_current` is true of the one that holds."""
    later = Q(recorded_at__gt=OuterRef("recorded_at")) | Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk"))
    newer = PlanVersion.objects.filter(later, account=OuterRef("account_id"))
    found: QuerySet[PlanVersion] = PlanVersion.objects.select_related("by")
    return found.annotate(is_current=~Exists(newer))


def missing(plan: PlanVersion | None) -> list[str]:
    """Which of PARTS nobody has filled in."""
    return [name for name in PARTS if plan is None or not getattr(plan, name)]


def metrics() -> QuerySet[Metric]:
    """What the workspace measures, by name."""
    found: QuerySet[Metric] = Metric.objects.order_by("name", "pk")
    return found


def metrics_of(plan: PlanVersion) -> list[Metric]:
    """What the customer uses for the declared use case; those that are gone are left out."""
    return list(metrics().filter(pk__in=plan.metrics))


@dataclass(frozen=True)
class GoalLine:
    """A goal and how it stands."""

    goal: Goal
    progress: Progress


def goals(day: date) -> GoalQuerySet:
    """All, each with `read_value` and `read_on`: the newest that is known of it by `day`, null if nothing is.

    Of a metric's newest day a counter's sum, a gauge's last value, a rating's mean.
    """
    return Goal.objects.select_related("account__owner__user", "metric", "confirmed_by").annotate(
        read_on=Case(When(metric=None, then=_by_hand("day", day)), default=_measured("day", day)),
        read_value=Case(
            When(metric=None, then=_by_hand("value", day)), default=_measured("reading", day), output_field=FloatField()
        ),
    )


def _by_hand(column: str, day: date) -> Subquery:
    found = GoalReading.objects.filter(goal=OuterRef("pk"), day__lte=day)
    return Subquery(found.order_by("-day").values(column)[:1])


def _measured(column: str, day: date) -> Subquery:
    days = MetricDay.objects.filter(account=OuterRef("account_id"), metric=OuterRef("metric_id"), day__lte=day)
    return Subquery(days.annotate(reading=_reading()).order_by("-day").values(column)[:1])


def _reading() -> Case:
    """What a day row of a metric says."""
    kind = Metric.Kind
    return Case(
        When(metric__kind=kind.COUNTER, then=F("total")),
        When(metric__kind=kind.RATING, n__gt=0, then=F("total") / F("n")),
        default=F("last"),
        output_field=FloatField(),
    )


@dataclass(frozen=True)
class Read:
    """What was read of a goal on one day; `by` is empty where a metric was."""

    day: date
    value: float
    by: str


def history(goal: Goal, day: date, most: int) -> list[Read]:
    """The newest that is known of the goal by `day`, the newest first."""
    if goal.metric_id is None:
        return [Read(one.day, one.value, str(one.by or "")) for one in readings_of(goal).filter(day__lte=day)[:most]]
    days = MetricDay.objects.filter(account=goal.account_id, metric=goal.metric_id, day__lte=day)
    found = days.annotate(reading=_reading()).order_by("-day").values_list("day", "reading")[:most]
    return [Read(read_on, value, "") for read_on, value in found if math.isfinite(value)]


def course_of(goal: Goal) -> Course:
    return Course(goal.baseline, goal.target, goal.starts_on, goal.due_on)


def standing(goal: Goal, day: date) -> Progress:
    """How a goal of `goals(day)` stands."""
    found: Any = goal
    is_known = found.read_value is not None and math.isfinite(found.read_value)
    return progress.measured(
        course_of(goal),
        day,
        value=found.read_value if is_known else None,
        read_on=found.read_on if is_known else None,
        reached_on=goal.reached_on,
        ended_on=goal.ended_on,
    )


def goals_of(account: Account, day: date) -> GoalQuerySet:
    """The account's: open ones by the day they are due, then those reached, the newest first, then those given up."""
    return (
        goals(day)
        .filter(account=account)
        .order_by(F("ended_on").desc(nulls_first=True), F("reached_on").desc(nulls_first=True), "due_on", "pk")
    )


def lines(found: GoalQuerySet, day: date) -> list[GoalLine]:
    return [GoalLine(goal, standing(goal, day)) for goal in found]


def readings() -> QuerySet[GoalReading]:
    """All readings by hand."""
    found: QuerySet[GoalReading] = GoalReading.objects.select_related("goal", "by")
    return found


def readings_of(goal: Goal) -> QuerySet[GoalReading]:
    """What was read by hand, the newest first."""
    return readings().filter(goal=goal).order_by("-day", "-pk")


def milestones() -> MilestoneQuerySet:
    """All, with what a line shows."""
    return Milestone.objects.select_related("account__owner__user")


def milestones_of(account: Account) -> MilestoneQuerySet:
    """The account's in their places, the first due first."""
    return milestones().filter(account=account).order_by("position", "due_on", "pk")


def by_phase(found: MilestoneQuerySet) -> list[tuple[str, list[Milestone]]]:
    """The phases in which there is something, in their order."""
    rows = list(found)
    groups = ((phase, [row for row in rows if row.phase == phase]) for phase in PHASES)
    return [(phase, those) for phase, those in groups if those]


def next_milestones(account: Account) -> MilestoneQuerySet:
    """What is not done, the first due first."""
    return Milestone.objects.open().filter(account=account).order_by("due_on", "pk")
