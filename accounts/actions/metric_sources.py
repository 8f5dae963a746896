"""Who writes metrics: kept, so that two who write the same one are seen."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import MetricSource

STEP = timedelta(hours=1)  # noted no more often, so that many who write at once do not wait for each other's row


def note_source(*, metric_ids: Iterable[int], kind: str, name: str, at: datetime) -> None:
    """Somebody outside wrote these metrics; within STEP of the last time nothing is noted."""
    wanted = set(metric_ids)
    same = MetricSource.objects.filter(metric__in=wanted, kind=kind, name=name, last_at__gt=at - STEP)
    wanted -= set(same.values_list("metric_id", flat=True))
    MetricSource.objects.bulk_create(
        [MetricSource(metric_id=pk, kind=kind, name=name, first_at=at, last_at=at) for pk in sorted(wanted)],
        update_conflicts=True,
        unique_fields=["workspace", "metric", "kind", "name"],
        update_fields=["last_at"],
    )
