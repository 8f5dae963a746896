"""What the rules look at, read for many accounts at once: a fixed number of statements whatever their number."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.stages import Stage
from health.models import Alert, AlertQuerySet, HealthScore
from health.parts import HEALTHY_FROM, PARTS
from health.rules import ANSWER_LIFE, DROP, DROP_DAYS, Answer, Driver, Rule, Standing, is_at_rest
from health.scoring import array
from lib.time import day_of
from workspaces import tenancy

PAST_SEARCH = timedelta(days=30)  # a day without a row: the latest before it within this time
EPISODE_MEMORY = 2 * ANSWER_LIFE
ABOUT = ("contact_name", "contact_role", "metric", "scale_max", "comment")
CAUSES = 2


@dataclass(frozen=True)
class Situation:
    """One account as the rules see it, with its alerts, newest first."""

    standing: Standing
    band: str
    alerts: Sequence[Alert]


def situations(account_ids: Sequence[int], at: datetime) -> dict[int, Situation]:
    """The accounts among `account_ids` about which a rule may have something to say; their alerts are locked."""
    answers = latest_answers(account_ids, at)
    held = _held(account_ids, at)
    standings = {}
    for row in _readings(account_ids, {*answers, *held}, day_of(at)):
        account_id, band = row[0], row[3]
        standing = _standing(row, answers.get(account_id, ()), at)
        if not is_at_rest(standing, held.get(account_id, ())):
            standings[account_id] = standing, band
    alerts = _alerts([account_id for account_id in standings if account_id in held], at)
    return {
        account_id: Situation(standing, band, alerts.get(account_id, ()))
        for account_id, (standing, band) in standings.items()
    }


def _standing(row: tuple[Any, ...], answers: Sequence[Answer], at: datetime) -> Standing:
    _, stage, score, band, past_score, past_day, past_band = row
    return Standing(
        at=at,
        score=float(score) if band else None,
        past_score=float(past_score) if past_band else None,
        past_day=past_day,
        may_open_soft=stage != Stage.CHURN,
        answers=answers,
    )


def _readings(account_ids: Sequence[int], also: Iterable[int], day: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select a.id, a.stage, a.health_score, a.health_band, past.score, past.day, past.band
            from accounts_account a
            left join lateral (
                select s.score, s.day, s.band from health_healthscore s
                where s.workspace_id = %(workspace)s and s.account_id = a.id
                  and s.day <= %(past)s and s.day > %(past_from)s
                order by s.day desc limit 1
            ) past on true
            where a.workspace_id = %(workspace)s and a.id = any(%(ids)s::bigint[])
              and (a.health_band = 'at_risk' or past.score - a.health_score >= %(drop)s
                   or a.id = any(%(also)s::bigint[]))
            order by a.id
            """,
            {
                "workspace": tenancy.current_id(),
                "ids": array(account_ids),
                "also": array(sorted(also)),
                "past": day - timedelta(days=DROP_DAYS),
                "past_from": day - timedelta(days=DROP_DAYS) - PAST_SEARCH,
                "drop": DROP,
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def latest_answers(account_ids: Sequence[int], at: datetime) -> dict[int, list[Answer]]:
    """Each contact's latest answer of the last 30 days, by account, from the facts `survey.answered`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select distinct on (f.account_id, f.data->'contact_id') f.account_id, f.id, f.at, f.data::text
            from accounts_fact f
            where f.workspace_id = %s and f.account_id = any(%s::bigint[]) and f.kind = 'survey.answered'
              and f.at > %s
            order by f.account_id, f.data->'contact_id', f.at desc, f.id desc
            """,
            [tenancy.current_id(), array(account_ids), at - ANSWER_LIFE],
        )
        rows = cursor.fetchall()
    found: dict[int, list[Answer]] = defaultdict(list)
    for account_id, fact_id, answered_at, data in rows:
        found[account_id].append(_answer(fact_id, answered_at, json.loads(data)))
    return found


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


def _episodes(account_ids: Sequence[int], at: datetime) -> AlertQuerySet:
    """Alerts that are open, still hold a rule, or may have told of an answer that counts."""
    recent = Q(rule=Rule.BAD_ANSWER, closed_at__gt=at - EPISODE_MEMORY)
    these = RawSQL("select unnest(%s::bigint[])", [array(account_ids)])
    return Alert.objects.filter(Q(closed_at=None) | ~Q(held=[]) | recent).filter(account_id__in=these)


def _held(account_ids: Sequence[int], at: datetime) -> dict[int, list[list[str]]]:
    """What each episode of an account holds."""
    found: dict[int, list[list[str]]] = defaultdict(list)
    for account_id, held in _episodes(account_ids, at).order_by().values_list("account_id", "held"):
        found[account_id].append(held)
    return found


def _alerts(account_ids: Sequence[int], at: datetime) -> dict[int, list[Alert]]:
    """The episodes of each account, newest first, locked."""
    found: dict[int, list[Alert]] = defaultdict(list)
    for alert in _episodes(account_ids, at).select_for_update(of=("self",)).order_by("-pk") if account_ids else ():
        found[alert.account_id].append(alert)
    return found


def add_causes(drivers: Mapping[int, Sequence[Driver]], day: date) -> None:
    """Put behind each score driver, in place, the parts of the score that explain it. `drivers`: by account."""
    days = {day} | {date.fromisoformat(d["since"]) for told in drivers.values() for d in told if d.get("since")}
    rows = HealthScore.objects.filter(account_id__in=list(drivers), day__in=days)
    parts = {(row.account_id, row.day): row.parts for row in rows}
    for account_id, told in drivers.items():
        for driver in told:
            since = driver.get("since")
            before = parts.get((account_id, date.fromisoformat(since)), []) if since else []
            driver["causes"] = causes(parts.get((account_id, day), []), before)


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
