"""The people of one account on a map: how much their word weighs, how they stand towards us, and who is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Contact
from lib.formatting import exact
from lib.time import day_of

NO_DECIDER, CHAMPION_LEFT, NO_BACKER = "no_decider", "champion_left", "no_backer"

Influence, Stance, Role = Contact.Influence, Contact.Stance, Contact.Role
INFLUENCES = (Influence.HIGH, Influence.MEDIUM, Influence.LOW)
STANCES = (Stance.OPPONENT, Stance.SCEPTIC, Stance.NEUTRAL, Stance.SUPPORTER, Stance.ADVOCATE)
BACKERS = (Stance.SUPPORTER, Stance.ADVOCATE)


@dataclass(frozen=True)
class Gap:
    """Somebody who is missing: `kind`, a sentence, and the role to look for."""

    kind: str
    text: str
    role: str


@dataclass(frozen=True)
class Cell:
    """Everybody of one attitude, in a row of one influence."""

    stance: str
    label: str
    people: list[Contact]


@dataclass(frozen=True)
class Row:
    """One level of influence, the attitudes from against us to for us."""

    influence: str
    label: str
    cells: list[Cell]


def signals(people: Iterable[Contact]) -> list[Gap]:
    """What is plain to see: nobody decides, or the champion left. `people` also holds those who left."""
    people = list(people)
    gaps = []
    deciders = [one for one in people if one.role == Role.DECISION_MAKER]
    if all(one.left_at for one in deciders):
        gone = _last_to_leave(deciders)
        text = _("No decision maker is known.")
        if gone:
            text = _("No decision maker is left: %(name)s has gone.") % {"name": gone}
        gaps.append(Gap(NO_DECIDER, text, Role.DECISION_MAKER))
    champions = [one for one in people if one.role == Role.CHAMPION]
    gone = _last_to_leave(champions)
    if gone and gone.left_at and all(one.left_at for one in champions):
        words = {"name": gone, "day": exact(day_of(gone.left_at))}
        text = _("Champion left: %(name)s, on %(day)s, and nobody has taken their place.") % words
        gaps.append(Gap(CHAMPION_LEFT, text, Role.CHAMPION))
    return gaps


def gaps(people: Sequence[Contact]) -> list[Gap]:
    """Everything that is missing on the map: the signals, and a voice for us that counts."""
    found = signals(people)
    placed = [one for one in people if not one.left_at and one.influence and one.stance]
    if placed and not any(one.influence == Influence.HIGH and one.stance in BACKERS for one in placed):
        found.append(Gap(NO_BACKER, _("Nobody of high influence is known to be well disposed."), Role.DECISION_MAKER))
    return found


def _last_to_leave(people: Sequence[Contact]) -> Contact | None:
    gone = [(one.left_at, one.pk, one) for one in people if one.left_at]
    return max(gone)[2] if gone else None


def grid(people: Iterable[Contact]) -> list[Row]:
    """Those still there whose influence and attitude are known."""
    there = [one for one in people if not one.left_at]
    return [
        Row(
            influence,
            str(influence.label),
            [
                Cell(stance, str(stance.label), [p for p in there if (p.influence, p.stance) == (influence, stance)])
                for stance in STANCES
            ],
        )
        for influence in INFLUENCES
    ]


def unplaced(people: Iterable[Contact]) -> list[Contact]:
    """Those still there of whom influence or attitude is not known."""
    return [one for one in people if not one.left_at and not (one.influence and one.stance)]
