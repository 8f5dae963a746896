"""What this room keeps about a person: messages that told others about them."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from accounts.models import Contact, Fact
from accounts.privacy import is_about, pattern
from accounts.registry import personal
from webhooks import messages
from webhooks.models import Delivery


def about(contact: Contact) -> Iterator[tuple[Delivery, Fact]]:
    """Messages of facts about the contact, or that name them, with their facts."""
    deliveries = Delivery.objects.filter(fact__account=contact.account_id).select_related("fact__account", "endpoint")
    named = pattern(contact)
    for delivery in deliveries.order_by("pk").iterator(chunk_size=500):
        fact = delivery.fact
        if fact and (is_about(fact.data, contact) or (named and named.search(f"{delivery.body}\n{_log(delivery)}"))):
            yield delivery, fact


def _log(delivery: Delivery) -> str:
    return json.dumps(delivery.log, ensure_ascii=False)


def message_rows(contact: Contact) -> list[dict[str, Any]]:
    return [
        {"created_at": one.created_at, "kind": one.kind, "to": one.endpoint.place, "state": one.state, "body": one.body}
        for one, _ in about(contact)
    ]


def erase_from_messages(contact: Contact, at: datetime) -> None:
    """They tell the fact as it is now; those still to be sent, too. What receivers answered may repeat them."""
    for delivery, fact in about(contact):
        log = [{**line, "excerpt": ""} for line in delivery.log]
        Delivery.objects.filter(pk=delivery.pk).update(body=messages.of_fact(fact), log=log)


def register() -> None:
    personal("webhook_messages", export=message_rows, erase=erase_from_messages)
