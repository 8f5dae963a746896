"""Notices, chats and their messages as tables for a spreadsheet: the header first, without secrets."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notices import rows, words
from notices.models import ChatHook, ChatMessage, Notice

CHUNK = 2000
Table = Iterator[Sequence[object]]


def notices(found: QuerySet[Notice]) -> Table:
    """One's own, newest first."""
    yield [
        _("Id"),
        _("When"),
        _("Kind"),
        _("Account id"),
        _("Account"),
        _("What"),
        _("Why"),
        _("Address"),
        _("Read at"),
    ]
    for one in found.order_by("-pk").iterator(chunk_size=CHUNK):
        occasion, said = one.occasion, words.say(one.occasion)
        yield [
            one.pk, occasion.created_at, occasion.kind, occasion.account_id, occasion.account and occasion.account.name,
            said.title, said.text, occasion.link, one.read_at,
        ]  # fmt: skip


def chats(found: Iterable[ChatHook]) -> Table:
    """Each with what it is told of; of the address, what may not be secret."""
    yield [
        _("Id"), _("Name"), _("Kind of chat"), _("Address"), _("Told of"), _("Of which customers"), _("Added at"),
        _("Switched off at"), _("Why"), _("Last message"), _("Outcome"),
    ]  # fmt: skip
    for hook in found:
        last = rows.last(hook)
        yield [
            hook.pk, hook.name, hook.flavour, hook.place, " ".join(hook.kinds),
            hook.segment.name if hook.segment else "", hook.created_at, hook.disabled_at, hook.disabled_why, *last,
        ]  # fmt: skip


def messages(found: QuerySet[ChatMessage]) -> Table:
    """Messages, newest first: about what, and what became of them."""
    yield [
        _("Id"), _("When"), _("Kind"), _("Account id"), _("Account"), _("Outcome"), _("Attempts"), _("Last answer"),
        _("Last error"), _("Settled at"),
    ]  # fmt: skip
    columns = (
        "pk", "created_at", "occasion__kind", "occasion__account_id", "occasion__account__name", "state", "attempts",
        "last_status", "last_error", "settled_at",
    )  # fmt: skip
    yield from found.order_by("-pk").values_list(*columns).iterator(chunk_size=CHUNK)
