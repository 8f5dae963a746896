"""Touchpoints in sets: history of another system. What stands already stays as it is."""

from accounts.actions.merging import references
from accounts.actions.merging.stage import Columns, Stage
from accounts.actions.metrics import define_metric
from accounts.models import Metric
from journeys.actions.touchpoints import METRIC_NAMES

COLUMNS: Columns = (
    ("row", "int"),
    ("own_id", "bigint"),
    ("external_id", "text"),
    *references.COLUMNS,
    ("email", "text"),
    ("happened_at", "timestamptz"),
    ("channel", "text"),
    ("direction", "text"),
    ("summary", "text"),
    ("outcome", "text"),
    ("is_proactive", "boolean"),
    ("expected", "smallint"),
    ("felt", "smallint"),
    ("by_user", "bigint"),
)

_BY_OWN_ID = """
update staged s set target = t.id, account_id = t.account_id from journeys_touchpoint t
where s.own_id is not null and t.workspace_id = %(ws)s and t.id = s.own_id
"""

_BY_ID = """
update staged s set target = t.id, account_id = t.account_id from journeys_touchpoint t
where s.target is null and t.workspace_id = %(ws)s and t.source = s.source and t.external_id = s.external_id
  and t.external_id <> ''
"""

# Somebody of another account was not who we met.
_BY_CONTACT = """
update staged s
set account_id = coalesce(s.account_id, c.account_id),
    contact_id = case when c.account_id = coalesce(s.account_id, c.account_id) then c.id end, contact_name = c.name
from accounts_contact c
where c.workspace_id = %(ws)s and c.email = s.email and c.email <> ''
"""


def judge(stage: Stage, *, is_final: bool) -> None:
    """Say of each row whether it is there already; nothing is held, as nothing that stands is changed."""
    stage.run("alter table staged add contact_id bigint, add contact_name text")
    stage.run(_BY_OWN_ID)
    stage.refuse("no_own_id", "s.own_id is not null and s.target is null")
    stage.run(_BY_ID)
    references.find_accounts(stage)
    if stage.has("s.email is not null"):
        stage.run(_BY_CONTACT)
    references.refuse_same_target(stage)
    references.refuse_strangers(stage)
    stage.refuse("time_missing", "s.target is null and s.happened_at is null")
    stage.refuse("summary_missing", "s.target is null and s.summary is null")
    stage.refuse("not_yet", "s.happened_at > %(at)s")
    stage.settle()


def merge(stage: Stage) -> None:
    """Write what is new, count it into the metrics of its days, and tell it; this is history."""
    for key, name in METRIC_NAMES.items():
        define_metric(key=key, name=name, kind=Metric.Kind.COUNTER)
    stage.number("journeys_touchpoint_id_seq")
    stage.run(_FILL)
    stage.run(_INSERT)
    stage.run(_COUNT)
    stage.tell("touchpoint.logged", _ABOUT, "s.verdict = 'new'", at="s.happened_at", is_history=True)
    stage.tell_watchers()


_FILL = """
update staged s
set channel = coalesce(s.channel, 'note'),
    direction = coalesce(
        s.direction, case when s.channel in ('call', 'meeting', 'chat') then 'two_way' else 'one_way' end
    ),
    outcome = coalesce(s.outcome, ''),
    contact_name = case when s.contact_id is null then '' else coalesce(nullif(s.contact_name, ''), s.email) end
where s.verdict = 'new'
"""

_INSERT = """
insert into journeys_touchpoint (id, workspace_id, account_id, contact_id, channel, direction, summary, source,
    external_id, outcome, is_proactive, expected, felt, at, by_id)
select s.target, %(ws)s, s.account_id, s.contact_id, s.channel, s.direction, s.summary, coalesce(s.source, ''),
    coalesce(s.external_id, ''), s.outcome, s.is_proactive, s.expected, s.felt, s.happened_at, s.by_user
from staged s where s.verdict = 'new' order by s.row
"""

_COUNT = """
insert into accounts_metricday as d (workspace_id, account_id, metric_id, day, n, total, last)
select %(ws)s, s.account_id, m.id, (s.happened_at at time zone 'UTC')::date, count(*), count(*), 1
from staged s join accounts_metric m on m.workspace_id = %(ws)s and m.key = 'touchpoints_' || s.direction
where s.verdict = 'new' and s.channel <> 'note' and s.outcome <> 'missed'
group by s.account_id, m.id, (s.happened_at at time zone 'UTC')::date
order by 2, 3, 4
on conflict (workspace_id, account_id, metric_id, day)
do update set n = d.n + excluded.n, total = d.total + excluded.total, last = excluded.last
"""

_ABOUT = """
jsonb_build_object('touchpoint_id', s.target, 'channel', s.channel, 'direction', s.direction, 'summary', s.summary,
    'outcome', s.outcome, 'is_proactive', s.is_proactive, 'expected', s.expected, 'felt', s.felt,
    'contact_name', s.contact_name)
"""
