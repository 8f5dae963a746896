"""What a plan may say, and what stops a change to it."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIRST_DAY = date(2000, 1, 1)
MOST_YEARS = 10
MOST = 1e12
CLOSE = 1e-9  # nearer than that, two numbers are one

Problems = dict[str, Promise | str]


class Refused(Exception):
    """What was told cannot be; `problems` says why, by the field's name."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


class Settled(Exception):
    """The goal or milestone is not as the caller believed; `words` says how it is."""

    words: Promise = _("Somebody changed this before.")


class GoalEnded(Settled):
    """It was given up."""

    words = _("This goal was given up.")


class AlreadyReached(Settled):
    """It was reached before; that day stands."""

    words = _("This goal was reached before.")


class NotReached(Settled):
    """A customer confirms what was reached."""

    words = _("This goal is not reached yet.")


class AlreadyConfirmed(Settled):
    """The customer confirmed it before."""

    words = _("The customer confirmed this goal before.")


class StillOpen(Settled):
    """There is nothing to take back."""

    words = _("This is open already.")


class AlreadyDone(Settled):
    """It was done before; that day stands."""

    words = _("This milestone was done before.")


def latest(today: date) -> date:
    """The last day that anybody may name on `today`."""
    return date(today.year + MOST_YEARS, today.month, min(today.day, 28))


def days_of(changes: Mapping[str, Any], names: Iterable[str], today: date) -> Problems:
    """Which of the days called `names` are before 2000 or more than ten years ahead."""
    words = _("A day from 2000 on, and at most ten years ahead.")
    return {name: words for name in names if (day := changes.get(name)) and not FIRST_DAY <= day <= latest(today)}


def past_of(changes: Mapping[str, Any], names: Iterable[str], today: date) -> Problems:
    """Which of the days called `names` are before 2000 or still to come."""
    found = days_of(changes, names, today)
    to_come = {name: _("This day has not come yet.") for name in names if (day := changes.get(name)) and day > today}
    return to_come | found


def numbers_of(changes: Mapping[str, Any], names: Iterable[str]) -> Problems:
    """Which numbers are none, or larger than anything anybody counts."""
    words = _("A number between minus and plus 1,000,000,000,000.")
    return {
        name: words
        for name in names
        if name in changes and not (math.isfinite(changes[name]) and abs(changes[name]) <= MOST)
    }


def is_same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)


def blank_of(changes: Mapping[str, Any], names: Iterable[str]) -> Problems:
    return {name: _("This field is required.") for name in names if name in changes and not changes[name].strip()}


def is_web_address(text: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        return False
    return True


def refuse(*found: Problems, **checks: Callable[[], Promise | None]) -> None:
    """Raises Refused if anything was found. `checks`, by field, are asked only once all that comes before is sound."""
    problems: Problems = {}
    for one in found:
        problems |= one
    if not problems:
        problems = {name: words for name, check in checks.items() if (words := check())}
    if problems:
        raise Refused(problems)


def stripped(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without spaces around them."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
