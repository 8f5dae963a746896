"""Changes of many accounts as tables for a spreadsheet: the header first."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bulk import words
from bulk.models import BulkChange, BulkRow

CHUNK = 2000
Table = Iterator[Sequence[object]]


def changes(found: QuerySet[BulkChange]) -> Table:
    """Each change: what was done, to how many accounts, by whom, and whether it was taken back."""
    yield [
        _("Id"), _("Kind"), _("What"), _("Accounts"), _("Changed"), _("Skipped"), _("As before"), _("Changed since"),
        _("Begun at"), _("By"), _("Done at"), _("Undone at"), _("Undone by"),
    ]  # fmt: skip
    for one in found.iterator(chunk_size=CHUNK):
        yield [
            one.pk, one.kind, words.deed(one.kind, one.params), one.total, one.changed, one.same, one.restored,
            one.kept, one.begun_at, str(one.by or ""), one.done_at, one.undone_at, str(one.undone_by or ""),
        ]  # fmt: skip


def rows(found: QuerySet[BulkRow]) -> Table:
    """The accounts of one change with what became of each, and their owner and stage by now."""
    yield [_("Account id"), _("Account"), _("Owner"), _("Stage"), _("Outcome"), _("At")]
    for row in found.iterator(chunk_size=CHUNK):
        one = row.account
        yield [one.pk, one.name, str(one.owner or ""), words.stage_label(one.stage), row.outcome, row.at]
