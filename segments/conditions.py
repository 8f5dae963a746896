"""The language in which a segment says whom it holds: no database, no clock.

    {"all": [
        {"field": "stage", "op": "any_of", "value": ["use", "loyalty"]},
        {"field": "score", "op": "below", "value": 60},
        {"any": [
            {"field": "renews_on", "op": "next_days", "value": 90},
            {"field": "metric_sum:logins", "op": "below", "value": 10, "days": 28}
        ]}
    ]}

`all` or `any`, nested one level. `days` is the window of a field that has one, `currency` belongs to amounts, whose
values are in the currency's smallest unit.

**No data is not 0.** A comparison with nothing is never true, whichever way it points: an account without a score is
neither below 60 nor at least 60, one without an industry is not "other than Retail". Ask for it with `empty`. What is
counted in rows (contacts, open tickets, tags) is always known, so there 0 and "none of" are true of nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext as _

MOST_CONDITIONS = 30
MOST_DAYS = 1095
MOST_CHOICES = 200
LONGEST_TEXT = 200
MOST_MINOR = 2**63 - 1
MOST_NUMBER = 1e15
_CURRENCY = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Kind(StrEnum):
    """What a field holds, and with that how it can be asked about."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"  # one of some
    SET = "set"  # any number of some
    YES_NO = "yes_no"


class Op(StrEnum):
    """One way to ask."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    BEGINS = "begins"
    BELOW = "below"
    AT_MOST = "at_most"
    ABOVE = "above"
    AT_LEAST = "at_least"
    BETWEEN = "between"  # both ends belong to it
    BEFORE = "before"
    AFTER = "after"
    LAST_DAYS = "last_days"  # from so many days ago up to today
    NEXT_DAYS = "next_days"  # from today up to in so many days
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    YES = "yes"
    NO = "no"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"


_NUMBERS = (Op.BELOW, Op.AT_MOST, Op.ABOVE, Op.AT_LEAST, Op.IS, Op.BETWEEN)
OPS: dict[Kind, tuple[Op, ...]] = {
    Kind.TEXT: (Op.CONTAINS, Op.IS, Op.ANY_OF, Op.IS_NOT, Op.BEGINS),
    Kind.NUMBER: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.DATE: (Op.NEXT_DAYS, Op.LAST_DAYS, Op.BEFORE, Op.AFTER),
    Kind.CHOICE: (Op.ANY_OF, Op.NONE_OF),
    Kind.SET: (Op.ANY_OF, Op.NONE_OF),
    Kind.YES_NO: (Op.YES, Op.NO),
}
VALUELESS = frozenset({Op.YES, Op.NO, Op.EMPTY, Op.NOT_EMPTY})


class Asked(Protocol):
    """What this module must know of a field."""

    @property
    def kind(self) -> Kind: ...
    @property
    def has_gaps(self) -> bool: ...
    @property
    def days(self) -> int | None: ...
    @property
    def options(self) -> Mapping[str, str] | None: ...


@dataclass(frozen=True)
class Condition:
    """One question about one field."""

    field: str
    op: str
    value: Any = None
    days: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class Group:
    """Conditions of which all must be met, or any."""

    match: str
    items: "tuple[Condition | Group, ...]"

    def conditions(self) -> "Iterator[tuple[str, Condition]]":
        """Every condition with its number: `2`, or `2.1` inside a group."""
        for number, item in enumerate(self.items, start=1):
            if isinstance(item, Condition):
                yield str(number), item
            else:
                yield from ((f"{number}.{inner}", condition) for inner, condition in item.conditions())


@dataclass(frozen=True)
class Problem:
    """What is wrong with one condition: its number (empty: the whole), its field's key, and words."""

    number: str
    field: str
    text: str


