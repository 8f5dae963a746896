"""Readings in sets: day rows by account, metric and day, which replace what stands."""

from accounts.actions.merging import references
from accounts.actions.merging.stage import Columns, Stage
from accounts.actions.metric_sources import note_source
from accounts.actions.metrics import define_metric
from accounts.models import MetricSource

COLUMNS: Columns = (
    ("row", "int"),
    *references.COLUMNS,
    ("metric", "text"),
    ("name", "text"),  # of a metric that is new
    ("kind", "text"),
    ("day", "date"),
    ("n", "int"),
    ("total", "float8"),
    ("last", "float8"),
)

_KNOWN = """
update staged s
set metric_id = m.id, known_kind = m.kind, why = case when s.kind <> m.kind then 'kind_differs' else s.why end
from accounts_metric m where m.workspace_id = %(ws)s and m.key = s.metric
"""

_TWICE = """
update staged s set why = 'same_reading'
from (
    select row, metric, row_number() over (partition by account_id, metric, day order by row) as k
    from staged where why is null
) d
where d.row = s.row and d.metric = s.metric and d.k > 1 and s.why is null
"""

_COMPARE = """
update staged s
set target = 0,
    fields = case when (d.n, d.total, d.last) is distinct from (s.n, s.total, s.last) then array['value'] else '{}' end
from accounts_metricday d
where d.workspace_id = %(ws)s and d.account_id = s.account_id and d.metric_id = s.metric_id and d.day = s.day
"""


_IS_RATED = "s.last between 0 and 100 and s.total between 0 and 100 * s.n::float8"


def judge(stage: Stage, *, is_final: bool) -> None:
    """Say of each reading whether it is new or changes one; nobody else's rows are held, the last writer wins."""
    stage.run("alter table staged add metric_id bigint, add known_kind text")
    references.find_accounts(stage)
    references.refuse_strangers(stage)
    stage.run(_KNOWN)
    stage.run("update staged set kind = coalesce(kind, %(metric_kind)s)")
    stage.refuse("kind_missing", "s.metric_id is null and s.kind = ''")
    stage.refuse("not_yet", "s.day > (%(at)s at time zone 'UTC')::date + 1")
    stage.refuse("below_none", "coalesce(s.known_kind, s.kind) = 'counter' and least(s.total, s.last) < 0")
    stage.refuse("not_a_rating", f"coalesce(s.known_kind, s.kind) = 'rating' and not ({_IS_RATED})")
    stage.run(_TWICE)
    stage.run(_COMPARE)
    stage.settle()


def merge(stage: Stage) -> None:
    """Write what `judge` found, defining the metrics that are new, as `upsert_readings` would have."""
    for key, name, kind in stage.rows(
        "select metric, min(name), min(kind) from staged where verdict = 'new' and metric_id is null group by metric"
    ):
        define_metric(key=key, name=name or key, kind=kind)
    stage.run(
        "update staged s set metric_id = m.id from accounts_metric m where m.workspace_id = %(ws)s and m.key = s.metric"
    )
    stage.run(_WRITE)
    written = stage.rows("select distinct metric_id from staged where verdict in ('new', 'changed')")
    note_source(metric_ids=[pk for (pk,) in written], kind=MetricSource.Kind.FILE, name="", at=stage.at)
    stage.tell_watchers()


_WRITE = """
insert into accounts_metricday (workspace_id, account_id, metric_id, day, n, total, last)
select %(ws)s, s.account_id, s.metric_id, s.day, s.n, s.total, s.last
from staged s where s.verdict in ('new', 'changed') order by s.account_id, s.metric_id, s.day
on conflict (workspace_id, account_id, metric_id, day)
do update set n = excluded.n, total = excluded.total, last = excluded.last
"""
