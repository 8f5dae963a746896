"""The score as one writes it first: for each account a query a kind of row, the formulas in Python, then `save`.

The formulas are those that the tests hold the SQL against. Less is stored than the product stores: no details behind a
measure, and no fact, alert or stale mark follows.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import Account, Contact, Contract, Metric, MetricDay, Ticket
from health import queries
from health.models import HealthScore
from health.models import Typical as StoredTypical
from health.parts import MEASURES, PARTS, band_of
from health.scoring import Sources
from journeys.models import StageMove, Touchpoint
from learning.models import Completion
from plans.models import Goal, GoalReading, Milestone, PlanVersion
from segments.models import SegmentMember
from tests.health.reference import (
    Aim,
    Case,
    Known,
    Lesson,
    Person,
    Plan,
    Profile,
    Reckoned,
    Step,
    Touch,
    Typical,
    profile_of,
    reckon,
)

YEAR, HALF_YEAR, WINDOW = timedelta(days=365), timedelta(days=180), timedelta(days=56)
SEATS_WINDOW = timedelta(days=91)
ANSWERS = {"csat": (1, 4), "nps": (0, 10), "ces": (1, 6)}  # the least on the scale, and how many steps are above it


class Loop:
    """Scores accounts one after the other, on one day. What is the same for all is read once."""

    def __init__(self, day: date, sources: Sources) -> None:
        self.day = day
        self.until = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
        self.sources = sources
        self.metrics: dict[str, Metric] = {metric.key: metric for metric in Metric.objects.all()}
        self.keys = {metric.pk: key for key, metric in self.metrics.items()}
        typical = StoredTypical.objects.first()
        self.profiles = [
            Profile(row.weights, tuple(row.stages or ()), str(row.segment_id or "")) for row in queries.scored_by()
        ]
        self.typical = Typical(depth=typical.depth) if typical else Typical()

    def score(self, account: Account) -> float | None:
        """Read, compute and store one; returns its score."""
        known = self._known(account)
        profile = profile_of(known, self.profiles)
        found = reckon(known, self.day, profile.weights, self.typical)
        self._store(account, found, profile.weights)
        return found.score

    def _known(self, account: Account) -> Known:
        contacts = list(Contact.objects.filter(account=account).order_by("pk"))
        places = {contact.pk: place for place, contact in enumerate(contacts)}
        move = StageMove.objects.filter(account=account, to_stage="advocacy", at__lt=self.until).order_by("at").last()
        segments = SegmentMember.objects.filter(account=account).values_list("segment_id", flat=True)
        sources = self.sources
        return Known(
            **{key: self._readings(account, key) for key in ("key_actions", "logins", "active_users", "seats_used")},
            **{key: self._answers(account, key) for key in ANSWERS},
            two_way=self._spoken(account),
            contracts=[(one.starts_on, one.ends_on, one.seats) for one in Contract.objects.filter(account=account)],
            tickets=[_case(one) for one in Ticket.objects.filter(account=account, opened_at__lt=self.until)],
            people=[Person(one.role, one.left_at.date() if one.left_at else None) for one in contacts],
            touches=[_touch(one, places) for one in self._touchpoints(account)],
            plans=self._plans(account),
            goals=self._goals(account),
            steps=[_step(one) for one in Milestone.objects.filter(account=account, recorded_at__lt=self.until)],
            lessons=self._lessons(account, places),
            stage=account.stage,
            segments=frozenset(map(str, segments)),
            advocate_on=move.at.date() if move else None,
            has_desk=sources.has_desk,
            has_lessons=sources.has_lessons,
            has_talks=sources.has_talks,
            asked=frozenset(key for key in PARTS if sources.parts[key]),
        )

    # ------------------------------------------------------------------------------------------------- reading
    def _days(self, account: Account, key: str, back: timedelta) -> list[MetricDay]:
        rows = MetricDay.objects.filter(account=account, metric=self.metrics.get(key), day__gt=self.day - back)
        return list(rows.filter(day__lte=self.day).order_by("day"))

    def _readings(self, account: Account, key: str) -> dict[date, float]:
        is_sum = key in ("key_actions", "logins")
        back = SEATS_WINDOW if key == "seats_used" else WINDOW
        return {row.day: row.total if is_sum else row.last for row in self._days(account, key, back)}

    def _answers(self, account: Account, key: str) -> dict[date, Any]:
        least, steps = ANSWERS[key]
        rows = self._days(account, key, YEAR)
        return {row.day: [least + steps * row.total / row.n / 100] * row.n for row in rows if row.n}

    def _spoken(self, account: Account) -> list[date]:
        return [row.day for row in self._days(account, "touchpoints_two_way", YEAR) if row.total > 0]

    def _touchpoints(self, account: Account) -> list[Touchpoint]:
        rows = Touchpoint.objects.filter(account=account, at__gte=self.until - HALF_YEAR, at__lt=self.until)
        return list(rows.exclude(channel="note").order_by("at"))

    def _plans(self, account: Account) -> list[Plan]:
        row = PlanVersion.objects.filter(account=account, recorded_at__lt=self.until).order_by("pk").last()
        if row is None:
            return []
        told = [row.why_bought, row.use_case, row.replaces, row.success_criteria, row.expected_on, row.sponsor_role]
        metrics = tuple(self.keys[pk] for pk in row.metrics)
        recorded = row.recorded_at.date()
        return [
            Plan(sum(map(bool, told)), metrics, row.renewal_intent, row.renewal_intent_on, row.confirmed_on, recorded)
        ]

    def _goals(self, account: Account) -> list[Aim]:
        rows = Goal.objects.filter(account=account, recorded_at__lt=self.until)
        return [self._goal(row) for row in rows]

    def _goal(self, row: Goal) -> Aim:
        readings = [
            (one.day, one.value, one.recorded_at.date()) for one in GoalReading.objects.filter(goal=row).order_by("day")
        ]
        return Aim(
            row.starts_on, row.due_on, row.baseline, row.target, row.weight, row.site,
            self.keys.get(row.metric_id), row.reached_on, row.confirmed_on, row.ended_on, tuple(readings),
            row.recorded_at.date(),
        )  # fmt: skip

    def _lessons(self, account: Account, places: Mapping[int, int]) -> list[Lesson]:
        recent = Q(started_at__gte=self.until - YEAR) | Q(completed_at__gte=self.until - YEAR)
        rows = Completion.objects.filter(recent, account=account, recorded_at__lt=self.until).select_related("item")
        return [
            Lesson(
                places[row.contact_id], row.started_at.date(), row.completed_at.date() if row.completed_at else None,
                tuple(row.item.roles), self.keys.get(row.item.metric_id), row.recorded_at.date(),
            )
            for row in rows
        ]  # fmt: skip

    # ------------------------------------------------------------------------------------------------- writing
    def _store(self, account: Account, found: Reckoned, weights: Mapping[str, int]) -> None:
        score = None if found.score is None else round(found.score, 1)
        band = band_of(score, found.coverage)
        HealthScore.objects.update_or_create(
            account=account,
            day=self.day,
            defaults={
                "score": score,
                "band": band,
                "coverage": found.coverage,
                "parts": [_part(key, found, weights) for key in PARTS],
                "computed_at": self.until,
            },
        )
        account.health_score, account.health_band, account.health_coverage = (
            score if band else None,
            band,
            found.coverage,
        )
        account.health_at = self.until
        account.save(update_fields=["health_score", "health_band", "health_coverage", "health_at"])


def _case(row: Ticket) -> Case:
    closed, reopened = (at.date() if at else None for at in (row.closed_at, row.reopened_at))
    return Case(row.opened_at.date(), closed, reopened, row.topic, row.priority)


def _touch(row: Touchpoint, places: Mapping[int, int]) -> Touch:
    is_two_way, person = row.direction == "two_way", places.get(row.contact_id) if row.contact_id else None
    return Touch(row.at, is_two_way, person, row.outcome, row.is_proactive, row.felt, row.channel)


def _step(row: Milestone) -> Step:
    known = row.done_recorded_at.date() if row.done_recorded_at else None
    return Step(row.due_on, row.done_on, bool(row.material), row.recorded_at.date(), known)


def _part(key: str, found: Reckoned, weights: Mapping[str, int]) -> dict[str, Any]:
    measures = [
        {
            "key": one.key,
            "value": found.measures[one.key][0],
            "coverage": found.measures[one.key][1],
            **dict.fromkeys(one.details),
        }
        for one in MEASURES[key]
    ]
    return {
        "key": key,
        "weight": weights[key],
        "value": found.values[key],
        "points": found.points[key],
        "coverage": found.coverages[key],
        "mean": None,
        "measures": measures,
    }
