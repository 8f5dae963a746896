"""Loyalty and satisfaction: of one account with what they are made of, and of the whole workspace."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.models import Account, AccountQuerySet, Metric
from health import attitudes, axes
from health.axes import MEASURES, Axis, Quadrant, Reading, Standing
from health.models import Attitude
from health.parts import EFFORT_METRIC
from workspaces import tenancy

UNKNOWN = "unknown"
QUADRANTS = [*Quadrant.values, UNKNOWN]


def attitude_parameters(account_ids: Sequence[int], day: date, at: datetime) -> dict[str, Any]:
    """What the statements are told."""
    ids = dict(Metric.objects.filter(key__in=["csat", EFFORT_METRIC]).values_list("key", "pk"))
    return attitudes.parameters(
        workspace_id=tenancy.current_id(),
        account_ids=account_ids,
        day=day,
        at=at,
        csat=ids.get("csat"),
        ces=ids.get(EFFORT_METRIC),
    )


@dataclass(frozen=True)
class AttitudeView:
    """Both axes of one account, with the measures of each."""

    readings: dict[str, list[Reading]]
    standings: dict[str, Standing]
    quadrant: str


def attitude_of(account: Account, day: date, at: datetime) -> AttitudeView:
    """Measured now, in two statements."""
    with connection.cursor() as cursor:
        cursor.execute(attitudes.READ, attitude_parameters([account.pk], day, at))
        row = cursor.fetchone() or ()
    by_key = {key: _reading(key, row[place * 4 : place * 4 + 4]) for place, key in enumerate(axes.KEYS)}
    readings = {axis: [by_key[one.key] for one in measures] for axis, measures in MEASURES.items()}
    standings = {axis: axes.standing(axis, told) for axis, told in readings.items()}
    return AttitudeView(
        readings, standings, axes.quadrant(standings[Axis.LOYALTY.value], standings[Axis.SATISFACTION.value])
    )


def _reading(key: str, told: Sequence[Any]) -> Reading:
    if not told or told[0] is None:
        return Reading(key, None, 0.0, 0)
    value, coverage, n, extra = told
    return Reading(key, float(value), float(coverage), int(n), () if extra is None else (extra,))


@dataclass(frozen=True)
class InQuadrant:
    """How many accounts stand in one quadrant, and their money by currency."""

    quadrant: str
    accounts: int = 0
    arr: dict[str, int] = field(default_factory=dict)


def by_quadrant() -> list[InQuadrant]:
    """Every account in one of four quadrants, or where too little is known; in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_QUADRANT, {"workspace": tenancy.current_id()})
        rows = cursor.fetchall()
    counts: dict[str, int] = defaultdict(int)
    money: dict[str, dict[str, int]] = defaultdict(dict)
    for quadrant, currency, accounts, arr in rows:
        counts[quadrant or UNKNOWN] += accounts
        if arr:
            money[quadrant or UNKNOWN][currency] = int(arr)
    return [InQuadrant(key, counts[key], money[key]) for key in QUADRANTS]


# Joined: the ORM's subquery was run for each of 100,000 accounts (0.9 s).
_BY_QUADRANT = """
    select coalesce(h.quadrant, ''), a.currency, count(*), sum(a.arr_minor)
    from accounts_account a
    left join health_attitude h on h.workspace_id = %(workspace)s and h.account_id = a.id
    where a.workspace_id = %(workspace)s
    group by 1, 2
"""


def accounts_in(quadrant: str) -> AccountQuerySet:
    """The accounts of one quadrant, unordered; `unknown` are those in none."""
    placed = (
        Attitude.objects.exclude(quadrant="") if quadrant == UNKNOWN else Attitude.objects.filter(quadrant=quadrant)
    )
    ids = placed.order_by().values("account_id")
    return Account.objects.exclude(pk__in=ids) if quadrant == UNKNOWN else Account.objects.filter(pk__in=ids)


def attitudes_of(account_ids: Sequence[int]) -> dict[int, Attitude]:
    """As last measured, by account; those never measured are absent."""
    return {row.account_id: row for row in Attitude.objects.filter(account_id__in=list(account_ids))}
