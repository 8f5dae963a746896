"""Take a delivery in: check who signed it, keep it, put its processing on the list."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from integrations.actions.connections import count_refusal
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode
from integrations.helpdesks.reading import text
from integrations.models import Connection, InboxEvent
from integrations.queries.matching import telling_domain
from outbox import actions as outbox_actions
from workspaces.secrets import Unreadable, decrypt

PROCESS = "integrations.process_event"
KEPT_HEADERS = ("content-type", "user-agent", "x-hub-signature")
KEPT_PREFIXES = ("webhook-", "x-zammad-")


class Answer(StrEnum):
    """What the sender is told."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    REFUSED = "refused"
    BROKEN = "broken"


@dataclass(frozen=True)
class Receipt:
    """The answer to one delivery; `reason` says what is wrong with a broken one."""

    answer: Answer
    reason: str = ""


@transaction.atomic
def receive(*, connection: Connection, headers: Mapping[str, str], body: bytes, at: datetime) -> Receipt:
    """Take in one delivery; `headers` has lower-case names.

    Nothing is read of a body whose signature is wrong. Of parallel deliveries of the same, the unique
    constraint lets one in. One that cannot be read is kept under its content, so that it never stands in the
    way of a readable one with the same delivery id.
    """
    adapter = connection.help_desk.adapter
    if not is_signed(connection, headers, body, at):
        count_refusal(connection=connection, at=at)
        return Receipt(Answer.REFUSED)
    delivery = InboxEvent(connection=connection, headers=_kept(headers), body=body, received_at=at)
    delivery.delivery_key = adapter.delivery_key(headers, body)
    try:
        ticket = adapter.parse(headers, decode(body))
    except (NotJson, Unusable) as problem:
        return _keep_broken(delivery, str(problem))
    if ticket is None:
        delivery.state, delivery.settled_at = InboxEvent.State.IGNORED, at
    else:
        _summarise(delivery, ticket)
    if not _store(delivery):
        return Receipt(Answer.DUPLICATE)
    if ticket is None:
        return Receipt(Answer.IGNORED)
    enqueue_processing(events=[delivery], at=at)
    return Receipt(Answer.ACCEPTED)


def is_signed(connection: Connection, headers: Mapping[str, str], body: bytes, at: datetime) -> bool:
    """Whether the delivery comes from who has the secret."""
    try:
        secret = decrypt(connection.secret)
    except Unreadable:
        return False
    return connection.help_desk.adapter.verify(headers, body, secret, at)


def enqueue_processing(*, events: list[InboxEvent], at: datetime) -> None:
    """Process each of `events` once more than it has been."""
    items: list[tuple[str, dict[str, Any]]] = [
        (f"event:{event.pk}:{event.replays}", {"event_id": event.pk}) for event in events
    ]
    outbox_actions.enqueue_many(kind=PROCESS, items=items, at=at)


def _keep_broken(delivery: InboxEvent, reason: str) -> Receipt:
    delivery.state, delivery.settled_at, delivery.error = InboxEvent.State.FAILED, delivery.received_at, reason[:300]
    delivery.delivery_key = f"broken:{hashlib.sha256(delivery.body).hexdigest()}"
    _store(delivery)
    return Receipt(Answer.BROKEN, reason)


def _store(delivery: InboxEvent) -> bool:
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """What is shown of the headers; never a cookie or an authorisation."""
    return {
        name: text(value, 1000)
        for name, value in headers.items()
        if name in KEPT_HEADERS or name.startswith(KEPT_PREFIXES)
    }


def _summarise(delivery: InboxEvent, ticket: TicketEvent) -> None:
    delivery.ticket_number = ticket.number or ticket.ticket_id
    delivery.subject = ticket.subject
    delivery.requester_name = ticket.requester_name
    delivery.requester_email = ticket.requester_email
    delivery.organization_id = ticket.organization_id
    delivery.organization_name = ticket.organization_name
    delivery.domain = telling_domain(ticket)
