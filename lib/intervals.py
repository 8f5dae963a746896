"""How far a share can be trusted: 95 % intervals of counted things."""

from math import sqrt

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
    share, other = hits / n, other_hits / other_n
    (low, high), (other_low, other_high) = wilson(hits, n, z), wilson(other_hits, other_n, z)
    down = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return share - other - down, share - other + up
