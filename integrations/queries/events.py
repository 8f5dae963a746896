"""What came in."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Account
from integrations.models import InboxEvent
from integrations.queries.matching import accounts_by, unmatched_like

AFTER = ":after:"

# What a list of deliveries shows of each.
COLUMNS = (
    "received_at", "state", "match", "error", "replays", "account_id", "account__name", "ticket_number", "subject",
    "requester_name", "requester_email", "organization_name", "connection__name",
)  # fmt: skip


def events_of(connection_id: int, state: str = "") -> QuerySet[InboxEvent]:
    """One connection's deliveries; a page of them takes COLUMNS only, because a body may have a megabyte."""
    events = InboxEvent.objects.filter(connection_id=connection_id)
    return events.filter(state=state) if state else events


def unmatched() -> QuerySet[InboxEvent]:
    """Events nobody could be found for."""
    return InboxEvent.objects.unmatched()


def event(pk: int) -> InboxEvent | None:
    """One delivery, whole."""
    return InboxEvent.objects.select_related("connection", "account", "ticket").filter(pk=pk).first()


def key_after_news(event: InboxEvent) -> str:
    """The key of `event`, not stored yet; where its ticket was told of differently since its like came in, another.

    Deliveries without an id and a time are known by their content and minute, and a ticket may be closed, opened
    and closed again within one. A repeat of the last news keeps the key that those came under.
    """
    key = event.delivery_key
    first = InboxEvent.objects.filter(connection=event.connection_id, delivery_key=key).only("received_at").first()
    if first is None:
        return key
    told = InboxEvent.objects.filter(
        connection=event.connection_id, ticket_number=event.ticket_number, received_at__gte=first.received_at
    )
    last = told.order_by("-pk").only("delivery_key").first()
    if last is None:  # its like was stored before anybody had said where the ticket is
        return key
    is_repeat = last.delivery_key.partition(AFTER)[0] == key
    return last.delivery_key if is_repeat else f"{key}{AFTER}{last.pk}"


def alike_count(event: InboxEvent) -> int:
    """How many unmatched events go where `event` goes, itself counted."""
    return unmatched_like(event).count()


def suggestions(event: InboxEvent, words: str, most: int = 12) -> list[Account]:
    """Accounts that `event` may belong to: those whose name has `words`; without words, those that look alike."""
    if words:
        return _named(words, most)
    ids = accounts_by("name", event.organization_name) + accounts_by("domain", event.domain)
    alike = list(Account.objects.filter(pk__in=ids).order_by("name", "pk"))
    tries = [event.organization_name, *_first_words(event.organization_name), event.domain.partition(".")[0]]
    for words in tries:
        if len(alike) >= most:
            break
        if len(words) >= 3:
            alike += [account for account in _named(words, most) if account not in alike]
    return alike[:most]


def _named(words: str, most: int) -> list[Account]:
    found: Any = RawSQL("select account_id from accounts_search(%s, %s)", [words, most * 5])
    return list(Account.objects.filter(pk__in=found).order_by("name", "pk")[:most])


def _first_words(name: str) -> list[str]:
    return name.split()[:1]
