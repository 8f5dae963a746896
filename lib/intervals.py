"""How far a share, a mean and a difference can be trusted: 95 % intervals, unless told another `z`."""

from math import pi, sqrt, tan
from statistics import NormalDist

Z = 1.96

Interval = tuple[float, float]


def wilson(hits: float, n: float, z: float = Z) -> Interval:
    """Wilson's score interval of a share (1927), within 0..1; everything while `n` is 0."""
    if n <= 0:
        return 0.0, 1.0
    share = hits / n
    scale = 1 + z**2 / n
    middle = share + z**2 / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def difference(hits: float, n: float, other_hits: float, other_n: float, z: float = Z) -> Interval:
    """The interval of a share less another one, both n > 0: Newcombe's hybrid score interval.

    Statistics in Medicine 17 (1998), method 10, from Wilson's interval of each.
    """
    return apart(hits / n, wilson(hits, n, z), other_hits / other_n, wilson(other_hits, other_n, z))


def apart(value: float, within: Interval, other: float, other_within: Interval) -> Interval:
    """The interval of a value less an independent one, from the interval of each.

    Zou and Donner, "Construction of confidence limits about effect measures" (2008). Of symmetric intervals it is
    the root of the sum of squares; of Wilson's, Newcombe's.
    """
    (low, high), (other_low, other_high) = within, other_within
    down = sqrt((value - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - value) ** 2 + (other - other_low) ** 2)
    return value - other - down, value - other + up


def student(freedom: int, z: float = Z) -> float:
    """The quantile of Student's t with `freedom` >= 1 that lies where `z` does in the normal distribution.

    Exact for 1 and 2; else Cornish and Fisher's expansion (Abramowitz and Stegun 26.7.5), good to 0.2 %.
    """
    beyond = 1 - NormalDist().cdf(z)
    if freedom == 1:
        return tan(pi * (0.5 - beyond))
    if freedom == 2:
        return (1 - 2 * beyond) / sqrt(2 * beyond * (1 - beyond))
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** power for power, term in enumerate(terms, 1))
