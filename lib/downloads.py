"""Files that a browser saves."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import cast

from django.http import FileResponse, HttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lib import csv

IN_MEMORY = 1024 * 1024  # of a file; more waits on disk
MOST_ROWS = 100_000  # of an export

Rows = Iterable[Sequence[object]]


class TooManyRows(Exception):
    """An export would be longer than MOST_ROWS."""


def export(name: str, rows: Rows) -> HttpResponse:
    """A list or figures as `name`.csv, the header first: cells as they are kept, times in UTC; 413 if too long."""
    try:
        return table(f"{name}.csv", _plain(rows))
    except TooManyRows:
        most = _("An export holds at most %(most)s rows: narrow the filter.") % {"most": MOST_ROWS}
        return HttpResponse(most, status=413, content_type="text/plain; charset=utf-8")


def _plain(rows: Rows) -> Iterator[list[object]]:
    for number, row in enumerate(rows):
        if number > MOST_ROWS:  # the header is none of them
            raise TooManyRows
        yield [_cell(cell) for cell in row]


def _cell(cell: object) -> object:
    """As programs read it: ISO 8601 in UTC, yes and no, JSON where a cell holds more than one value."""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Promise):
        return str(cell)
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else cell


def table(name: str, rows: Rows) -> HttpResponse:
    """Rows, the header first, as a CSV file of any length.

    They are all read before the answer begins: a stream would outlive the request's workspace, and could not turn
    into an error half-way.
    """
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the response closes it
    try:
        csv.write(file, rows)
    except BaseException:
        file.close()
        raise
    kind, size = "text/csv; charset=utf-8", file.tell()
    file.seek(0)
    if size <= IN_MEMORY:
        with file:
            saved = HttpResponse(file.read(), content_type=kind)
        saved["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return saved
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type=kind))
