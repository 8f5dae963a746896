"""Whether something is told more often than before, without being fooled by small numbers."""

from math import comb

SURE = 0.01
LEAST_NOW = 4  # customers; of fewer nothing is said
LEAST_TIMES = 1.5


def chance_of_more(now: int, of_now: int, before: int, of_before: int) -> float:
    """Fisher's exact test, one-sided: how likely chance alone brings `now` of `of_now` or more, given both together.

    The hypergeometric tail (Fisher 1922; Agresti, Categorical Data Analysis, 2002, section 3.5).
    """
    hits, everybody = now + before, of_now + of_before
    whole = comb(everybody, of_now)
    ways = sum(
        comb(hits, k) * comb(everybody - hits, of_now - k)
        for k in range(max(now, of_now - (everybody - hits)), min(hits, of_now) + 1)
    )
    return ways / whole


def has_risen(now: int, of_now: int, before: int, of_before: int, tests: int) -> bool:
    """At least LEAST_NOW, half as often again as before, and surer than SURE over so many `tests` (Bonferroni)."""
    if now < LEAST_NOW or not of_before or now / of_now < LEAST_TIMES * before / of_before:
        return False
    return chance_of_more(now, of_now, before, of_before) * max(tests, 1) <= SURE
