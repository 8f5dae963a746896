"""How many alerts all rules open together, to be held against the budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.stages import Stage
from alerts.rules import Terms
from lib.time import day_of, midnight
from workspaces import tenancy

SPAN = timedelta(days=90)
MONTH = timedelta(days=30)
LEAST_SHARED = 0.5  # of the budget, for the rules that follow it: others must not silence the score


@dataclass(frozen=True)
class Load:
    """Alerts that were told, `opened` by the rule's key from `since` on; `months`: those of all accounts, added up.

    An account counts while it was here in that time. Those lost since count neither by their months nor by their
    alerts. `days`: how long that time is.
    """

    since: datetime | None = None
    days: int = 0
    months: float = 0.0
    opened: Mapping[str, int] = field(default_factory=dict)

    def monthly(self, opened: int) -> float | None:
        """So many alerts as alerts a month for each 100 accounts. None: the first alert is no month old."""
        return 100 * opened / self.months if self.months and self.days >= MONTH.days else None

    @property
    def rate(self) -> float | None:
        """Of all rules together."""
        return self.monthly(sum(self.opened.values()))

    @property
    def by_rule(self) -> list[tuple[str, int, float | None]]:
        """(key, alerts, alerts a month for each 100 accounts) of each rule that opened any, most first."""
        most_first = sorted(self.opened.items(), key=lambda one: (-one[1], one[0]))
        return [(key, count, self.monthly(count)) for key, count in most_first]

    def is_above(self, budget: int) -> bool:
        return self.rate is not None and self.rate > budget


def share(rule: Terms, rules: Sequence[Terms], budget: float, opened: Load) -> float:
    """What a rule may open if it follows the budget: alerts a month for each 100 accounts that it looks at.

    The budget, less what those of `rules` that are on and do not follow it opened, LEAST_SHARED of it at least, in
    equal parts for those that follow it and look at the same accounts: for all, or for the same segment. A rule for all
    has a part in every segment, one for a segment none in what is for all. How much others open in one segment is not
    known, so it is taken for as much as everywhere.
    """
    others = [one for one in rules if one.is_on and one.key != rule.key]
    spent = sum(opened.monthly(opened.opened.get(one.key, 0)) or 0.0 for one in others if not one.is_of_budget)
    beside = sum(one.is_of_budget and one.segment_id in (None, rule.segment_id) for one in others)
    return max(budget - spent, LEAST_SHARED * budget) / (1 + beside)


def load(at: datetime) -> Load:
    """Of the last 90 days, or since the first alert, in one statement."""
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "at": at, "since": midnight(day_of(at - SPAN)), "month": MONTH,
        "churn": Stage.CHURN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, values)
        rows = cursor.fetchall()
    since, months = rows[0][:2]
    if since is None:
        return Load()
    return Load(since, (at - since).days, months or 0.0, {key: count for _, _, key, count in rows if key})


_LOAD = """
    with span as materialized (
        select greatest(min(l.opened_at), %(since)s) as since from alerts_alert l
        where l.workspace_id = %(workspace)s and not l.is_held_out and l.opened_at <= %(at)s
        having count(*) > 0
    ), opened as (
        select l.rule, count(*) as n
        from span join alerts_alert l on l.opened_at >= span.since
        join accounts_account a on a.workspace_id = %(workspace)s and a.id = l.account_id
        where l.workspace_id = %(workspace)s and not l.is_held_out and l.opened_at <= %(at)s and a.stage <> %(churn)s
        group by l.rule
    ), lived as (
        select sum(extract(epoch from %(at)s - greatest(a.created_at, span.since)))
            / extract(epoch from %(month)s) as months
        from span join accounts_account a on a.created_at < %(at)s
        where a.workspace_id = %(workspace)s and a.stage <> %(churn)s
    )
    select span.since, lived.months::float8, opened.rule, opened.n
    from lived left join span on true left join opened on true
"""
