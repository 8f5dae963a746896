"""The usual scales of survey answers: which values there are, and which of them are bad.

NPS and CSAT are different scales and are never pooled.
"""

SCALES = {"csat": (1, 5), "ces": (1, 7), "nps": (0, 10)}
BAD_UP_TO = {"csat": 2, "ces": 3, "nps": 6}
GOOD_FROM = {"csat": 4, "ces": 5, "nps": 9}


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
