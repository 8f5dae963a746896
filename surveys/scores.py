"""Scores of survey answers and how far they can be trusted. Pure arithmetic over counts of values.

NPS and CSAT are different scales and are never pooled. No answers give no score: 0 is a real one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from lib import intervals

Z = 1.96  # 95 %
SCALES = {"csat": (1, 5), "nps": (0, 10)}
BAD_UP_TO = {"csat": 2, "nps": 6}
GOOD_FROM = {"csat": 4, "nps": 9}
ENOUGH = 5  # below this a score says little: it is shown with that warning

Counts = Mapping[int, int]


@dataclass(frozen=True)
class Score:
    """`value` with its 95 % interval, from `n` answers: CSAT in 0..100, NPS in -100..100."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_thin(self) -> bool:
        return self.n < ENOUGH


def values(metric: str) -> list[int]:
    """Every value that may be chosen, lowest first."""
    low, high = SCALES[metric]
    return list(range(low, high + 1))


def is_bad(metric: str, value: int) -> bool:
    """Whether somebody should call: CSAT 1 and 2, NPS 0 to 6."""
    return value <= BAD_UP_TO[metric]


def rating(metric: str, value: int) -> float:
    """The value moved onto 0..100, the scale that metric days use for every rating."""
    low, high = SCALES[metric]
    return (value - low) / (high - low) * 100


def score(metric: str, counts: Counts) -> Score:
    """The score of answers counted by value."""
    return csat(counts) if metric == "csat" else nps(counts)


def csat(counts: Counts) -> Score:
    """Share of 4 and 5 among all answers in per cent ("top two box"), with Wilson's interval."""
    n = sum(counts.values())
    if n == 0:
        return Score(0)
    satisfied = sum(count for value, count in counts.items() if value >= GOOD_FROM["csat"])
    low, high = wilson(satisfied, n)
    return Score(n, satisfied / n * 100, low, high)


def nps(counts: Counts) -> Score:
    """Per cent promoters (9, 10) minus per cent detractors (0 to 6), with the adjusted-Wald interval.

    The interval lies around the adjusted score, so that ten answers of 10 do not claim to be exact.
    """
    n = sum(counts.values())
    if n == 0:
        return Score(0)
    promoters = sum(count for value, count in counts.items() if value >= GOOD_FROM["nps"])
    detractors = sum(count for value, count in counts.items() if is_bad("nps", value))
    centre, margin = adjusted_wald(promoters, n - promoters - detractors, detractors)
    return Score(n, (promoters - detractors) / n * 100, max(centre - margin, -100.0), min(centre + margin, 100.0))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, in per cent."""
    low, high = intervals.wilson(hits, n)
    return low * 100, high * 100


def wald(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    """(NPS, its 95 % margin) from the variance of +1, 0 and -1."""
    n = promoters + passives + detractors
    p, d = promoters / n, detractors / n
    variance = max(p + d - (p - d) ** 2, 0.0)
    return (p - d) * 100, Z * 100 * sqrt(variance / n)


def adjusted_wald(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """`wald` after adding three answers, a quarter each to promoters and detractors (Sauro and Lewis)."""
    return wald(promoters + 0.75, passives + 1.5, detractors + 0.75)
