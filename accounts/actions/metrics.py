"""Metrics: any number about an account, as day rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import connection, transaction

from accounts.models import Metric
from accounts.registry import metric_watchers, reading_listeners
from outbox import actions as outbox_actions
from workspaces import tenancy

HISTORY_BATCH = 20_000


@dataclass(frozen=True)
class Reading:
    """One day row: `n` readings that sum to `total`, the last of them `last`."""

    account_id: int
    metric_id: int
    day: date
    n: int
    total: float
    last: float


def define_metric(*, key: str, name: str, kind: str, unit: str = "", good: str = Metric.Good.UP) -> Metric:
    """The metric called `key`, defined now if it was not."""
    metric: Metric
    metric, _ = Metric.objects.get_or_create(key=key, defaults={"name": name, "kind": kind, "unit": unit, "good": good})
    return metric


def count_reading(*, account_id: int, metric: Metric, day: date, value: float) -> None:
    """Add one reading to its day: for numbers that arrive one by one."""
    _write(
        [Reading(account_id, metric.pk, day, 1, value, value)],
        "n = d.n + excluded.n, total = d.total + excluded.total, last = excluded.last",
    )


@transaction.atomic
def upsert_readings(*, readings: Sequence[Reading], at: datetime) -> int:
    """Set day rows, replacing those that stand, and tell each watcher of metrics which accounts changed.

    The last of several readings for the same account, metric and day wins. Returns the rows written.
    """
    unique = {(r.account_id, r.metric_id, r.day): r for r in readings}
    _write(list(unique.values()), "n = excluded.n, total = excluded.total, last = excluded.last")
    account_ids = sorted({reading.account_id for reading in readings})
    for effect_kind in metric_watchers:
        outbox_actions.enqueue(
            kind=effect_kind, key=f"metrics:{uuid4().hex}", payload={"account_ids": account_ids}, at=at
        )
    for hear in reading_listeners if account_ids else ():
        hear(account_ids, at)
    return len(unique)


def write_history(*, readings: Sequence[Reading]) -> None:
    """Bring in day rows of long ago: they replace what stands and set nothing off."""
    for start in range(0, len(readings), HISTORY_BATCH):
        _write(
            readings[start : start + HISTORY_BATCH],
            "n = excluded.n, total = excluded.total, last = excluded.last",
        )


def _write(readings: Sequence[Reading], on_conflict: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into accounts_metricday as d (workspace_id, account_id, metric_id, day, n, total, last)
            select %s, * from unnest(%s::bigint[], %s::bigint[], %s::date[], %s::int[], %s::float8[], %s::float8[])
            on conflict (workspace_id, account_id, metric_id, day) do update set {on_conflict}
            """,  # noqa: S608  our own words
            [
                tenancy.current_id(),
                [r.account_id for r in readings],
                [r.metric_id for r in readings],
                [r.day for r in readings],
                [r.n for r in readings],
                [r.total for r in readings],
                [r.last for r in readings],
            ],
        )
