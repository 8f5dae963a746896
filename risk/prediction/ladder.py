"""Which model a number of departures can carry.

Freely trained models lost up to a quarter of the area under the curve to the untouched hand weights where 8 to 30
customers had left, and won from some hundreds on (measured on telco, bank and OULAD); so the fewer there are, the more
firmly the hand weights hold.
"""

from dataclasses import dataclass
from enum import StrEnum

ANCHORED_FROM = 10
LOOSER_FROM = 100
BINNED_FROM = 300
FIRM, LOOSER = 100.0, 30.0


class Rung(StrEnum):
    """A kind of model."""

    HAND = "hand"
    ANCHORED = "anchored"
    BINNED = "binned"


@dataclass(frozen=True)
class Choice:
    """A kind of model, how firmly the hand weights hold it, and why as a code.

    `may_adopt` says whether there is anything to adopt; the out-of-time gate and a person decide.
    """

    rung: Rung
    strength: float | None
    reason: str
    may_adopt: bool


def choose(departures: int) -> Choice:
    """By the customers who left in the training window."""
    if departures < ANCHORED_FROM:
        return Choice(Rung.HAND, None, "fewer_than_10_departures", may_adopt=False)
    if departures < LOOSER_FROM:
        return Choice(Rung.ANCHORED, FIRM, "10_to_99_departures", may_adopt=True)
    if departures < BINNED_FROM:
        return Choice(Rung.ANCHORED, LOOSER, "100_to_299_departures", may_adopt=True)
    return Choice(Rung.BINNED, None, "300_or_more_departures", may_adopt=True)
