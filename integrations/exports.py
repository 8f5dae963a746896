"""Connections and what came in through them as tables for a spreadsheet: the header first, without bodies."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from integrations.models import InboxEvent
from integrations.queries.connections import Standing

CHUNK = 2000
Table = Iterator[Sequence[object]]


def connections(standings: Iterable[Standing]) -> Table:
    """Each help desk with its deliveries of seven days, counted."""
    yield [
        _("Id"), _("Connection"), _("Kind"), _("Added at"), _("Switched off at"), _("Last delivery"), _("Outcome"),
        _("Deliveries"), _("Unmatched"), _("Not readable"), _("Refused"), _("Last refused at"), _("Why"),
    ]  # fmt: skip
    for row in standings:
        one = row.connection
        yield [
            one.pk, one.name, one.kind, one.created_at, one.disabled_at, row.last_at, row.last_state, row.total,
            row.unmatched, row.failed, one.refused_count, one.refused_at, one.get_refused_why_display(),
        ]  # fmt: skip


_COLUMNS = (
    "pk", "received_at", "connection__name", "state", "ticket_number", "subject", "requester_name", "requester_email",
    "organization_name", "account_id", "account__name", "match", "replays", "error",
)  # fmt: skip


def events(found: QuerySet[InboxEvent]) -> Table:
    """Deliveries, newest first: what each was about, and what became of it."""
    yield [
        _("Id"), _("Received at"), _("Connection"), _("Outcome"), _("Ticket"), _("Subject"), _("Requester"),
        _("E-mail address"), _("Organisation"), _("Account id"), _("Account"), _("Found by"), _("Processed again"),
        _("Error"),
    ]  # fmt: skip
    yield from found.order_by("-pk").values_list(*_COLUMNS).iterator(chunk_size=CHUNK)