class BadConditions(Exception):
    """What was written is not in this language; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


def ops_of(field: Asked) -> tuple[Op, ...]:
    """How a field can be asked about."""
    return OPS[field.kind] + ((Op.EMPTY, Op.NOT_EMPTY) if field.has_gaps else ())


# ------------------------------------------------------------------ reading and writing


def read(raw: Any) -> Group:
    """The group that `raw` says. Raises BadConditions where its shape is wrong; values are left to `check`."""
    group = _group(raw, "", is_inner=False)
    count = len(list(group.conditions()))
    if not 1 <= count <= MOST_CONDITIONS:
        raise _bad("", _("Between 1 and %(most)s conditions are needed.") % {"most": MOST_CONDITIONS})
    return group


def written(group: Group) -> dict[str, Any]:
    """The JSON of a group, as `read` reads it."""
    return {group.match: [written(item) if isinstance(item, Group) else _written(item) for item in group.items]}


def _written(condition: Condition) -> dict[str, Any]:
    said: dict[str, Any] = {"field": condition.field, "op": condition.op}
    if condition.op not in VALUELESS:
        said["value"] = condition.value
    if condition.days is not None:
        said["days"] = condition.days
    return said | ({"currency": condition.currency} if condition.currency else {})


def _bad(number: str, text: str, field: str = "") -> BadConditions:
    return BadConditions([Problem(number, field, text)])


def _group(raw: Any, number: str, *, is_inner: bool) -> Group:
    if not isinstance(raw, dict) or len(raw) != 1 or not set(raw) <= {"all", "any"}:
        raise _bad(number, _("Conditions are an object with one list, “all” or “any”."))
    ((match, items),) = raw.items()
    if not isinstance(items, list) or not items or len(items) > MOST_CONDITIONS:
        most = {"most": MOST_CONDITIONS}
        raise _bad(number, _("“all” and “any” hold a list of 1 to %(most)s conditions.") % most)
    prefix = f"{number}." if number else ""
    return Group(match, tuple(_item(item, f"{prefix}{place}", is_inner) for place, item in enumerate(items, start=1)))


def _item(raw: Any, number: str, is_inner: bool) -> Condition | Group:
    if not isinstance(raw, dict):
        raise _bad(number, _("A condition is an object."))
    if not is_inner and "field" not in raw:
        return _group(raw, number, is_inner=True)
    field, op = raw.get("field"), raw.get("op")
    if not isinstance(field, str) or not isinstance(op, str):
        raise _bad(number, _("A condition names a “field” and an “op”; groups nest one level."))
    strange = set(raw) - {"field", "op", "value", "days", "currency"}
    if strange:
        raise _bad(number, _("Nothing is known as “%(name)s”.") % {"name": min(strange)[:40]}, field[:120])
    days, currency = raw.get("days"), raw.get("currency", "")
    if not (days is None or _is_whole(days, 1, MOST_DAYS)):
        raise _bad(number, _("“days” is a whole number from 1 to %(most)s.") % {"most": MOST_DAYS}, field[:120])
    if not (isinstance(currency, str) and (not currency or _CURRENCY.fullmatch(currency))):
        raise _bad(number, _("“currency” is three capital letters."), field[:120])
    return Condition(field, op, raw.get("value"), days, currency)


# ------------------------------------------------------------------ checking


def check(group: Group, fields: Mapping[str, Asked], *, with_choices: bool = True) -> list[Problem]:
    """What is wrong with each condition, in words that name it; nothing if nothing is.

    `with_choices`: whether each choice must still be offered. When saving it must; a stored one that has gone
    (a member who left, a tag removed) just matches nobody.
    """
    return [
        Problem(number, condition.field, text)
        for number, condition in group.conditions()
        if (text := _wrong(condition, fields.get(condition.field), with_choices))
    ]


def _wrong(condition: Condition, field: Asked | None, with_choices: bool) -> str:
    if field is None:
        return _("There is no such field any more.")
    if condition.op not in ops_of(field):
        return _("This field is asked about by: %(ways)s.") % {"ways": ", ".join(ops_of(field))}
    if (condition.days is not None) != (field.days is not None):
        return _("This field needs a number of days.") if field.days else _("This field has no number of days.")
    if condition.op in VALUELESS:
        return ""
    if field.kind == Kind.MONEY and not condition.currency:
        return _("An amount needs a currency.")
    return _wrong_value(condition, field, with_choices)


def _wrong_value(condition: Condition, field: Asked, with_choices: bool) -> str:
    value, op = condition.value, Op(condition.op)
    if op in {Op.ANY_OF, Op.NONE_OF}:
        return _wrong_choices(value, field.options if with_choices else None)
    if field.kind == Kind.TEXT:
        return "" if _is_text(value) else _("A text of 1 to %(most)s characters is needed.") % {"most": LONGEST_TEXT}
    if op in {Op.BEFORE, Op.AFTER}:
        return "" if _is_day(value) else _("A day is needed.")
    if op in {Op.LAST_DAYS, Op.NEXT_DAYS}:
        is_days = _is_whole(value, 0, MOST_DAYS)
        return "" if is_days else _("A whole number of days from 0 to %(most)s is needed.") % {"most": MOST_DAYS}
    return _wrong_number(value, op, field.kind)


def _wrong_choices(value: Any, options: Mapping[str, str] | None) -> str:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_CHOICES or not all(map(_is_text, value)):
        return _("Choose at least one.")
    gone = [one for one in value if options is not None and one not in options]
    return _("“%(choice)s” is not among the choices.") % {"choice": gone[0]} if gone else ""


def _wrong_number(value: Any, op: Op, kind: Kind) -> str:
    is_right = _is_amount if kind == Kind.MONEY else _is_number
    if op != Op.BETWEEN:
        return "" if is_right(value) else _("A number is needed.")
    if not (isinstance(value, list) and len(value) == 2 and all(map(is_right, value))):
        return _("Two numbers are needed.")
    return "" if value[0] <= value[1] else _("The first number must not be larger than the second.")


def _is_text(value: Any) -> bool:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_TEXT or not value.strip() or "\0" in value:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _is_amount(value: Any) -> bool:
    return _is_whole(value, 0, MOST_MINOR)


def _is_number(value: Any) -> bool:
    return type(value) in {int, float} and abs(value) <= MOST_NUMBER  # neither infinite nor NaN is


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(_DAY.fullmatch(value)) and date.fromisoformat(value).year >= 1900
    except ValueError:
        return False
