"""How many customers have the same trouble and say nothing. No rows in here.

An assumption (26 silent others to each complaint: an old rule of thumb of consumer research, retold ever since) is the
mean before anything is known, a gamma prior that weighs as much as `weight` complaints. What look-alikes reply is
counted against it: the posterior mean of a Poisson count is (weight x prior + sum of what was found) / (weight + n).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lib.intervals import Interval, wilson

ENOUGH = 20  # complaints asked about, after which the workspace's own data stand alone


class Basis(StrEnum):
    """What an estimate rests on."""

    ASSUMPTION = "assumption"
    MIXED = "mixed"
    OWN = "own"


@dataclass(frozen=True)
class Asked:
    """The look-alikes of one complaint: how many there were, how many replied, and how many have the same trouble."""

    pool: int
    replied: int
    me_too: int

    @property
    def silent(self) -> float:
        """How many of the pool would say so, if all were as those who replied."""
        return self.pool * self.me_too / self.replied


@dataclass(frozen=True)
class Estimate:
    """Silent others per complaint and in all, with every number that it was computed from."""

    prior: int
    weight: int
    asked: int  # complaints
    replied: int  # customers
    me_too: int
    found: float  # silent others of the complaints asked about, added up
    per_complaint: float
    complaints: int
    others: int  # customers who have not complained
    basis: Basis

    @property
    def silent(self) -> float:
        """Never more than there are others."""
        return min(self.per_complaint * self.complaints, float(self.others))

    @property
    def is_capped(self) -> bool:
        return self.per_complaint * self.complaints > self.others

    @property
    def share(self) -> float | None:
        return self.me_too / self.replied if self.replied else None

    @property
    def interval(self) -> Interval:
        return wilson(self.me_too, self.replied)


def estimate(*, prior: int, weight: int, asked: Sequence[Asked], complaints: int, others: int) -> Estimate:
    """From the assumption alone while nobody has replied; from own data alone once there is enough."""
    heard = [one for one in asked if one.replied]
    found, n = sum(one.silent for one in heard), len(heard)
    basis = Basis.ASSUMPTION if not n else Basis.OWN if n >= ENOUGH else Basis.MIXED
    counts = 0 if basis is Basis.OWN else weight
    return Estimate(
        prior=prior,
        weight=counts,
        asked=n,
        replied=sum(one.replied for one in heard),
        me_too=sum(one.me_too for one in heard),
        found=found,
        per_complaint=(counts * prior + found) / (counts + n) if counts + n else float(prior),
        complaints=complaints,
        others=others,
        basis=basis,
    )
