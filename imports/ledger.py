"""Files that were brought in as a table for a spreadsheet: the header first."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from imports import words
from imports.models import ImportQuerySet

CHUNK = 2000


def rows(found: ImportQuerySet) -> Iterator[Sequence[object]]:
    """Each file with whence it came and how far it is."""
    yield [
        _("Id"), _("File"), _("Holds"), _("From"), _("Bytes"), _("Rows"), _("State"), _("Uploaded at"), _("By"),
        _("Checked at"), _("Confirmed at"), _("Done at"), _("Discarded at"),
    ]  # fmt: skip
    for one in found.iterator(chunk_size=CHUNK):
        _key, state = words.state(one)
        yield [
            one.pk, one.file_name, one.kind, one.source, one.size, one.rows, state, one.created_at,
            str(one.by or ""), one.checked_at, one.confirmed_at, one.done_at, one.discarded_at,
        ]  # fmt: skip
