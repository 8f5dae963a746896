"""Tables as CSV that a spreadsheet opens without running any of it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import IO

BOM = "\ufeff"  # tells spreadsheets that it is UTF-8
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# What a spreadsheet would run, and what looks like one that was marked: both are marked, so that marks come off again.
_RISKY = re.compile(f"'*[{''.join(re.escape(sign) for sign in STARTS_FORMULA)}]")
_MARKED = re.compile(f"'+[{''.join(re.escape(sign) for sign in STARTS_FORMULA)}]")


def document(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The whole file: every text that a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def write(file: IO[bytes], rows: Iterable[Sequence[object]]) -> None:
    """`document` into a file, as long as it may be; the header is the first row."""
    out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    out.write(BOM)
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    out.detach()  # which flushes, and leaves the file open


def safe(cell: object) -> object:
    """A text that starts like a formula gets a leading apostrophe; numbers and dates stay (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and _RISKY.match(cell) else cell


def unmarked(cell: str) -> str:
    """What `safe` made the cell of."""
    return cell[1:] if cell[:1] == "'" and _MARKED.match(cell) else cell
