"""The rows that were refused, as a file of the same columns and the reason, to be corrected and brought in again."""

from collections.abc import Iterator, Mapping
from itertools import islice

from django.utils.translation import gettext as _

from imports import queries, words
from imports.models import Import, Part
from imports.reading import Format, Place, Records
from lib.csv import unmarked

LONGEST = 32_767  # what a spreadsheet can hold in a cell


def rows(source: Import) -> Iterator[list[str]]:
    """The header and each refused row, read again from the file as it came."""
    yield [*source.headers, *words.added_headers()]
    for part in queries.parts(source).defer("staged", "keys", "names"):
        reasons = _reasons(source, part)
        if reasons:
            yield from _of(source, part, reasons)


def first(source: Import, most: int = 5) -> list[tuple[int, str, str]]:
    """The first refused rows: number, what is in them, and why."""
    found = islice(rows(source), 1, most + 1)
    return [(int(row), " · ".join(filter(None, cells)), why) for *cells, row, why in found]


def _of(source: Import, part: Part, reasons: Mapping[int, str]) -> Iterator[list[str]]:
    form, start = Format(source.encoding, source.delimiter), Place(part.offset, part.row)
    blocks, width = queries.blocks(source, part.offset), len(source.headers)
    for record in Records(blocks, form, start, width=width, most=source.width):
        if record.row > part.end_row:
            return
        if record.row in reasons:
            cells = [unmarked(cell[:LONGEST].replace("\0", "")) for cell in record.cells[:width]]  # or marked twice
            cells += [""] * (width - len(cells))
            yield [*cells, str(record.row), reasons[record.row]]


def _reasons(source: Import, part: Part) -> dict[int, str]:
    found = {}
    for row, place, code, detail in part.misread:
        why = words.reason(code, detail)
        found[row] = why if place is None else f"{source.headers[place]}: {why}"
    found |= {row: words.reason(code) for row, code in [*part.refused, *part.late]}
    for row, why in part.linked or []:
        found[row] = _("Brought in, but not put below its parent: %(why)s") % {
            "why": why or words.reason("parent_gone")
        }
    return found
