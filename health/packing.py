"""What is read of day rows, and how they are packed for it: `health/sql/days.sql`, with what it says several times.

A series is one metric of each account: its days, running sums up to each, and what else is kept of every day.
"""

import re
from itertools import pairwise
from pathlib import Path

WEEKS = 8

_SERIES = """loose_{name} as materialized (
    select account_id, array_agg(day order by day) as days, array_agg(upto order by day) as sums{kept}
    from (
        select m.account_id, m.day, m.last,
            sum(greatest({least}::float8, least(m.{value}, 1e12::float8))) over w as upto,
            (count(*) filter (where m.{value} > 0) over w)::int as active
        from accounts_metricday m
        where m.workspace_id = %(workspace)s and m.account_id = any(array({ids}))
          and m.metric_id = %({metric})s and m.day > %({since})s and m.day <= %(packed_to)s
        window w as (partition by m.account_id order by m.day rows unbounded preceding)
    ) m
    group by account_id
)"""
_ACTIVES = ",\n        array_agg(active order by day) as actives"
_LASTS = ",\n        array_agg(last order by day) as lasts"

_LOOSE = "select id from loose"
_UNLESS = " except select account_id from loose_{} where days[1] <= %(day)s"
_WITHOUT_ACTIONS = _LOOSE + _UNLESS.format("actions")
_WITHOUT_LOGINS = _WITHOUT_ACTIONS + _UNLESS.format("logins")


def read() -> str:
    """The steps from `packed` to `used` and `signals`."""
    series = [
        _SERIES.format(name=name, ids=ids, metric=metric, value=value, least=least, since=since, kept=kept)
        for name, ids, metric, value, least, since, kept in (
            ("actions", _LOOSE, "key_actions", "total", "0", "start", _ACTIVES),
            ("logins", _WITHOUT_ACTIONS, "logins", "total", "0", "start", _ACTIVES),
            ("presence", _WITHOUT_LOGINS, "active_users", "last", "0", "start", _ACTIVES),
            ("people", _LOOSE, "active_users", "last", "-1e12", "mid", _LASTS),
            ("seats", _LOOSE, "seats_used", "last", "-1e12", "seats_from", ""),
        )
    ]
    text = (Path(__file__).parent / "sql" / "days.sql").read_text()
    text = text.replace("<series>", ",\n".join(series)).replace("<weeks>", _weeks())
    return re.sub(r"<median (\w+) (\w+) (\w+)>", _MEDIAN, text)


# Of the days after the one packed at the second place up to the one at the third, of the sums named first.
_MEDIAN = r"""(select percentile_cont(0.5) within group (order by w.\1[k] - coalesce(w.\1[k - 1], 0))
            from generate_series(w.\2 + 1, w.\3) k)"""


def _weeks() -> str:
    """Of how many weeks, counted back from the day, at least one day was active; null where nothing is known."""
    upto = ["w.actives[w.i0]", *(f"coalesce(w.actives[w.i{week}], 0)" for week in range(1, WEEKS + 1))]
    return "\n            + ".join(f"({later} > {earlier})::int" for later, earlier in pairwise(upto))
