"""Readings of use that cannot be right, so that the page can name them.

Where one would decide over a sum or a mean, the score takes the median day instead (`health/sql/days.sql`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from accounts.models import Account, Metric, MetricDay
from health.parts import CONSTANTS, SEATS_METRIC, USAGE_METRICS

DAYS = 2 * int(CONSTANTS["trend_days"])
MOST = 5


@dataclass(frozen=True)
class OddReading:
    """One day of a metric, and what is usual on the others of 56 days."""

    metric: Metric
    day: date
    value: float
    usual: float


def odd_readings(account: Account, today: date) -> list[OddReading]:
    """The newest that are below 0 or over 1,000 times the median of the other days, and over 1,000; MOST of them."""
    rows = MetricDay.objects.filter(
        account=account,
        metric__key__in=[*USAGE_METRICS, SEATS_METRIC],
        day__gt=today - timedelta(days=DAYS),
        day__lte=today,
    )
    by_metric: dict[int, list[MetricDay]] = defaultdict(list)
    for row in rows.select_related("metric").order_by("-day"):
        by_metric[row.metric_id].append(row)
    found = [one for days in by_metric.values() for one in _odd(days)]
    return sorted(found, key=lambda one: one.day, reverse=True)[:MOST]


def _odd(days: Sequence[MetricDay]) -> list[OddReading]:
    """Of one metric."""
    values = [row.total if row.metric.kind == Metric.Kind.COUNTER else row.last for row in days]
    if len(values) < 3:
        return []
    usual = median(values)
    bound = CONSTANTS["times_beyond"] * max(usual, 1.0)
    return [
        OddReading(row.metric, row.day, value, usual)
        for row, value in zip(days, values, strict=True)
        if value < 0 or value > bound
    ]
