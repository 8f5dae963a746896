"""A churn model as integer points: added by hand, by PostgreSQL or by Python, they are the score and its explanation.

20 points double the odds of leaving (the scale of credit scorecards: Siddiqi, "Credit Risk Scorecards", 2006), so
points = round(20 / ln 2 x log-odds), and the probability is 1 / (1 + 2^(-points / 20)). Needs no numpy, so that pages
can explain what the worker learned.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

PER_DOUBLING = 20
PER_LOG_ODDS = PER_DOUBLING / math.log(2)
SAFE_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class NotACard(Exception):
    """The JSON does not describe a card."""


@dataclass(frozen=True)
class Term:
    """The points of one column; `points[i]` where exactly i of the rising `edges` are at or below the value."""

    column: str
    edges: tuple[float, ...]
    points: tuple[int, ...]
    missing: int

    def points_of(self, value: float | None) -> int:
        if value is None or math.isnan(value):
            return self.missing
        return self.points[bisect_right(self.edges, value)]

    def sql(self, value: str) -> str:
        """The same in SQL, for the numeric expression `value`, in as many comparisons as halving the edges takes."""
        known = _tree(value, self.edges, self.points)
        if known == str(self.missing):
            return known
        return f"case when {value} is null or {value} = 'NaN'::float8 then {self.missing} else {known} end"


@dataclass(frozen=True)
class Driver:
    """What one column does to the risk: its points, and the chance of leaving less what it would be without them.

    0 points is the average customer's, so the difference is to an average in that column.
    """

    column: str
    points: int
    difference: float


@dataclass(frozen=True)
class Card:
    """Points to begin with, and the points each column adds."""

    baseline: int
    terms: tuple[Term, ...]

    def explain(self, values: Mapping[str, float | None]) -> list[tuple[str, int]]:
        """(column, points) in the order of the card; what is not in `values` is missing."""
        return [(term.column, term.points_of(values.get(term.column))) for term in self.terms]

    def total(self, values: Mapping[str, float | None]) -> int:
        return self.baseline + sum(points for _, points in self.explain(values))

    def drivers(self, values: Mapping[str, float | None]) -> list[Driver]:
        """Every column that adds or takes points, what raises the risk most first."""
        total = self.total(values)
        found = [
            Driver(column, points, probability(total) - probability(total - points))
            for column, points in self.explain(values)
            if points
        ]
        return sorted(found, key=lambda driver: (-driver.points, driver.column))

    def sql_points(self, columns: Mapping[str, str] | None = None) -> str:
        """An integer[] of the points of each term, in the order of the card.

        `columns` gives the trusted SQL of a column's value where that is not its quoted name.
        """
        return f"array[{', '.join(self._each(columns))}]::integer[]"

    def sql_total(self, columns: Mapping[str, str] | None = None) -> str:
        """The score as an integer, straight from the columns."""
        return " + ".join([f"({self.baseline})", *(f"({points})" for points in self._each(columns))])

    def sql_total_of(self, points: str) -> str:
        """The score as an integer, from an expression that holds what `sql_points` gave."""
        return " + ".join([f"({self.baseline})", *(f"({points})[{place + 1}]" for place in range(len(self.terms)))])

    def to_json(self) -> dict[str, Any]:
        """Plain lists, numbers and strings; floats keep all their digits."""
        return {"baseline": self.baseline, "terms": [_plain(term) for term in self.terms]}

    @classmethod
    def from_json(cls, stored: Any) -> "Card":
        """What `to_json` wrote; raises NotACard for anything else."""
        try:
            return cls(_whole(stored["baseline"]), tuple(_term(term) for term in stored["terms"]))
        except (KeyError, TypeError, ValueError) as error:
            raise NotACard(str(error)) from error

    def _each(self, columns: Mapping[str, str] | None) -> list[str]:
        given = columns or {}
        return [term.sql(given.get(term.column) or _quoted(term.column)) for term in self.terms]


def probability(points: int) -> float:
    """The chance of leaving that a total of points stands for."""
    bounded = max(-1000.0, min(1000.0, points / PER_DOUBLING))
    return float(1.0 / (1.0 + 2.0**-bounded))


def sql_probability(total: str) -> str:
    """`probability` of an integer expression."""
    return f"1.0 / (1.0 + power(2.0::float8, greatest(-1000.0, least(1000.0, -({total})::float8 / {PER_DOUBLING}))))"


def _tree(value: str, edges: Sequence[float], points: Sequence[int]) -> str:
    if len(set(points)) == 1:
        return str(points[0])
    middle = len(edges) // 2
    low = _tree(value, edges[:middle], points[: middle + 1])
    high = _tree(value, edges[middle + 1 :], points[middle + 1 :])
    return f"case when {value} < '{edges[middle]!r}'::float8 then {low} else {high} end"


def _quoted(name: str) -> str:
    if not SAFE_NAME.fullmatch(name):
        raise ValueError(f"not a column's name: {name!r}")
    return f'"{name}"'


def _plain(term: Term) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(term).items()}


def _term(stored: Any) -> Term:
    edges = tuple(float(edge) for edge in stored["edges"])
    points = tuple(_whole(one) for one in stored["points"])
    is_rising = all(low < high for low, high in pairwise(edges))
    if not is_rising or not all(math.isfinite(edge) for edge in edges) or len(points) != len(edges) + 1:
        raise ValueError("edges must be finite and rise, with one more range than edges")
    if not isinstance(stored["column"], str):
        raise TypeError("a column's name must be text")
    return Term(stored["column"], edges, points, _whole(stored["missing"]))


def _whole(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"points must be whole: {number!r}")
    return number
