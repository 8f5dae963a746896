"""The statements that measure loyalty and satisfaction in sets: `health.axes` as SQL over `health/sql/axes.sql`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from health.axes import CONSTANTS, MEASURES, Axis, Quadrant
from health.scoring import array

_READ = (Path(__file__).parent / "sql" / "axes.sql").read_text().rstrip()
_EXTRA = {"will": "x_will", "renewed": "x_renewed", "speaking": "x_speaking", "promises": "x_promises"}


def _sum(axis: str, template: str) -> str:
    known = (
        f"case when v_{one.key} is null then 0 else {template.format(key=one.key, weight=one.weight)} end"
        for one in MEASURES[axis]
    )
    return " + ".join(known)


def _axis(axis: str) -> str:
    covered, total = _sum(axis, "{weight}::float8 * c_{key}"), _sum(axis, "{weight}::float8 * c_{key} * v_{key}")
    n = _sum(axis, "n_{key}")
    return f"({covered}) as c_{axis}, ({total}) as t_{axis}, ({n}) as n_{axis}"


def _value(axis: str) -> str:
    return (
        f"case when c_{axis} > 0 then (t_{axis} + %(prior)s::float8 * %(middle)s::float8)"
        f" / (c_{axis} + %(prior)s::float8) end as {axis}"
    )


_LOYAL, _SATISFIED = Axis.LOYALTY.value, Axis.SATISFACTION.value
_AXES = f""",
summed as (select measured.*, {_axis(_LOYAL)}, {_axis(_SATISFIED)} from measured),
placed as (select summed.*, {_value(_LOYAL)}, {_value(_SATISFIED)} from summed),
standing as (
    select placed.*, case
        when c_loyalty < %(enough)s::float8 or c_satisfaction < %(enough)s::float8 or loyalty is null
            or satisfaction is null then ''
        when loyalty >= %(middle)s::float8 and satisfaction >= %(middle)s::float8 then '{Quadrant.BOTH.value}'
        when loyalty >= %(middle)s::float8 then '{Quadrant.LOYAL.value}'
        when satisfaction >= %(middle)s::float8 then '{Quadrant.SATISFIED.value}'
        else '{Quadrant.NEITHER.value}' end as quadrant
    from placed
)
"""  # noqa: S608  our own words
_COLUMNS = ", ".join(
    f"v_{one.key}, c_{one.key}, n_{one.key}, {_EXTRA.get(one.key, 'null')}"
    for measures in MEASURES.values()
    for one in measures
)
READ = f"{_READ}{_AXES}select {_COLUMNS} from standing"  # noqa: S608  our own words
STORE = f"""{_READ}{_AXES}
insert into health_attitude as h (workspace_id, account_id, loyalty, loyalty_coverage, loyalty_n,
    satisfaction, satisfaction_coverage, satisfaction_n, quadrant, measured_at)
select %(workspace)s, account_id, round(loyalty::numeric, 1), c_loyalty, n_loyalty,
    round(satisfaction::numeric, 1), c_satisfaction, n_satisfaction, quadrant, %(at)s
from standing
on conflict (workspace_id, account_id) do update
set loyalty = excluded.loyalty, loyalty_coverage = excluded.loyalty_coverage, loyalty_n = excluded.loyalty_n,
    satisfaction = excluded.satisfaction, satisfaction_coverage = excluded.satisfaction_coverage,
    satisfaction_n = excluded.satisfaction_n, quadrant = excluded.quadrant, measured_at = excluded.measured_at
"""  # noqa: S608  our own words


def parameters(
    *, workspace_id: int, account_ids: Sequence[int], day: date, at: datetime, csat: int | None, ces: int | None
) -> dict[str, Any]:
    """Everything the statements are told. A metric that is not defined has no id and matches nothing."""

    def midnight(of: date) -> datetime:
        return datetime.combine(of, time(), UTC)

    year, half = int(CONSTANTS["year"]), int(CONSTANTS["half_year"])
    return {
        "workspace": workspace_id, "ids": array(account_ids), "day": day, "at": at, "csat": csat, "ces": ces,
        "until": midnight(day + timedelta(days=1)), "year_at": midnight(day - timedelta(days=year - 1)),
        "half_year_at": midnight(day - timedelta(days=half - 1)), "half_year_from": day - timedelta(days=half),
        **CONSTANTS,
    }  # fmt: skip
