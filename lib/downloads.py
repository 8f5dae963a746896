"""Files that a browser saves."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import cast

from django.http import FileResponse, HttpResponse

from lib import csv

IN_MEMORY = 1024 * 1024  # of a file; the rest waits on disk


def table(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Rows, the header first, as a CSV file of any length.

    They are all read before the answer begins: a stream would outlive the request's workspace, and could not turn
    into an error half-way.
    """
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the response closes it
    csv.write(file, rows)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    return cast(HttpResponse, response)
