"""What this room keeps about a person: rows of files that were brought in."""

import codecs
import re
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Contact
from accounts.privacy import ERASED, pattern, redact
from accounts.registry import personal
from imports import queries
from imports.actions import receiving
from imports.models import Import
from outbox.registry import TryLater

SOON = timedelta(minutes=1)
OVERLAP = 1000  # characters: what is looked for may lie across two blocks


def about(contact: Contact) -> Iterator[Import]:
    """Files that name the contact and whose bytes are still kept."""
    named = pattern(contact)
    for source in Import.objects.filter(forgotten_at=None).order_by("pk") if named else ():
        if named and any(named.search(text) for text in _texts(source)):
            yield source


def _texts(source: Import) -> Iterator[str]:
    """The file as text, in overlapping pieces, and what was read of it."""
    decoder = codecs.getincrementaldecoder(source.encoding)(errors="replace")
    rest = ""
    for block in queries.blocks(source):
        text = rest + decoder.decode(block)
        yield text
        rest = text[-OVERLAP:]
    for part in queries.parts(source):
        yield _staged(bytes(part.staged))


def _staged(packed: bytes) -> str:
    return zlib.decompress(packed).decode() if packed else ""


def row_rows(contact: Contact) -> list[dict[str, Any]]:
    """Rows that name them, as they were read."""
    named = pattern(contact)
    return [
        {"file": source.file_name, "brought_in_at": source.created_at, "row": line.split("\t")}
        for source in about(contact)
        for part in queries.parts(source)
        for line in _staged(bytes(part.staged)).splitlines()
        if named and named.search(line)
    ]


def erase_from_files(contact: Contact, at: datetime) -> None:
    """A file that names them goes whole. One that is being brought in is waited for: half a file would be worse."""
    found = list(about(contact))
    if any(one.confirmed_at and not (one.done_at or one.stopped_at) for one in found):
        raise TryLater("A file with this person is being brought in.", after=SOON)
    receiving.forget(sources=found, at=at)
    named = pattern(contact)
    for source in Import.objects.filter(headers__len__gt=0) if named else ():
        _forget_headers(source, named)
    redact(Import.objects.all(), contact, "file_name")


def _forget_headers(source: Import, named: re.Pattern[str] | None) -> None:
    """A file without headers has its first row for them."""
    headers = [ERASED if named and named.search(header) else header for header in source.headers]
    if headers != source.headers:
        receiving.forget_headers(source=source, headers=headers)


def register() -> None:
    personal("import_rows", export=row_rows, erase=erase_from_files)
