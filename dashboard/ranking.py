"""Who needs somebody, the most urgent first: the ranking behind Today, without looking at every account.

It takes two statements at any size. The first ranks a sample: of each of the next 90 days, the unhealthy customers
with the most money. That gives a bar, above which there are enough lines already. The second ranks what can reach the
bar: urgency never exceeds money x nearness, so an index on renewal and money names them. A sample too small to give a
bar means few renewals; then all lines are ranked. A list that was shown before needs the second only: its last line was
the bar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts import queries as account_queries
from accounts.stages import CUSTOMER, Band, Stage
from alerts import queries as alert_queries
from dashboard import urgency
from workspaces import tenancy

MOST_LINES, MORE_LINES = 50, 200
SAMPLE_SHARE = 4  # of those who renew in n days the sample has 1 + 4 x lines / (10 + n)
TYPICAL_OF = 500
MOST_BARS = 1000
MOST_MONEY = 9 * 10**18  # what a bigint can hold
CAUTION = 0.999999  # what rounding may cost
ABOUT = 15  # columns of a line before those of its first alert


@dataclass(frozen=True)
class FirstAlert:
    """The most pressing of an account's visible alerts: an urgent one, or the newest; `drivers` as JSON."""

    pk: int
    opened_at: datetime
    acknowledged_at: datetime | None
    drivers: str
    assignee_id: int | None
    escalated_at: datetime | None
    escalated_to: list[int]


@dataclass(frozen=True)
class Line:
    """One account that needs somebody, with what its place in the list rests on, and who is missing among its people.

    `chance`: of leaving within `chance_days`, where it was computed. `typical`: what a typical account pays, as all
    lines are compared with. `champion_left_at`: when the last champion left, if none is there; `champion` is their
    name, unless it was erased.
    """

    account_id: int
    name: str
    health_score: float | None
    health_band: str
    chance: float | None
    chance_days: int | None
    arr_minor: int | None
    currency: str
    renews_on: date | None
    owner_id: int | None
    alerts: int
    urgency: float
    is_undecided: bool
    champion: str
    champion_left_at: datetime | None
    alert: FirstAlert | None
    typical: float | None


def urgent_lines(*, today: date, owner: int | str = "", most: int = MOST_LINES) -> list[Line]:
    """Accounts with visible alerts, and customers who renew within 90 days and are not healthy; most urgent first.

    Who has churned is nobody's work any more, and who was taken off Today nobody's for now. `owner` narrows to a
    member's accounts and those with an alert assigned to them, or to nobody's (`none`).
    """
    known: dict[str, Any] = {
        "workspace": tenancy.current_id(),
        "today": today,
        "soon": account_queries.RENEWS_SOON.days,
        "churned": Stage.CHURN,
        "healthy": Band.HEALTHY,
        "stages": [str(stage) for stage in CUSTOMER],
        "owner": owner,
        "most": most,
        "share": SAMPLE_SHARE * most,
        "typical_of": TYPICAL_OF,
        "news": alert_queries.NEWS,
    }
    place = (tenancy.current_id(), owner, most, today)
    if place in _bars:
        lines = _lines(_WITHIN_REACH, owner, known | _reach(_bars[place]))
        if len(lines) == most and _money(lines[-1]) >= _bars[place]:
            return lines
    ((bar,),) = _rows(_BAR, owner, known)
    if not bar:
        return _lines(_OF_ALL, owner, known)
    lines = _lines(_WITHIN_REACH, owner, known | _reach(bar * CAUTION))
    _remember(place, _money(lines[-1]) * CAUTION)
    return lines


# The bar of lists shown before, which mostly holds: with it the first statement is not needed, and fewer accounts reach
# the second. It is only where to begin: what comes of it has to reach it, or everything is done anew.
_bars: dict[tuple[int, int | str, int, date], float] = {}


def _remember(place: tuple[int, int | str, int, date], bar: float) -> None:
    if len(_bars) >= MOST_BARS:
        _bars.clear()
    _bars[place] = bar


def _money(line: Line) -> float:
    """Its urgency as money: of a typical account's, so that it compares whatever is typical by then."""
    return line.urgency * (line.typical or 0)


def _lines(sql: str, owner: int | str, known: Mapping[str, Any]) -> list[Line]:
    return [_line(row) for row in _rows(sql, owner, known)]


def _line(row: Sequence[Any]) -> Line:
    *about, typical = row
    alert = about[ABOUT:]
    told: list[Any] = [*about[:ABOUT], FirstAlert(*alert) if alert[0] else None, typical]
    return Line(*told)


