"""What the rules look at, read for many accounts at once: a fixed number of statements whatever their number."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.stages import Stage
from alerts import entries
from alerts.kinds import Kind
from alerts.models import Alert
from alerts.rules import ANSWER_LIFE, Answer, Driver, Standing, Terms
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


@dataclass
class _Found:
    """What is being gathered about accounts."""

    at: datetime
    situations: dict[int, Situation] = field(default_factory=dict)

    def add(self, account_id: int, stage: str, score: float | None, band: str, **told: Any) -> None:
        """Join what one statement says to what others said of the account."""
        known = self.situations.get(account_id)
        standing = known.standing if known else Standing(self.at, score, may_open_soft=stage != Stage.CHURN)
        entered = [*standing.entered, *told.get("entered", ())]
        left = standing.left | frozenset(told.get("left", ()))
        standing = replace(standing, entered=entered, left=left)
        if "answers" in told:
            standing = replace(standing, answers=told["answers"], segments=told["segments"])
        self.situations[account_id] = Situation(standing, band)


def situations(account_ids: Sequence[int], rules: Sequence[Terms], at: datetime) -> dict[int, Situation]:
    """The accounts among `account_ids` about which a rule may have something to say; their alerts are locked."""
    found = _Found(at)
    if asked := [rule for rule in rules if rule.kind == Kind.ANSWER]:
        _read_answers(found, asked, account_ids)
    for same in entries.by_kind(rules).values():
        for account_id, change in entries.changes(same, account_ids, at).items():
            found.add(account_id, change.stage, change.score, change.band, entered=change.entered, left=change.left)
    memory = max([EPISODE_MEMORY, *(rule.cool_down for rule in rules)])
    alerts = _alerts(sorted(found.situations), at - memory)
    return {
        account_id: replace(found.situations[account_id], alerts=alerts.get(account_id, ()))
        for account_id in sorted(found.situations)
    }


def _read_answers(found: _Found, rules: Sequence[Terms], account_ids: Sequence[int]) -> None:
    """Accounts with an answer of the last 30 days, or held by a rule about answers."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERS,
            {
                "workspace": tenancy.current_id(), "ids": array(account_ids), "since": found.at - ANSWER_LIFE,
                "keys": [rule.key for rule in rules], "segments": [one.segment_id for one in rules if one.segment_id],
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    answers: dict[int, list[Answer]] = defaultdict(list)
    for account_id, _, _, _, _, fact_id, answered_at, data in rows:
        if fact_id is not None:
            answers[account_id].append(_answer(fact_id, answered_at, json.loads(data)))
    for account_id, stage, score, band, segments, *_ in rows:
        told = {"answers": answers[account_id], "segments": frozenset(segments)}
        found.add(account_id, stage, score if band else None, band, **told)


# Each contact's latest answer, by account, from the facts `survey.answered`.
_ANSWERS = """
    with said as materialized (
        select distinct on (f.account_id, f.data->'contact_id') f.account_id, f.id, f.at, f.data::text
        from accounts_fact f
        where f.workspace_id = %(workspace)s and f.account_id = any(%(ids)s::bigint[]) and f.kind = 'survey.answered'
          and f.at > %(since)s
        order by f.account_id, f.data->'contact_id', f.at desc, f.id desc
    ), holding as materialized (
        select distinct l.account_id from alerts_alert l
        where l.workspace_id = %(workspace)s and l.account_id = any(%(ids)s::bigint[])
          and (l.closed_at is null or l.held <> '{}') and l.held && %(keys)s::varchar[]
    ), concerned as materialized (
        select account_id from said union select account_id from holding
    )
    select a.id, a.stage, a.health_score::float8, a.health_band, array(
            select m.segment_id from segments_segmentmember m where m.workspace_id = %(workspace)s
              and m.account_id = a.id and m.segment_id = any(%(segments)s::bigint[])
        ), said.id, said.at, said.data
    from concerned join accounts_account a on a.workspace_id = %(workspace)s and a.id = concerned.account_id
    left join said on said.account_id = a.id
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
