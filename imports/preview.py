"""The first rows as they would be read."""

from collections.abc import Mapping
from dataclasses import dataclass

from imports import words
from imports.kinds import METRIC, OWN_FIELD, field_of
from imports.models import Import
from imports.reading import Record
from imports.staging import Layout, Misread

ROWS = 20
LONGEST = 80

# Columns whose staged text is what will be stored and says more than the cell; elsewhere the cell itself is shown.
_TOLD = frozenset(
    "external_id arr seats value starts_on ends_on opened_at closed_at updated_at happened_at day email ref_domain"
    " consent_at opted_out_at left_at metric n total last currency locale".split()
)
_NAMED: dict[str, Mapping[str, str]] = {"auto_renews": {"t": "✓", "f": "–"}, "is_closed": {"t": "✓", "f": "–"}}


@dataclass(frozen=True)
class Shown:
    """One row: what each chosen column becomes, and why it would be refused, if it would."""

    number: int
    cells: list[str]
    problem: str


def headers(source: Import, names: Mapping[str, str]) -> list[str]:
    """The words for the chosen columns; `names` has those of own fields and metrics by their keys."""
    return [_label(source, key, names) for key in source.mapping if key]


def _label(source: Import, key: str, names: Mapping[str, str]) -> str:
    known = field_of(source.kind, key)
    return str(known.label) if known else names.get(key.removeprefix(OWN_FIELD).removeprefix(METRIC), key)


def rows(source: Import, layout: Layout) -> list[Shown]:
    """The first ROWS rows of the file."""
    return [
        _row(source, layout, number, list(cells))
        for number, cells in enumerate(source.sample[:ROWS], start=source.start_row + 1)
    ]


def _row(source: Import, layout: Layout, number: int, cells: list[str]) -> Shown:
    cells += [""] * (len(source.headers) - len(cells))
    misread = layout.problem(Record(number, cells))
    read = layout.shown(cells)
    shown = [_cell(*read.get(place, ("", "")), cells[place]) for place, key in enumerate(source.mapping) if key]
    return Shown(number, shown, _why(source, misread) if misread else "")


def _why(source: Import, misread: Misread) -> str:
    why = words.reason(misread.code, misread.detail)
    return why if misread.column is None else f"{source.headers[misread.column]}: {why}"


def _cell(column: str, value: str, cell: str) -> str:
    if column in {"owner_id", "by_user"} and not value:  # nobody here is called so
        return ""
    told = value if column in _TOLD else _NAMED.get(column, {}).get(value, cell)
    return told[:LONGEST]
