"""Tables as CSV that a spreadsheet opens without running any of it."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"  # tells spreadsheets that it is UTF-8
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def document(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The whole file: every text that a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe(cell: object) -> object:
    """A text that starts like a formula gets a leading apostrophe; numbers and dates stay (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_FORMULA) else cell
