"""Metrics and who writes them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min, Prefetch

from accounts.models import Account, Contract, Metric, MetricDay, MetricSource
from lib.time import day_of

RECENT = timedelta(days=30)
STOPPED_AFTER = timedelta(days=10)  # whoever writes once a week has some days of grace
WRITTEN_HERE = {"ces", "csat", "nps", "touchpoints_one_way", "touchpoints_two_way"}  # from answers and touchpoints


@dataclass(frozen=True)
class Written:
    """One metric, and who wrote it from outside, the last first; `recent`: who did in the last 30 days.

    `stopped_on`: the day it was last written, when nobody has since STOPPED_AFTER: no use can be told from no reading.
    """

    metric: Metric
    sources: list[MetricSource]
    recent: list[MetricSource]
    stopped_on: date | None

    @property
    def is_here(self) -> bool:
        """Ninefold counts it itself."""
        return self.metric.key in WRITTEN_HERE

    @property
    def writers(self) -> int:
        return len(self.recent) + self.is_here

    @property
    def is_contested(self) -> bool:
        """Several write it: of one account and day the later one counts, whichever that is."""
        return self.writers > 1


def metrics(at: datetime, keys: Collection[str] | None = None) -> list[Written]:
    """The workspace's metrics by name, or those of `keys`, in two queries."""
    sources = Prefetch("sources", MetricSource.objects.order_by("-last_at", "-pk"))
    found = Metric.objects.order_by("name", "pk").prefetch_related(sources)
    return [_written(metric, at) for metric in (found if keys is None else found.filter(key__in=keys))]


@dataclass(frozen=True)
class Early:
    """On how many days an account was read before its first contract began."""

    days: int
    starts_on: date


def early_readings(account: Account, keys: Collection[str], *, since: date) -> Early | None:
    """Readings of `keys` from `since` on that lie before the account's first contract; None without any of either."""
    starts_on = Contract.objects.filter(account=account).aggregate(first=Min("starts_on"))["first"]
    if starts_on is None or starts_on <= since:
        return None
    found = MetricDay.objects.filter(account=account, metric__key__in=keys, day__gte=since, day__lt=starts_on)
    days = found.values("day").distinct().count()
    return Early(days, starts_on) if days else None


def _written(metric: Metric, at: datetime) -> Written:
    sources = list(metric.sources.all())
    recent = [one for one in sources if one.last_at > at - RECENT]
    last_on = None if metric.key in WRITTEN_HERE or not sources else day_of(sources[0].last_at)
    stopped_on = last_on if last_on and last_on + STOPPED_AFTER <= day_of(at) else None
    return Written(metric, sources, recent, stopped_on)
