"""Conditions in the reader's language: "Customers in Use or Loyalty, with a score below 60"."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.formatting import exact, money, number
from segments.conditions import Condition, Group, Kind, Op, Problem, check
from segments.registry import Field

_MOST_DECIMALS = 3

Words = dict[str, Any]


def sentence(group: Group, fields: Mapping[str, Field]) -> str:
    """The whole, with a capital and without a full stop."""
    return _("Customers %(conditions)s") % {"conditions": told(group, fields)}


def told(group: Group, fields: Mapping[str, Field]) -> str:
    """The conditions alone; a group inside stands in brackets."""
    parts = [
        _("(%(conditions)s)") % {"conditions": told(item, fields)} if isinstance(item, Group) else phrase(item, fields)
        for item in group.items
    ]
    return (", " if group.match == "all" else _(", or ")).join(parts)


def phrase(condition: Condition, fields: Mapping[str, Field]) -> str:
    """One condition; one about a field that has gone says so."""
    field = fields.get(condition.field)
    if field is None:
        return _("with “%(field)s” (there is no such field any more)") % {"field": condition.field}
    if check(Group("all", (condition,)), fields, with_choices=False):
        return _("with %(noun)s (this cannot be asked any more)") % {"noun": field.named}
    words = _words(condition, field)
    say = field.phrases.get(condition.op) or _DEFAULTS[field.kind].get(Op(condition.op)) or _DEFAULT[Op(condition.op)]
    return say(words)


def problems(found: Sequence[Problem], fields: Mapping[str, Field]) -> list[str]:
    """Each problem as a line that names its condition and field."""
    return [_line(problem, fields) for problem in found]


def _line(problem: Problem, fields: Mapping[str, Field]) -> str:
    if not problem.number:
        return problem.text
    field = fields.get(problem.field)
    name = str(field.label) if field else problem.field
    words = {"number": problem.number, "field": name, "text": problem.text}
    if not name:
        return _("Condition %(number)s: %(text)s") % words
    return _("Condition %(number)s, %(field)s: %(text)s") % words


# ------------------------------------------------------------------ values


def _words(condition: Condition, field: Field) -> Words:
    words: Words = {"noun": _noun(condition, field), "days": condition.days, "count": 0, "raw": condition.value}
    value = condition.value
    if condition.op in {Op.ANY_OF, Op.NONE_OF}:
        return words | {"values": _alternatives([_choice(field, one) for one in value])}
    if condition.op == Op.BETWEEN:
        low, high = (_shown(one, condition, field) for one in value)
        return words | {"low": low, "high": high}
    if condition.op in {Op.LAST_DAYS, Op.NEXT_DAYS}:
        words["count"] = value
    return words | {"value": _shown(value, condition, field)}


def _noun(condition: Condition, field: Field) -> str:
    if condition.days is None:
        return field.named
    told = ngettext("%(noun)s in the last %(days)s day", "%(noun)s in the last %(days)s days", condition.days)
    return told % {"noun": field.named, "days": number(condition.days)}


def _shown(value: Any, condition: Condition, field: Field) -> str:
    if field.kind == Kind.MONEY:
        return money(value, condition.currency)
    if isinstance(value, int | float):
        shown = number(value, min(_MOST_DECIMALS, _decimals(value)))
        return f"{shown}\N{NO-BREAK SPACE}%" if field.unit == "%" else shown
    if condition.op in {Op.BEFORE, Op.AFTER}:
        return exact(date.fromisoformat(value))
    return _("“%(text)s”") % {"text": value}


def _decimals(value: float) -> int:
    return len(f"{value:.3f}".rstrip("0").partition(".")[2])


def _choice(field: Field, value: str) -> str:
    if field.options is None:
        return value
    return field.options.get(value) or _("something no longer there")


def _alternatives(values: Sequence[str]) -> str:
    if len(values) == 1:
        return values[0]
    return _("%(some)s or %(last)s") % {"some": ", ".join(values[:-1]), "last": values[-1]}


# ------------------------------------------------------------------ what is said unless a field says it better

Say = Callable[[Words], str]


def _last_days(words: Words) -> str:
    told = ngettext(
        "with %(noun)s in the last %(value)s day", "with %(noun)s in the last %(value)s days", words["count"]
    )
    return told % words


def _next_days(words: Words) -> str:
    told = ngettext(
        "with %(noun)s in the next %(value)s day", "with %(noun)s in the next %(value)s days", words["count"]
    )
    return told % words


_DEFAULT: dict[Op, Say] = {
    Op.IS: lambda words: _("with %(noun)s of %(value)s") % words,
    Op.BELOW: lambda words: _("with %(noun)s below %(value)s") % words,
    Op.AT_MOST: lambda words: _("with %(noun)s of at most %(value)s") % words,
    Op.ABOVE: lambda words: _("with %(noun)s above %(value)s") % words,
    Op.AT_LEAST: lambda words: _("with %(noun)s of at least %(value)s") % words,
    Op.BETWEEN: lambda words: _("with %(noun)s from %(low)s to %(high)s") % words,
    Op.BEFORE: lambda words: _("with %(noun)s before %(value)s") % words,
    Op.AFTER: lambda words: _("with %(noun)s after %(value)s") % words,
    Op.LAST_DAYS: _last_days,
    Op.NEXT_DAYS: _next_days,
    Op.ANY_OF: lambda words: _("with %(noun)s %(values)s") % words,
    Op.NONE_OF: lambda words: _("with %(noun)s other than %(values)s") % words,
    Op.YES: lambda words: _("with %(noun)s: yes") % words,
    Op.NO: lambda words: _("with %(noun)s: no") % words,
    Op.EMPTY: lambda words: _("without data on %(noun)s") % words,
    Op.NOT_EMPTY: lambda words: _("with data on %(noun)s") % words,
}
_DEFAULTS: dict[Kind, dict[Op, Say]] = {
    Kind.TEXT: {
        Op.IS: lambda words: _("with %(noun)s that is %(value)s") % words,
        Op.ANY_OF: lambda words: _("with %(noun)s that is %(values)s") % words,
        Op.IS_NOT: lambda words: _("with %(noun)s that is not %(value)s") % words,
        Op.CONTAINS: lambda words: _("with %(noun)s that contains %(value)s") % words,
        Op.BEGINS: lambda words: _("with %(noun)s that begins with %(value)s") % words,
    },
    Kind.SET: {
        Op.NONE_OF: lambda words: _("without %(noun)s %(values)s") % words,
        Op.EMPTY: lambda words: _("without %(noun)s") % words,
        Op.NOT_EMPTY: lambda words: _("with %(noun)s") % words,
    },
    Kind.NUMBER: {},
    Kind.MONEY: {},
    Kind.DATE: {},
    Kind.CHOICE: {},
    Kind.YES_NO: {},
}
