"""Webhooks and their messages as tables for a spreadsheet: the header first, without secrets and bodies."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from webhooks import words
from webhooks.models import Delivery
from webhooks.queries.endpoints import Standing

CHUNK = 2000
Table = Iterator[Sequence[object]]


def endpoints(standings: Iterable[Standing]) -> Table:
    """Each webhook with its messages of seven days, counted; of the address, what may not be secret."""
    yield [
        _("Id"), _("Webhook"), _("Address"), _("Told of"), _("Added at"), _("Failing since"), _("Switched off at"),
        _("Why"), _("Last message"), _("Outcome"), _("Delivered"), _("Waiting"), _("Not delivered"),
    ]  # fmt: skip
    for row in standings:
        one = row.endpoint
        yield [
            one.pk, one.description, one.place, "*" if one.wants_all else " ".join(one.kinds), one.created_at,
            one.failing_since, one.disabled_at, one.disabled_why, row.last_at, row.last_state, row.delivered,
            row.waiting, row.unsent,
        ]  # fmt: skip


def deliveries(found: QuerySet[Delivery]) -> Table:
    """Messages, newest first: about what, and what became of them."""
    yield [
        _("Id"), _("When"), _("Message id"), _("Kind"), _("About"), _("Account id"), _("Account"), _("Outcome"),
        _("Attempts"), _("Last answer"), _("Settled at"),
    ]  # fmt: skip
    columns = (
        "pk", "created_at", "message_id", "kind", "fact__account_id", "fact__account__name", "state", "attempts",
        "last_status", "settled_at",
    )  # fmt: skip
    rows = found.order_by("-pk").values_list(*columns).iterator(chunk_size=CHUNK)
    for pk, at, message_id, kind, *rest in rows:
        yield [pk, at, message_id, kind, words.kind(kind), *rest]
