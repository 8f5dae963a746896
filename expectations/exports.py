"""Ledgers as tables for a spreadsheet: the header first, keys rather than words for kinds and outcomes."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from expectations.models import ExpectationQuerySet

CHUNK = 2000
Table = Iterator[Sequence[object]]


def lines(found: ExpectationQuerySet) -> Table:
    """What customers may expect, whether they know, and what became of it."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Owner"), _("Kind"), _("Wording"), _("Contract"), _("Made on"),
        _("Made by"), _("Due on"), _("Explained on"), _("Explained by"), _("Explained to"), _("Acknowledged at"),
        _("Acknowledged by"), _("Outcome"), _("Settled at"), _("Settled by"), _("Evidence"),
    ]  # fmt: skip
    for one in found.iterator(chunk_size=CHUNK):
        yield [
            one.pk, one.account_id, one.account.name, _name(one.account.owner), one.kind, one.wording,
            _name(one.contract), one.made_on, _name(one.made_by), one.due_on, one.explained_on,
            _name(one.explained_by), _name(one.explained_to), one.acknowledged_at, one.acknowledged_by, one.outcome,
            one.settled_at, _name(one.settled_by), one.evidence,
        ]  # fmt: skip


def _name(thing: object) -> str:
    return str(thing) if thing else ""
