"""Whether something is told more often than before, without being fooled by small numbers."""

from math import exp, fsum, lgamma

SURE = 0.01
LEAST_NOW = 4  # customers; of fewer nothing is said
LEAST_TIMES = 1.5


def chance_of_more(now: int, of_now: int, before: int, of_before: int) -> float:
    """Fisher's exact test, one-sided: how likely chance alone brings `now` of `of_now` or more, given both together.

    The hypergeometric tail (Fisher 1922; Agresti, Categorical Data Analysis, 2002, section 3.5), by the logarithms of
    factorials: whole ones of some thousand comments take seconds.
    """
    hits, everybody = now + before, of_now + of_before
    others, whole = everybody - hits, _log_choose(everybody, of_now)
    possible = range(max(now, of_now - others), min(hits, of_now) + 1)
    ways = (exp(_log_choose(hits, k) + _log_choose(others, of_now - k) - whole) for k in possible)
    return min(fsum(ways), 1.0)


def _log_choose(n: int, k: int) -> float:
    """The logarithm of how many ways there are to take k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def has_risen(now: int, of_now: int, before: int, of_before: int, tests: int) -> bool:
    """At least LEAST_NOW, half as often again as before, and surer than SURE over so many `tests` (Bonferroni)."""
    if now < LEAST_NOW or not of_before or now / of_now < LEAST_TIMES * before / of_before:
        return False
    return chance_of_more(now, of_now, before, of_before) * max(tests, 1) <= SURE
