"""The statement that computes the scores of earlier days by other weights, from what was stored of each part."""

from health import formulas
from health.parts import PARTS, PLACES

# On a day from which one more part was asked for, the coverage may differ by other weights where it did not by those of
# then: what stood on it becomes a row of its own.
BEGIN_ANEW = """
insert into health_healthscore (workspace_id, account_id, day, score, band, coverage, parts, profile_id, computed_at)
select s.workspace_id, s.account_id, begun.day, s.score, s.band, s.coverage, s.parts, s.profile_id, s.computed_at
from unnest(%(days)s::date[]) as begun(day)
join accounts_account a on a.workspace_id = %(workspace)s and a.id between %(first)s and %(last)s
cross join lateral (
    select h.* from health_healthscore h
    where h.workspace_id = %(workspace)s and h.account_id = a.id and h.day <= begun.day
      and h.day > begun.day - %(stands)s
    order by h.day desc limit 1
) s
where begun.day < %(until)s and s.day < begun.day and s.profile_id is not distinct from %(profile)s
on conflict do nothing
"""


def statement() -> str:
    """Scores of one profile's rows of some accounts, before a day.

    Values and coverages stay, and so does `computed_at`: what was known on the day has not changed, only how it is
    weighed. So a backtest still sees what was known then. Rows that are as they should be are left alone.
    """
    read = ",\n        ".join([*_weights(), f"nullif({_asked()}, 0) as asked_weight", *_known()])
    steps = ",\n".join(formulas.weigh("known"))
    return f"""
with known as (
    select h.account_id, h.day, h.parts,
        {read}
    from health_healthscore h
    where h.workspace_id = %(workspace)s and h.account_id between %(first)s and %(last)s and h.day < %(until)s
      and h.profile_id is not distinct from %(profile)s and cardinality(h.parts) = {len(PLACES)}
    offset 0
),
{steps},
scored as (
    select account_id, day, {formulas.RESULT},
        array[
            {_numbers()}
        ]::real[] as parts
    from summed
)
update health_healthscore h
set score = s.score, band = s.band, coverage = s.coverage, parts = s.parts
from scored s
where h.workspace_id = %(workspace)s and h.account_id = s.account_id and h.day = s.day
  and (h.score, h.band, h.coverage, h.parts) is distinct from (s.score, s.band, s.coverage, s.parts)
"""  # noqa: S608  our own places


def _weights() -> list[str]:
    return [f"%(w_{part})s::float8 as w_{part}" for part in PARTS]


def _asked() -> str:
    """Of the parts that the workspace worked with by then."""
    days = [f"case when h.day >= %(since_{part})s::date then %(w_{part})s::float8 else 0 end" for part in PARTS]
    return " + ".join(days)


def _known() -> list[str]:
    """The value and the coverage of each part."""
    at = {(part, name): PLACES.index((part, "", name)) + 1 for part in PARTS for name in ("value", "coverage")}
    values = [f"h.parts[{at[part, 'value']}]::float8 as x_{part}" for part in PARTS]
    return [*values, *(f"coalesce(h.parts[{at[part, 'coverage']}], 0)::float8 as k_{part}" for part in PARTS)]


def _numbers() -> str:
    """The row's array: weights and points anew, everything else as it was."""
    anew = {"weight": lambda part: f"w_{part}", "points": formulas.points}
    found = [
        anew[name](part) if not measure and name in anew else f"parts[{place}]"
        for place, (part, measure, name) in enumerate(PLACES, start=1)
    ]
    return ",\n            ".join(f"({text})::real" for text in found)
