"""What answers add up to, and how far that can be trusted. Pure arithmetic over three sums.

An answer becomes a **mark**: NPS -1, 0 or 1; a share (CSAT, effort as a share) 0 or 1; a mean its value. A score is the
mean of the marks of its **units**: the answers, or the accounts, of which each has the mean of its people's marks. So
one formula serves both, and an account with one answer counts the same either way.

nps    100 x mean, with the adjusted Wald interval: three marks are added, 3/4 of +1, 3/4 of -1 and 3/2 of 0, so that
       ten answers of 10 do not claim to be exact (Sauro and Lewis, Quantifying the User Experience)
share  100 x mean, with Wilson's interval. Means of accounts spread less than single answers: it is then rather too wide
mean   with Student's t. Answers are whole numbers: their variance is taken as 1/12 at least, that of rounding, so that
       equal answers do not claim to be exact; one answer has no interval

No units give no score: 0 is a real one. Two scores differ where the interval of their difference leaves 0 out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from lib import intervals
from lib.intervals import Z

ENOUGH = 5  # below this a score says little: it is shown with that warning
ADDED = 3.0
ROUNDING = 1 / 12


@dataclass(frozen=True)
class Tally:
    """Units, the sum of their marks and of the marks' squares; `answers` are behind them."""

    answers: int = 0
    units: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together, where no unit is in both."""
        return Tally(
            self.answers + other.answers,
            self.units + other.units,
            self.total + other.total,
            self.squares + other.squares,
        )

    def __sub__(self, other: "Tally") -> "Tally":
        """The rest, where every unit of `other` is in this one."""
        return self + Tally(-other.answers, -other.units, -other.total, -other.squares)

    @classmethod
    def of(cls, marks: Iterable[float]) -> "Tally":
        """Every mark a unit of its own."""
        found = list(marks)
        return cls(len(found), len(found), sum(found), sum(mark * mark for mark in found))


@dataclass(frozen=True)
class Score:
    """`value` with its interval, of `n` answers in `units`: NPS -100..100, a share 0..100, a mean as answered."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    units: int = 0

    @property
    def is_thin(self) -> bool:
        return self.units < ENOUGH


def nps(tally: Tally, z: float = Z) -> Score:
    """Per cent promoters less per cent detractors."""
    if not tally.units:
        return Score(tally.answers)
    n = tally.units + ADDED
    middle = tally.total / n
    variance = (tally.squares + ADDED / 2) / n - middle**2
    margin = z * sqrt(max(variance, 0.0) / n)
    return _score(tally, 100.0, (max(middle - margin, -1.0), min(middle + margin, 1.0)))


def share(tally: Tally, z: float = Z) -> Score:
    """Per cent of marks 1 among 0 and 1."""
    if not tally.units:
        return Score(tally.answers)
    return _score(tally, 100.0, intervals.wilson(tally.total, tally.units, z))


def mean(tally: Tally, scale: tuple[int, int], z: float = Z) -> Score:
    """The mean answer on a scale from its lowest to its highest value."""
    if not tally.units:
        return Score(tally.answers)
    middle = tally.total / tally.units
    if tally.units == 1:
        return Score(tally.answers, middle, units=1)
    variance = (tally.squares - tally.total * middle) / (tally.units - 1)
    margin = intervals.student(tally.units - 1, z) * sqrt(max(variance, ROUNDING) / tally.units)
    return _score(tally, 1.0, (max(middle - margin, float(scale[0])), min(middle + margin, float(scale[1]))))


def _score(tally: Tally, scale: float, within: intervals.Interval) -> Score:
    """A score lies in its own interval, also where that of one answer was drawn to the middle."""
    value = tally.total / tally.units
    low, high = min(within[0], value), max(within[1], value)
    return Score(tally.answers, scale * value, scale * low, scale * high, tally.units)


# ------------------------------------------------------------------------------------------------- differences


@dataclass(frozen=True)
class Difference:
    """A score less another one, with the interval of that."""

    by: float
    low: float
    high: float

    @property
    def is_real(self) -> bool:
        """More than chance would do."""
        return self.low > 0 or self.high < 0


def difference(score: Score, other: Score) -> Difference | None:
    """None where one of them has no interval."""
    if score.value is None or score.low is None or score.high is None:
        return None
    if other.value is None or other.low is None or other.high is None:
        return None
    low, high = intervals.apart(score.value, (score.low, score.high), other.value, (other.low, other.high))
    return Difference(score.value - other.value, low, high)


def z_of_many(comparisons: int) -> float:
    """The z of each of several comparisons of which, by chance alone, 19 times out of 20 none is called real.

    Bonferroni's: each has its part of the 5 %. For one it is `lib.intervals.Z`.
    """
    return Z if comparisons <= 1 else NormalDist().inv_cdf(1 - 0.025 / comparisons)


def in_turn(scores: Sequence[Score]) -> list[Difference | None]:
    """Each less the one before that has a value; the first has nothing before it."""
    found: list[Difference | None] = []
    last: Score | None = None
    for score in scores:
        found.append(difference(score, last) if last else None)
        last = score if score.value is not None else last
    return found