def _rows(sql: str, owner: int | str, known: Mapping[str, Any]) -> list[Any]:
    is_member = bool(owner) and owner != account_queries.NOTHING
    mine = "and a.owner_id = %(owner)s" if is_member else "and a.owner_id is null" if owner else ""
    parts = {
        "mine": f"{mine} {_SHOWN}",
        "whose": f"{mine or _ALERTED} {_SHOWN}",
        "handed": _HANDED if is_member else "",
        "of_handed": _OF_HANDED.format(**_PARTS) if is_member else "",
        "alerts_of_handed": _ALERTS_OF_HANDED.format(**_PARTS) if is_member else "",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**parts, **_PARTS), known)
        return list(cursor.fetchall())


def _reach(least: float) -> dict[str, Any]:
    """The least money that reaches the bar: on the day of the renewal, when it is far, and without a date."""
    return {
        "least": least,
        "most_money": MOST_MONEY,
        "least_at_once": int(least),
        "least_later": int(least / urgency.nearness(account_queries.RENEWS_SOON.days)),
        "least_undated": int(least / urgency.nearness(None)),
        "half_life": urgency.HALF_LIFE_DAYS,
        "safest": urgency.SAFEST,
    }


_AWAKE = "closed_at is null and not is_held_out and (snoozed_until is null or snoozed_until <= %(today)s)"
_ALERTED = "and a.id = any(array(select id from alerted))"
_SHOWN = "and a.id <> all(array(select account_id from off))"
# Accounts of others with an alert that was assigned to the member whose list it is.
_HANDED = f"""handed as materialized (
        select distinct l.account_id as id from alerts_alert l
        join accounts_account o on o.workspace_id = %(workspace)s and o.id = l.account_id
        where l.workspace_id = %(workspace)s and l.assignee_id = %(owner)s and {_AWAKE}
          and o.owner_id is distinct from %(owner)s
    ),"""  # noqa: S608  our own words
_OF_HANDED = """
        union all
        select {columns} from accounts_account a
        where a.workspace_id = %(workspace)s and a.id = any(array(select id from handed)) and a.stage <> %(churned)s
          {shown}"""
_ALERTS_OF_HANDED = """
        union all
        select a.*, alerted.alerts
        from (
            select {columns} from accounts_account a
            where a.workspace_id = %(workspace)s and a.id = any(array(select id from handed))
              and a.stage <> %(churned)s {shown} offset 0
        ) a join alerted using (id)"""
_PARTS = {
    "urgency": urgency.SQL,
    "off": f"off as materialized ({alert_queries.OFF_TODAY})",
    "safety": f"coalesce(100 * (1 - a.risk), a.health_score::float8, {100 * urgency.SAFETY_UNKNOWN})",
    "unwell": "a.stage = any(%(stages)s) and a.health_band <> %(healthy)s",
    "columns": "a.id, a.risk, a.health_score, a.health_band, a.stage, a.arr_minor, a.renews_on - %(today)s as days",
    "awake": _AWAKE,
    "shown": _SHOWN,
    "typical": """typical as materialized (
        select avg(arr_minor::float8) as typical from (
            select a.arr_minor from accounts_account a where a.workspace_id = %(workspace)s and a.stage <> %(churned)s
            order by a.renews_on, a.arr_minor limit %(typical_of)s
        ) a
    )""",
    "ranked": f"""ranked as (
        select id, alerts, {urgency.SQL} as urgency, typical
        from (select line.*, typical.typical from line cross join typical) line
        order by urgency desc, id limit %(most)s
    )
    select a.id, a.name, a.health_score::float8, a.health_band, a.risk, a.risk_days, a.arr_minor, a.currency,
           a.renews_on, a.owner_id, ranked.alerts, ranked.urgency, not exists (
               select from accounts_contact c where c.workspace_id = %(workspace)s and c.account_id = a.id
                 and c.role = 'decision_maker' and c.left_at is null
           ), coalesce(gone.name, ''), gone.left_at, first.id, first.opened_at, first.acknowledged_at,
           first.drivers, first.assignee_id, first.escalated_at, first.escalated_to, ranked.typical
    from ranked join accounts_account a on a.workspace_id = %(workspace)s and a.id = ranked.id
    left join lateral (
        select id, opened_at, acknowledged_at, drivers, assignee_id, escalated_at, escalated_to from alerts_alert
        where workspace_id = %(workspace)s and account_id = a.id and {_AWAKE}
        order by is_urgent desc, opened_at desc, id desc limit 1
    ) first on ranked.alerts > 0
    left join lateral (
        select c.name, c.left_at from accounts_contact c
        where c.workspace_id = %(workspace)s and c.account_id = a.id and c.role = 'champion'
        order by c.left_at desc nulls first limit 1
    ) gone on gone.left_at is not null
    order by ranked.urgency desc, a.id""",  # noqa: S608  our own words
}

