"""What the rules look at, read for many accounts at once: a fixed number of statements whatever their number."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.stages import Stage
from alerts import entries
from alerts.kinds import Kind
from alerts.models import Alert
from alerts.rules import ANSWER_LIFE, Answer, Driver, Entry, Standing, Terms
from health import queries as health_queries
from health.models import HealthScore
from health.parts import HEALTHY_FROM, PARTS
from health.scoring import array
from workspaces import tenancy

EPISODE_MEMORY = 2 * ANSWER_LIFE
ABOUT = ("contact_name", "contact_role", "metric", "scale_max", "comment")
CAUSES = 2


@dataclass(frozen=True)
class Situation:
    """One account as the rules see it, with its alerts, newest first."""

    standing: Standing
    band: str
    alerts: Sequence[Alert] = ()


@dataclass(slots=True)
class _Gathered:
    """What several statements say of one account, put together."""

    stage: str
    score: float | None
    band: str
    entered: list[Entry] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    segments: Sequence[int] = ()

    def situation(self, at: datetime, alerts: Sequence[Alert]) -> Situation:
        standing = Standing(
            at,
            self.score,
            may_open_soft=self.stage != Stage.CHURN,
            entered=self.entered,
            left=frozenset(self.left),
            answers=self.answers,
            segments=frozenset(self.segments),
        )
        return Situation(standing, self.band, alerts)


def situations(account_ids: Sequence[int], rules: Sequence[Terms], at: datetime) -> dict[int, Situation]:
    """The accounts among `account_ids` about which a rule may have something to say; their alerts are locked."""
    asked = [rule for rule in rules if rule.kind == Kind.ANSWER]
    found = _read_answers(asked, account_ids, at) if asked else {}
    for same in entries.by_kind(rules).values():
        for account_id, change in entries.changes(same, account_ids, at).items():
            known = found.setdefault(account_id, _Gathered(change.stage, change.score, change.band))
            known.entered.extend(change.entered)
            known.left.update(change.left)
    memory = max([EPISODE_MEMORY, *(rule.cool_down for rule in rules)])
    alerts = _alerts(sorted(found), at - memory)
    return {account_id: found[account_id].situation(at, alerts.get(account_id, ())) for account_id in sorted(found)}


def _read_answers(rules: Sequence[Terms], account_ids: Sequence[int], at: datetime) -> dict[int, _Gathered]:
    """Accounts about whose answers of the last 30 days a rule has something to say that no alert was told yet.

    Most have none: what they answered was told when it came, and nothing follows from it on most nights.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERS,
            {
                "workspace": tenancy.current_id(), "ids": array(account_ids), "since": at - ANSWER_LIFE,
                "keys": [rule.key for rule in rules], "segments": [one.segment_id for one in rules if one.segment_id],
                "limits": json.dumps([limit for rule in rules for limit in _limits(rule)]),
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    found: dict[int, _Gathered] = {}
    for account_id, stage, score, band, segments, fact_id, answered_at, data in rows:
        if account_id not in found:
            found[account_id] = _Gathered(stage, score if band else None, band, segments=segments)
        if fact_id is not None:
            found[account_id].answers.append(_answer(fact_id, answered_at, json.loads(data)))
    return found


def _limits(rule: Terms) -> list[dict[str, Any]]:
    told = {"key": rule.key, "is_on": rule.is_on}
    return [told | {"metric": metric, "scale": high, "most": most} for (metric, high), most in rule.limits.items()]


# Each contact's latest answer, from the facts `survey.answered`, of the accounts where a rule counts one that no alert
# was told of, or where an alert holds a rule by one that is old, or that is not the latest or does not count any more.
_ANSWERS = """
    with limits as materialized (
        select * from jsonb_to_recordset(%(limits)s::jsonb)
            as r(key text, is_on boolean, metric text, scale int, most int)
    ), said as materialized (
        select distinct on (f.account_id, f.data->'contact_id') f.account_id, f.id, f.at, f.data
        from accounts_fact f
        where f.workspace_id = %(workspace)s and f.account_id = any(%(ids)s::bigint[]) and f.kind = 'survey.answered'
          and f.at > %(since)s
        order by f.account_id, f.data->'contact_id', f.at desc, f.id desc
    ), counted as materialized (
        select said.account_id, said.id, r.key, r.is_on
        from said join limits r on r.metric = said.data->>'metric' and r.scale = (said.data->>'scale_max')::int
            and (said.data->>'value')::int <= r.most
    ), told as materialized (
        select l.account_id, d->>'rule' as key, (d->>'fact_id')::bigint as fact_id, d->>'rule' = any(l.held) as is_held
        from alerts_alert l cross join lateral jsonb_array_elements(l.drivers) d
        where l.workspace_id = %(workspace)s and l.account_id = any(%(ids)s::bigint[]) and d ? 'answer_id'
    ), meant as materialized (
        select c.account_id
        from counted c
        full join told t on t.account_id = c.account_id and t.key = c.key and t.fact_id = c.id
        where c.is_on and t.account_id is null
        union
        select t.account_id
        from told t
        full join counted c on c.account_id = t.account_id and c.id = t.fact_id and c.key = t.key
        where t.is_held and t.key = any(%(keys)s::varchar[]) and c.id is null
        union
        select l.account_id from alerts_alert l
        where l.workspace_id = %(workspace)s and l.account_id = any(%(ids)s::bigint[])
          and (l.closed_at is null or l.held <> '{}') and exists (
              select from unnest(l.held) h(key) where h.key = any(%(keys)s::varchar[]) and not exists (
                  select from jsonb_array_elements(l.drivers) d where d ? 'answer_id' and d->>'rule' = h.key))
    )
    select a.id, a.stage, a.health_score::float8, a.health_band, array(
            select m.segment_id from segments_segmentmember m where m.workspace_id = %(workspace)s
              and m.account_id = a.id and m.segment_id = any(%(segments)s::bigint[])
        ), said.id, said.at, said.data::text
    from accounts_account a left join said on said.account_id = a.id
    where a.workspace_id = %(workspace)s and a.id = any(array(select account_id from meant))
    order by a.id, said.id
"""


def _answer(fact_id: int, at: datetime, data: Mapping[str, Any]) -> Answer:
    return Answer(
        fact_id=fact_id,
        answer_id=data["answer_id"],
        at=at,
        contact_id=data["contact_id"],
        is_bad=data["is_bad"],
        value=data["value"],
        about={name: data.get(name, "") for name in ABOUT},
    )


def _alerts(account_ids: Sequence[int], since: datetime) -> dict[int, list[Alert]]:
    """The episodes of each account, newest first, locked: those that are open, still hold a rule, or are recent."""
    found: dict[int, list[Alert]] = defaultdict(list)
    recent = Q(opened_at__gt=since) | Q(closed_at__gt=since)
    these = RawSQL("select unnest(%s::bigint[])", [array(account_ids)])
    episodes = Alert.objects.filter(Q(closed_at=None) | ~Q(held=[]) | recent).filter(account_id__in=these)
    for alert in episodes.select_for_update(of=("self",)).order_by("-pk") if account_ids else ():
        found[alert.account_id].append(alert)
    return found


def add_causes(drivers: Mapping[int, Sequence[Driver]], day: date) -> None:
    """Put behind each score driver, in place, the parts of the score that explain it. `drivers`: by account."""
    days = {date.fromisoformat(d["since"]) for told in drivers.values() for d in told if d.get("since")}
    rows = HealthScore.objects.filter(account_id__in=list(drivers), day__in=days)
    parts = {(row.account_id, row.day): row.parts for row in rows}
    standing = health_queries.parts_on(list(drivers), day)
    for account_id, told in drivers.items():
        for driver in told:
            now = standing.get(account_id, [])
            if part := driver.get("part"):
                driver["causes"] = [one for one in now if one["key"] == part]
                continue
            since = driver.get("since")
            before = parts.get((account_id, date.fromisoformat(since)), []) if since else []
            driver["causes"] = causes(now, before)


def causes(now: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The weak parts that lost most points: against `before`, or against a full score when there is no before."""
    earlier = {part["key"]: part["points"] or 0.0 for part in before}
    shares = sum(part["weight"] for part in now if part["value"] is not None) or 1

    def lost(part: dict[str, Any]) -> float:
        most = earlier.get(part["key"], 0.0) if before else 100 * part["weight"] / shares
        return float(most - (part["points"] or 0))

    worst = sorted(filter(is_weak, now), key=lambda part: (-lost(part), PARTS.index(part["key"])))
    return [part for part in worst[:CAUSES] if lost(part) > 0]


def is_weak(part: dict[str, Any]) -> bool:
    """Low by what is known of this customer; what only counts as the others' mean is no cause."""
    return part["value"] is not None and part["value"] < HEALTHY_FROM
