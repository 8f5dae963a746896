"""Whether a playbook helped: the scores of its accounts when it was started, and 30 days after."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from health.parts import STANDS_DAYS
from workspaces import tenancy

AFTER_DAYS = 30
ENOUGH = 10  # starts, for a margin that says something


@dataclass(frozen=True)
class Effect:
    """Starts at least AFTER_DAYS ago: `old` of them, `n` with a score at both ends; and how these scores went.

    `margin` is half of the 95 % interval of the mean change, None below ENOUGH. `young` starts are too recent.
    """

    old: int
    young: int
    n: int
    before: float | None
    after: float | None
    change: float | None
    margin: float | None
    risen: int
    fallen: int

    @property
    def unknown(self) -> int:
        return self.old - self.n

    @property
    def same(self) -> int:
        return self.n - self.risen - self.fallen


def effect_of(playbook_id: int, today: date) -> Effect:
    """In one statement. A score stands until the next one."""
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(),
        "playbook": playbook_id,
        "today": today,
        "after": AFTER_DAYS,
        "stands": STANDS_DAYS,
        "enough": ENOUGH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EFFECT, values)
        return Effect(*cursor.fetchone())


_EFFECT = """
    with starts as (
        select p.account_id, (p.started_at at time zone 'UTC')::date as day from journeys_play p
        where p.workspace_id = %(workspace)s and p.playbook_id = %(playbook)s
    ), scored as (
        select s.day + %(after)s <= %(today)s as is_old, first.score as before, last.score as after
        from starts s
        left join lateral (
            select h.score from health_healthscore h
            where h.workspace_id = %(workspace)s and h.account_id = s.account_id
              and h.day > s.day - %(stands)s and h.day <= s.day
            order by h.day desc limit 1
        ) first on true
        left join lateral (
            select h.score from health_healthscore h
            where h.workspace_id = %(workspace)s and h.account_id = s.account_id
              and h.day > s.day + %(after)s - %(stands)s and h.day <= s.day + %(after)s
            order by h.day desc limit 1
        ) last on true
    ), told as (
        select is_old, before::float8 as before, after::float8 as after, (after - before)::float8 as change,
            is_old and before is not null and after is not null as is_known
        from scored
    )
    select count(*) filter (where is_old), count(*) filter (where not is_old), count(*) filter (where is_known),
        avg(before) filter (where is_known), avg(after) filter (where is_known), avg(change) filter (where is_known),
        case when count(*) filter (where is_known) >= %(enough)s
            then 1.96 * stddev_samp(change) filter (where is_known) / sqrt(count(*) filter (where is_known)) end,
        count(*) filter (where is_known and change > 0), count(*) filter (where is_known and change < 0)
    from told
"""