# The urgency as money of the last line shown if the sample were all.
_BAR = """
    with {off}, {typical}, day as materialized (
        select n, %(today)s + n as day from generate_series(0, %(soon)s) n
    ), sample as materialized (
        select a.* from day cross join lateral (
            select {columns} from accounts_account a
            where a.workspace_id = %(workspace)s and a.renews_on = day.day and a.arr_minor is not null
              and {unwell} {mine}
            order by a.arr_minor desc limit 1 + %(share)s / (10 + n)
        ) a
    ), alerted as materialized (
        select account_id as id, count(*) as alerts from alerts_alert
        where workspace_id = %(workspace)s and account_id = any(array(select id from sample)) and {awake}
        group by account_id
    ), line as (
        select sample.*, coalesce(alerted.alerts, 0) as alerts, typical.typical
        from typical cross join sample left join alerted using (id)
        where typical.typical > 0
    )
    select typical * (select {urgency} as urgency from line order by urgency desc offset %(most)s - 1 limit 1)
    from typical
"""

# Of those who renew within 90 days, each day's with money enough for how unsafe they are; and the few others with more.
_WITHIN_REACH = """
    with {off}, {typical}, {handed} day as materialized (
        select %(today)s + n as day,
               floor(least(%(least)s * (1 + n / %(half_life)s::float8), %(most_money)s))::bigint as money
        from generate_series(0, %(soon)s) n
    ), able as materialized (
        select a.* from day cross join lateral (
            select {columns} from accounts_account a
            where a.workspace_id = %(workspace)s and a.renews_on = day.day and a.arr_minor >= day.money
              and {safety}
                  <= (%(safest)s * (1 - day.money / greatest(a.arr_minor, 1)::float8))::int + 1
              and a.stage <> %(churned)s {mine}
        ) a
        union all
        select {columns} from accounts_account a
        where a.workspace_id = %(workspace)s and a.renews_on > %(today)s + %(soon)s and a.arr_minor >= %(least_later)s
          and a.stage <> %(churned)s {mine}
        union all
        select {columns} from accounts_account a
        where a.workspace_id = %(workspace)s and a.renews_on < %(today)s and a.arr_minor >= %(least_at_once)s
          and a.stage <> %(churned)s {mine}
        union all
        select {columns} from accounts_account a
        where a.workspace_id = %(workspace)s and a.renews_on is null and a.arr_minor >= %(least_undated)s
          and a.stage <> %(churned)s {mine}
        union all
        select {columns} from accounts_account a
        where (select typical >= %(least)s from typical) and a.workspace_id = %(workspace)s and a.arr_minor is null
          and a.stage <> %(churned)s {mine}{of_handed}
    ), alerted as materialized (
        select account_id as id, count(*) as alerts from alerts_alert
        where workspace_id = %(workspace)s and account_id = any(array(select id from able)) and {awake}
        group by account_id
    ), line as (
        select a.id, a.risk, a.health_score, a.arr_minor, a.days, coalesce(alerted.alerts, 0) as alerts
        from able a left join alerted using (id)
        where alerted.id is not null or a.days between 0 and %(soon)s and {unwell}
    ), {ranked}
"""

# Each half finds its accounts by an index of its own, where a condition joined by `or` would read them all: by their
# ids, or by their owner.
_OF_ALL = """
    with {off}, {typical}, {handed} alerted as materialized (
        select account_id as id, count(*) as alerts from alerts_alert
        where workspace_id = %(workspace)s and {awake}
        group by account_id
    ), line as (
        select a.*, alerted.alerts
        from (
            select {columns} from accounts_account a
            where a.workspace_id = %(workspace)s and a.stage <> %(churned)s {whose} offset 0
        ) a join alerted using (id){alerts_of_handed}
        union all
        select {columns}, 0
        from accounts_account a
        where a.workspace_id = %(workspace)s and a.renews_on between %(today)s and %(today)s + %(soon)s
          and {unwell} {mine} and not exists (select from alerted where alerted.id = a.id)
    ), {ranked}
"""
