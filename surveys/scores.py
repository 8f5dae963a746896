"""The scales of survey answers: which values there are, which are good and bad, and what each counts as.

NPS and CSAT are different scales and are never pooled.
"""

from collections.abc import Mapping

from surveys import estimates
from surveys.estimates import Score, Tally

SCALES = {"csat": (1, 5), "nps": (0, 10)}
BAD_UP_TO = {"csat": 2, "nps": 6}
GOOD_FROM = {"csat": 4, "nps": 9}
Counts = Mapping[int, int]


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


def mark(metric: str, value: int) -> int:
    """What an answer counts as in its score: NPS -1, 0 or 1; CSAT 1 if satisfied ("top two box"), else 0."""
    good = value >= GOOD_FROM[metric]
    return good - is_bad(metric, value) if metric == "nps" else int(good)


def score(metric: str, counts: Counts) -> Score:
    """The score of answers counted by value."""
    tally = Tally.of(mark(metric, value) for value, count in counts.items() for _ in range(count))
    return estimates.nps(tally) if metric == "nps" else estimates.share(tally)
