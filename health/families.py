"""The health of a family of accounts: the mean of its members' scores, weighed by what each pays a year.

    score = sum(ARR x score) / sum(ARR)         over the members that have a score with a band
    coverage = sum(ARR of those) / sum(ARR)     over all members

Where nobody's ARR is known, or the members pay in different currencies (no rate is ours to choose), each member counts
the same. A member without ARR beside others that have one counts nothing. Without any score with a band there is no
score, which is not 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from health.parts import band_of


@dataclass(frozen=True)
class Member:
    """One account of a family as it stands; `level` is 1 for the account on top."""

    account_id: int
    name: str
    level: int
    arr_minor: int | None
    currency: str
    score: float | None
    band: str

    @property
    def is_known(self) -> bool:
        return bool(self.band) and self.score is not None


@dataclass(frozen=True)
class FamilyHealth:
    """`is_by_money` tells whether ARR weighs the members; `weights` are their shares, in the members' order."""

    members: list[Member]
    weights: list[float]
    is_by_money: bool
    score: float | None
    coverage: float
    weakest: Member | None

    @property
    def band(self) -> str:
        return band_of(self.score, self.coverage)

    @property
    def known(self) -> int:
        return sum(member.is_known for member in self.members)


def rolled(members: Sequence[Member]) -> FamilyHealth:
    """A family from its members, the account on top included."""
    paying = [member for member in members if member.arr_minor]
    is_by_money = bool(paying) and len({member.currency for member in paying}) == 1
    weights = [float(member.arr_minor or 0) if is_by_money else 1.0 for member in members]
    whole = sum(weights)
    known = [(weight, member) for weight, member in zip(weights, members, strict=True) if member.is_known and weight]
    covered = sum(weight for weight, _member in known)
    score = sum(weight * (member.score or 0.0) for weight, member in known) / covered if covered else None
    scored = [member for member in members if member.is_known]
    return FamilyHealth(
        members=list(members),
        weights=[weight / whole for weight in weights] if whole else weights,
        is_by_money=is_by_money,
        score=None if score is None else round(score, 1),
        coverage=covered / whole if whole else 0.0,
        weakest=min(scored, key=lambda member: (member.score or 0.0, member.account_id), default=None),
    )
