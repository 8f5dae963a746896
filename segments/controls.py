"""The builder's controls as flat strings: sixty fields a row are too many for a template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from lib.formatting import EXPONENTS, SYMBOLS
from segments.builder import Block, Draft, Row
from segments.conditions import Kind, Op
from segments.registry import HEADINGS, Field, Text

OPS: dict[Op, Text] = {
    Op.IS: later("is"),
    Op.IS_NOT: later("is not"),
    Op.CONTAINS: later("contains"),
    Op.BEGINS: later("begins with"),
    Op.BELOW: later("is below"),
    Op.AT_MOST: later("is at most"),
    Op.ABOVE: later("is above"),
    Op.AT_LEAST: later("is at least"),
    Op.BETWEEN: later("is between"),
    Op.BEFORE: later("is before"),
    Op.AFTER: later("is after"),
    Op.LAST_DAYS: later("was in the last"),
    Op.NEXT_DAYS: later("is in the next"),
    Op.ANY_OF: later("is one of"),
    Op.NONE_OF: later("is none of"),
    Op.YES: later("yes"),
    Op.NO: later("no"),
    Op.EMPTY: later("is not known"),
    Op.NOT_EMPTY: later("is known"),
}
OPS_OF_SETS: dict[Op, Text] = {
    Op.ANY_OF: later("has one of"),
    Op.NONE_OF: later("has none of"),
    Op.EMPTY: later("is empty"),
    Op.NOT_EMPTY: later("is not empty"),
}


@dataclass(frozen=True)
class RowView:
    """One condition with what its controls offer."""

    row: Row
    number: str
    fields: SafeString
    ops: SafeString
    choices: list[tuple[str, str, bool]]
    currencies: SafeString
    focus: bool = False


@dataclass(frozen=True)
class BlockView:
    """One condition of the top level, or a group of them."""

    block: Block
    rows: list[RowView]
    number: str


def blocks(draft: Draft, currency: str) -> list[BlockView]:
    """The whole draft, numbered as problems number it."""
    found = []
    for place, block in enumerate(draft.blocks(), start=1):
        numbers = [f"{place}.{inner}" if block.group else str(place) for inner in range(1, len(block.rows) + 1)]
        rows = [_row(row, number, draft.fields, currency) for row, number in zip(block.rows, numbers, strict=True)]
        found.append(BlockView(block, rows, str(place)))
    return found


def _row(row: Row, number: str, fields: Mapping[str, Field], currency: str) -> RowView:
    options = row.field.options or {}
    is_choice = row.shape == "choices"
    names = {**OPS, **OPS_OF_SETS} if row.field.kind == Kind.SET else OPS
    return RowView(
        row,
        number,
        _field_options(fields, row.field.key),
        _options(((op.value, str(names[op])) for op in row.ops), row.op.value),
        [(value, words, value in row.values) for value, words in options.items()] if is_choice else [],
        _options(((code, code) for code in _currencies(currency)), row.currency or currency),
        row.is_new,
    )


def _field_options(fields: Mapping[str, Field], chosen: str) -> SafeString:
    groups = groupby(fields.values(), key=lambda field: field.about)
    return SafeString(
        "".join(
            f'<optgroup label="{escape(str(HEADINGS[about]))}">'
            + _options(((field.key, str(field.label)) for field in some), chosen)
            + "</optgroup>"
            for about, some in groups
        )
    )


def _options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    return SafeString(
        "".join(
            f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(label)}</option>'
            for key, label in choices
        )
    )


def _currencies(own: str) -> list[str]:
    return sorted({*SYMBOLS, *EXPONENTS, "CHF", "SEK", "NOK", "DKK", "CZK", own})


def matches() -> list[tuple[str, str]]:
    """How the conditions of a group go together."""
    return [("all", _("all")), ("any", _("any"))]
