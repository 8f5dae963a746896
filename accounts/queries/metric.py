"""Metrics and who writes them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch

from accounts.models import Metric, MetricSource

RECENT = timedelta(days=30)
WRITTEN_HERE = {"ces", "csat", "nps", "touchpoints_one_way", "touchpoints_two_way"}  # from answers and touchpoints


@dataclass(frozen=True)
class Written:
    """One metric, and who wrote it from outside, the last first; `recent`: who did in the last 30 days."""

    metric: Metric
    sources: list[MetricSource]
    recent: list[MetricSource]

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


def contested(at: datetime, keys: Collection[str]) -> list[Written]:
    """Those of `keys` that several write."""
    return [one for one in metrics(at, keys) if one.is_contested]


def _written(metric: Metric, at: datetime) -> Written:
    sources = list(metric.sources.all())
    return Written(metric, sources, [one for one in sources if one.last_at > at - RECENT])
