"""Values of the workspace's own fields: read from what people type, files hold and programs send; told in words.

Stored as JSON: text and choice as text, number as a number, date as `YYYY-MM-DD`, yes or no as true or false. A field
without a value has no key.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import CustomField
from lib.bounds import FIRST_DAY, LAST_DAY, MOST
from lib.formatting import MISSING, exact, number

MOST_TEXT = 1000
MOST_NUMBER = MOST
MOST_QUOTED = 40
MOST_CHOICES_TOLD = 10

YES = frozenset({"yes", "y", "true", "t", "1", "on"})
NO = frozenset({"no", "n", "false", "f", "0", "off"})

_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?", re.ASCII)
_GROUPS = re.compile(r"(?<=[0-9])[\s'’](?=[0-9]{3})|(?<=[0-9]),(?=[0-9]{3}([^0-9]|$))")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL's JSON cannot hold

Value = str | int | float | bool


class BadValue(Exception):
    """`field` cannot hold what it was given: `why` says so in a sentence, and the whole text names the field."""

    def __init__(self, field: CustomField, why: str) -> None:
        self.field, self.why = field, why
        super().__init__(f"{field.name}: {why}")


class BadValues(Exception):
    """What is wrong with several values, by the key of each: `errors`; the whole text names the fields."""

    def __init__(self, errors: Mapping[str, str], text: str) -> None:
        self.errors = dict(errors)
        super().__init__(text)


def clean(field: CustomField, raw: object) -> Value | None:
    """The value as it is stored, from text, JSON or a date; None for nothing. Raises BadValue."""
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw == "":
        return None
    return _CLEANERS[field.kind](field, raw)


def clean_all(fields: Iterable[CustomField], given: Mapping[str, object]) -> dict[str, Value | None]:
    """Every value by its field's key; None empties one. Raises BadValues with all that is wrong."""
    known = {field.key: field for field in fields}
    values: dict[str, Value | None] = {}
    errors: dict[str, str] = {}
    texts: list[str] = []
    for key, raw in given.items():
        if key not in known:
            errors[key] = _("There is no field with the key “%(key)s”.") % {"key": _quoted(key)}
            texts.append(errors[key])
            continue
        try:
            values[key] = clean(known[key], raw)
        except BadValue as bad:
            errors[key] = bad.why
            texts.append(str(bad))
    if errors:
        raise BadValues(errors, " ".join(texts))
    return values


def _clean_text(field: CustomField, raw: object) -> str:
    if not isinstance(raw, str) or _NOT_TEXT.search(raw):
        raise BadValue(field, _("This is not text."))
    if len(raw) > MOST_TEXT:
        raise BadValue(field, _("At most %(limit)s characters.") % {"limit": number(MOST_TEXT)})
    return raw


def _clean_number(field: CustomField, raw: object) -> int | float:
    """Whole numbers stay whole, so that ids and years are not shown with a point."""
    amount = None
    if isinstance(raw, str):
        text = _GROUPS.sub("", raw).replace("−", "-")
        amount = Decimal(text) if _NUMBER.fullmatch(text) else None
    elif isinstance(raw, int) and not isinstance(raw, bool):
        amount = Decimal(raw)
    elif isinstance(raw, float) and math.isfinite(raw):
        amount = Decimal(str(raw))
    if amount is None:
        raise BadValue(field, _("“%(value)s” is not a number. Write it like 1234.5.") % {"value": _quoted(raw)})
    if abs(amount) > MOST_NUMBER:
        limit = number(MOST_NUMBER)
        raise BadValue(field, _("A number from −%(limit)s to %(limit)s.") % {"limit": limit})
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _clean_date(field: CustomField, raw: object) -> str:
    day: date | None = None
    if isinstance(raw, date):
        day = raw.date() if isinstance(raw, datetime) else raw
    elif isinstance(raw, str) and _DAY.fullmatch(raw):
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            day = None
    if day is None:
        raise BadValue(field, _("“%(value)s” is not a date. Write it like 2026-03-31.") % {"value": _quoted(raw)})
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadValue(field, _("A date between 1900 and 2199."))
    return day.isoformat()


def _clean_choice(field: CustomField, raw: object) -> str:
    if isinstance(raw, str):
        for choice in field.choices:
            if choice.casefold() == raw.casefold():
                return str(choice)
    told = [str(choice) for choice in field.choices[:MOST_CHOICES_TOLD]]
    told += ["…"] if len(field.choices) > MOST_CHOICES_TOLD else []
    words = {"value": _quoted(raw), "choices": get_text_list(told, _("or"))}
    raise BadValue(field, _("“%(value)s” is not among the choices: %(choices)s.") % words)


def _clean_yes_no(field: CustomField, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = raw.casefold() if isinstance(raw, str) else ""
    if text in YES or text == _("Yes").casefold():
        return True
    if text in NO or text == _("No").casefold():
        return False
    raise BadValue(field, _("“%(value)s” is neither yes nor no.") % {"value": _quoted(raw)})


_CLEANERS: dict[str, Callable[[CustomField, object], Value]] = {
    CustomField.Kind.TEXT: _clean_text,
    CustomField.Kind.NUMBER: _clean_number,
    CustomField.Kind.DATE: _clean_date,
    CustomField.Kind.CHOICE: _clean_choice,
    CustomField.Kind.YES_NO: _clean_yes_no,
}


def _quoted(raw: object) -> str:
    """A value as an error repeats it: short, and without what a page or a log cannot show."""
    try:
        text = _NOT_TEXT.sub("", str(raw))
    except ValueError:  # Python does not write out whole numbers of thousands of digits
        text = "…"
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"


def shown(field: CustomField, value: Any) -> str:
    """A stored value in the reader's language; an en dash where there is none."""
    if value is None:
        return MISSING
    if field.kind == CustomField.Kind.YES_NO:
        return _("Yes") if value else _("No")
    if field.kind == CustomField.Kind.NUMBER:
        return number(value, _places(value))
    return exact(date.fromisoformat(value)) if field.kind == CustomField.Kind.DATE else str(value)


def _places(value: float) -> int:
    exponent = Decimal(str(value)).as_tuple().exponent
    return min(6, max(0, -exponent)) if isinstance(value, float) and isinstance(exponent, int) else 0


def written(field: CustomField, value: Any) -> str:
    """A stored value as `clean` reads it back: for forms and files."""
    if value is None:
        return ""
    if field.kind == CustomField.Kind.YES_NO:
        return "yes" if value else "no"
    return str(value)
