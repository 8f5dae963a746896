"""Files that a browser saves."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import cast

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from lib import csv

IN_MEMORY = 1024 * 1024  # of a file; more waits on disk


def table(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Rows, the header first, as a CSV file of any length.

    They are all read before the answer begins: a stream would outlive the request's workspace, and could not turn
    into an error half-way.
    """
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the response closes it
    csv.write(file, rows)
    kind, size = "text/csv; charset=utf-8", file.tell()
    file.seek(0)
    if size <= IN_MEMORY:
        with file:
            saved = HttpResponse(file.read(), content_type=kind)
        saved["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return saved
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type=kind))
