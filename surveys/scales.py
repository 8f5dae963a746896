"""The scales: which numbers may be chosen, which of them are good and bad, and what each counts as from 0 to 100.

A scale is named by its kind and its highest number, which every answer keeps: CSAT 1 to 5, 1 to 3 or 1 to 2; CES 2.0
1 to 7; NPS 0 to 10. CSAT calls the top two of five good, of shorter scales the top one; CES those who agree; NPS 9 and
10. Without the highest number the usual scale of the kind is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Scale:
    """`low` to `high`; bad up to `bad`, good from `good`."""

    low: int
    high: int
    bad: int
    good: int

    @property
    def values(self) -> list[int]:
        """Every number that may be chosen, lowest first."""
        return list(range(self.low, self.high + 1))

    def is_bad(self, value: int) -> bool:
        """Whether somebody should call."""
        return value <= self.bad

    def is_good(self, value: int) -> bool:
        return value >= self.good

    def rating(self, value: int) -> float:
        """The value moved onto 0..100, the scale that metric days use for every rating."""
        return (value - self.low) / (self.high - self.low) * 100


_SCALES = {
    ("csat", 5): Scale(1, 5, 2, 4),
    ("csat", 3): Scale(1, 3, 1, 3),
    ("csat", 2): Scale(1, 2, 1, 2),
    ("ces", 7): Scale(1, 7, 3, 5),
    ("nps", 10): Scale(0, 10, 6, 9),
}
_USUAL = {"csat": 5, "ces": 7, "nps": 10}


def scale(kind: str, high: int | None = None) -> Scale:
    """The scale of a kind that ends at `high`."""
    return _SCALES[kind, _USUAL[kind] if high is None else high]


@cache
def no_better(kind: str, most: int) -> Mapping[int, int]:
    """By the highest number of each scale of a kind, what on it counts for no more than `most` of the usual one."""
    limit = scale(kind).rating(most)
    scales = [one for (of, _), one in _SCALES.items() if of == kind]
    return {one.high: max(value for value in one.values if one.rating(value) <= limit) for one in scales}


def scale_of(kind: str, points: int) -> Scale:
    """The scale of a survey's kind with so many points."""
    return next(one for (of, _), one in _SCALES.items() if of == kind and len(one.values) == points)


@cache
def around(value: int) -> tuple[list[str], list[int], list[int]]:
    """Kinds, numbers of points and highest values of the scales on which the value may be chosen."""
    found = [(kind, one) for (kind, _), one in _SCALES.items() if value in one.values]
    return [kind for kind, _ in found], [len(one.values) for _, one in found], [one.high for _, one in found]
