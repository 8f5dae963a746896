"""Metrics: any number about an account, as day rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from accounts.actions.watching import tell_watchers
from accounts.models import Metric
from workspaces import tenancy

HISTORY_BATCH = 20_000
REPLACE = "n = excluded.n, total = excluded.total, last = excluded.last"


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


@dataclass(frozen=True)
class DayRows:
    """Many day rows in columns: `metrics` by their keys, `days` as YYYY-MM-DD."""

    account_ids: Sequence[int]
    metrics: Sequence[str]
    metric_ids: Mapping[str, int]
    days: Sequence[str]
    ns: Sequence[int]
    totals: Sequence[float]
    lasts: Sequence[float]


@transaction.atomic
def upsert_day_rows(*, rows: DayRows, at: datetime) -> int:
    """Set day rows, replacing those that stand, and tell each watcher of metrics which accounts changed.

    The last of several for the same account, metric and day wins. Returns the rows written.
    """
    last = {key: place for place, key in enumerate(zip(rows.account_ids, rows.metrics, rows.days, strict=True))}
    columns: list[Sequence[Any]] = [
        rows.account_ids,
        [rows.metric_ids[key] for key in rows.metrics],
        rows.days,
        rows.ns,
        rows.totals,
        rows.lasts,
    ]
    if len(last) < len(rows.days):
        columns = [[column[place] for place in last.values()] for column in columns]
    _write_columns(columns, REPLACE)
    tell_watchers(account_ids=sorted(set(rows.account_ids)), at=at)
    return len(last)


@transaction.atomic
def upsert_readings(*, readings: Sequence[Reading], at: datetime) -> int:
    """`upsert_day_rows` for readings that are at hand one by one."""
    unique = {(r.account_id, r.metric_id, r.day): r for r in readings}
    _write(list(unique.values()), REPLACE)
    tell_watchers(account_ids=sorted({reading.account_id for reading in readings}), at=at)
    return len(unique)


def write_history(*, readings: Sequence[Reading]) -> None:
    """Bring in day rows of long ago: they replace what stands and set nothing off."""
    for start in range(0, len(readings), HISTORY_BATCH):
        _write(readings[start : start + HISTORY_BATCH], REPLACE)


def _write(readings: Sequence[Reading], on_conflict: str) -> None:
    names = ("account_id", "metric_id", "day", "n", "total", "last")
    _write_columns([[getattr(reading, name) for reading in readings] for name in names], on_conflict)


def _write_columns(columns: Sequence[Sequence[Any]], on_conflict: str) -> None:
    """In the order of their keys, so that two batches of the same rows wait for each other, and never crosswise.

    Arrays travel as one text each: as lists they would be constants to parse, which took as long as writing them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into accounts_metricday as d (workspace_id, account_id, metric_id, day, n, total, last)
            select %s, r.*
            from unnest(%s::bigint[], %s::bigint[], %s::date[], %s::int[], %s::float8[], %s::float8[])
                as r(account_id, metric_id, day, n, total, last)
            order by account_id, metric_id, day
            on conflict (workspace_id, account_id, metric_id, day) do update set {on_conflict}
            """,  # noqa: S608  our own words
            [tenancy.current_id(), *("{" + ",".join(map(str, column)) + "}" for column in columns)],
        )
