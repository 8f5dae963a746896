"""Who meets a rule and who has left it: one statement for each kind of rule in use, for any number of accounts.

Each statement returns only what changes: accounts that meet a rule and are not held by it, and accounts that are held
and past its second threshold. A comparison with a missing value is neither, so that no reading changes nothing. A rule
held by a closed alert is entered again by a score FURTHER_FALL points below that of the alert, or by a new event. One
about the score that an open alert holds is entered again by a score so far below all that the alert was told of.
A lost customer meets no rule and has left all: only what somebody there answers is still told.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.queries import metric as metric_queries
from alerts.kinds import OF_METRICS, Kind
from alerts.looks import LOOKS
from alerts.rules import DROP_LEFT_AFTER, DROP_LEFT_WITHIN, FURTHER_FALL, SEATS_LEFT_AFTER, Driver, Entry, Terms
from health.parts import SEATS_METRIC, STANDS_DAYS, TWO_WAY_METRIC, VALUE_PLACES
from health.scoring import array
from lib.time import day_of
from workspaces import tenancy

RECENT, BASELINE, BASELINE_LEAST = timedelta(days=28), timedelta(days=84), timedelta(days=28)
SIGNALS = [
    TWO_WAY_METRIC, "touchpoints_one_way", "csat", "csat_relational", "ces", "ces_relational", "nps",
    "nps_transactional",
]  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What one account's rules of one kind say: those entered, with a driver each, and the keys of those left."""

    stage: str
    score: float | None
    band: str
    entered: list[Entry]
    left: list[str]


_STATEMENT = """
with rule as materialized (
    select * from jsonb_to_recordset(%(rules)s::jsonb)
        as r(key text, segment bigint, is_hard boolean, is_on boolean{columns})
),
asked as materialized (
    select a.id, a.stage, a.health_score as score, a.health_band as band, a.renews_on, a.created_at
    from accounts_account a
    where a.workspace_id = %(workspace)s and (%(ids)s::bigint[] is null or a.id = any(%(ids)s::bigint[]))
),
held as materialized (
    select l.account_id, h.key, l.closed_at is null as is_open, l.score, l.drivers
    from alerts_alert l cross join lateral unnest(l.held) h(key)
    where l.workspace_id = %(workspace)s and (l.closed_at is null or l.held <> '{{}}')
      and (%(ids)s::bigint[] is null or l.account_id = any(%(ids)s::bigint[]))
      and h.key = any(array(select key from rule))
){reads},
looked as (
    select a.id, a.stage, a.score as account_score, a.band as account_band, r.key as rule_key,
        r.is_on and a.stage <> 'churn' and ({met}) and (
            h.key is null or ({again})
            or (not r.is_hard and not h.is_open and a.band <> '' and h.score - a.score >= %(further)s)
        ) and (
            r.segment is null or exists (
                select from segments_segmentmember m
                where m.workspace_id = %(workspace)s and m.segment_id = r.segment and m.account_id = a.id
            )
        ) as is_entered,
        h.key is not null and (a.stage = 'churn' or ({over})) as is_left, {numbers} as numbers
    from asked a cross join rule r left join held h on h.account_id = a.id and h.key = r.key {joins}
)
"""
_CHANGES = """
select id, stage, account_score::float8, account_band, rule_key, coalesce(is_entered, false),
    case when is_entered then numbers::text end
from looked where is_entered or is_left order by id, rule_key
"""
_COUNT = """
select count(*), count(*) filter (where %(is_hard)s or not exists (
    select from alerts_alert o where o.workspace_id = %(workspace)s and o.account_id = l.id and o.closed_at is null
))
from looked l where l.is_entered
"""


def changes(rules: Sequence[Terms], account_ids: Sequence[int], at: datetime) -> dict[int, Change]:
    """What changes by rules of one kind, in one statement: by account."""
    by_key = {rule.key: rule for rule in rules}
    with connection.cursor() as cursor:
        cursor.execute(_sql(rules, _CHANGES), _parameters(rules, account_ids, at))
        rows = cursor.fetchall()
    found: dict[int, Change] = {}
    for account_id, stage, score, band, key, is_entered, numbers in rows:
        change = found.setdefault(account_id, Change(stage, score if band else None, band, [], []))
        if is_entered:
            change.entered.append(Entry(by_key[key], [_driver(by_key[key], at, numbers)]))
        else:
            change.left.append(key)
    return found


def _driver(rule: Terms, at: datetime, numbers: str) -> Driver:
    return rule.driver(at, json.loads(numbers))


def count(rule: Terms, at: datetime) -> tuple[int, int]:
    """How many of all accounts meet a rule that nobody is held by, and for how many of them it would open an alert."""
    with connection.cursor() as cursor:
        cursor.execute(_sql([rule], _COUNT), _parameters([rule], None, at) | {"is_hard": rule.is_hard})
        met, opening = cursor.fetchone()
    return int(met), int(opening)


def _sql(rules: Sequence[Terms], what: str) -> str:
    look = LOOKS[Kind(rules[0].kind)]
    parts = {name: getattr(look, name) for name in ("columns", "met", "over", "numbers", "reads", "joins", "again")}
    return _STATEMENT.format(**parts) + what


def _parameters(rules: Sequence[Terms], account_ids: Sequence[int] | None, at: datetime) -> dict[str, Any]:
    day = day_of(at)
    return {
        "workspace": tenancy.current_id(),
        "ids": None if account_ids is None else array(account_ids),
        "rules": json.dumps([_told(rule) for rule in rules]),
        "at": at,
        "day": day,
        "further": FURTHER_FALL,
        "stands": STANDS_DAYS,
        "within": DROP_LEFT_WITHIN,
        "drop_life": DROP_LEFT_AFTER,
        "seats_life": SEATS_LEFT_AFTER,
        "mid": day - RECENT,
        "start": day - RECENT - BASELINE,
        "known_from": day - RECENT - BASELINE_LEAST,
        "recent": RECENT.days,
        "signals": SIGNALS,
        "two_way": [TWO_WAY_METRIC],
        "seats": SEATS_METRIC,
        **_sent(rules, at),
    }


def _sent(rules: Sequence[Terms], at: datetime) -> dict[str, list[str]]:
    """Metrics of these rules that nobody sends any more, as after they were renamed: of them nothing is known.

    `heard`: those that somebody sends, or that are counted here. Of one without any known source neither can be said.
    """
    keys = {rule.parameters["metric"] for rule in rules if rule.kind in OF_METRICS}
    found = metric_queries.metrics(at, keys) if keys else []
    return {
        "stopped": [one.metric.key for one in found if one.stopped_on],
        "heard": [one.metric.key for one in found if not one.stopped_on and (one.sources or one.is_here)],
    }


def _told(rule: Terms) -> dict[str, Any]:
    told = {"key": rule.key, "segment": rule.segment_id, "is_hard": rule.is_hard, "is_on": rule.is_on}
    told["follows_budget"] = rule.follows_budget
    place = VALUE_PLACES.get(rule.parameters.get("part", ""))
    return {**told, **rule.parameters, "place": None if place is None else place + 1}


def by_kind(rules: Sequence[Terms]) -> dict[str, list[Terms]]:
    """The rules of each kind that is looked at in SQL; answers are read by `standings`."""
    found: dict[str, list[Terms]] = defaultdict(list)
    for rule in rules:
        if rule.kind != Kind.ANSWER:
            found[rule.kind].append(rule)
    return found
