"""Take a delivery in: check who signed it, keep it, put its processing on the list."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from accounts.queries import privacy
from integrations.actions.connections import count_refusal
from integrations.helpdesks import signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode, pieces
from integrations.helpdesks.reading import text
from integrations.models import Connection, InboxEvent
from integrations.queries import events as event_queries
from integrations.queries.matching import telling_domain
from outbox import actions as outbox_actions
from workspaces.secrets import Unreadable, decrypt

PROCESS = "integrations.process_event"
KEPT_HEADERS = ("content-type", "user-agent")
SUMMARY = (
    "ticket_number", "subject", "requester_name", "requester_email", "organization_id", "organization_name", "domain",
)  # fmt: skip


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


# What the answer is to a list whose elements fare differently: one that was taken makes it good.
BEST_FIRST = [Answer.ACCEPTED, Answer.IGNORED, Answer.DUPLICATE, Answer.BROKEN]


@transaction.atomic
def receive(*, connection: Connection, delivery: Delivery) -> Receipt:
    """Take in one delivery.

    Nothing is read of a body whose signature is wrong. Of parallel deliveries of the same, the unique
    constraint lets one in. One that cannot be read is kept under its content, so that it never stands in the
    way of a readable one with the same delivery id.
    """
    if not is_signed(connection, delivery):
        count_refusal(connection=connection, why=_why_refused(connection, delivery), at=delivery.received_at)
        return Receipt(Answer.REFUSED)
    if not connection.help_desk.is_listed:
        return _take(connection, delivery)
    try:
        bodies = pieces(delivery.body)
    except NotJson as problem:
        return _keep_broken(_event(connection, delivery), str(problem))
    receipts = [_take(connection, replace(delivery, body=body)) for body in bodies]
    return min(receipts, key=lambda receipt: BEST_FIRST.index(receipt.answer), default=Receipt(Answer.IGNORED))


def _take(connection: Connection, delivery: Delivery) -> Receipt:
    """Keep one event, and say what is to become of it."""
    adapter, event = connection.help_desk.adapter, _event(connection, delivery)
    event.delivery_key = adapter.delivery_key(delivery)
    try:
        payload = decode(delivery.body)
        ticket = None if connection.needs_mapping else adapter.parse(delivery.headers, payload, connection.told)
    except (NotJson, Unusable) as problem:
        return _keep_broken(event, str(problem))
    if ticket is None:
        event.state = InboxEvent.State.SAMPLE if connection.needs_mapping else InboxEvent.State.IGNORED
        event.settled_at = delivery.received_at
    else:
        summarise(event, ticket)
        is_nameless = connection.help_desk.is_nameless
        if is_nameless is not None and is_nameless(delivery):
            event.delivery_key = event_queries.key_after_news(event)
    if not _store(event):
        return Receipt(Answer.DUPLICATE)
    if event.state == InboxEvent.State.IGNORED:
        return Receipt(Answer.IGNORED)
    if event.state == InboxEvent.State.RECEIVED:
        enqueue_processing(events=[event], at=delivery.received_at)
    return Receipt(Answer.ACCEPTED)


def is_signed(connection: Connection, delivery: Delivery) -> bool:
    """Whether the delivery comes from who has the secret; where unsigned ones are taken, a signature must hold, too."""
    if connection.takes_unsigned and not (connection.secret and connection.help_desk.signature in delivery.headers):
        return True
    try:
        secret = decrypt(connection.secret)
    except Unreadable:
        return False
    return connection.help_desk.adapter.verify(delivery, secret)


def _why_refused(connection: Connection, delivery: Delivery) -> Connection.Refusal:
    """The likeliest reason, for who sets the help desk up; the sender is not told."""
    if not connection.secret:
        return Connection.Refusal.NO_KEY if connection.help_desk.keys else Connection.Refusal.NO_SECRET
    if not signing.has_proof(delivery):
        return Connection.Refusal.UNSIGNED
    sent_at = signing.sent_at(delivery)
    if sent_at and is_signed(connection, replace(delivery, received_at=sent_at)):
        return Connection.Refusal.LATE
    return Connection.Refusal.WRONG


def enqueue_processing(*, events: list[InboxEvent], at: datetime) -> None:
    """Process each of `events` once more than it has been."""
    items: list[tuple[str, dict[str, Any]]] = [
        (f"event:{event.pk}:{event.replays}", {"event_id": event.pk}) for event in events
    ]
    outbox_actions.enqueue_many(kind=PROCESS, items=items, at=at)


def summarise(event: InboxEvent, ticket: TicketEvent) -> None:
    """Note on `event` what it is about, for people, but no one who was erased; the caller saves SUMMARY."""
    event.ticket_number = ticket.number or ticket.ticket_id
    event.subject = ticket.subject
    is_erased = privacy.is_suppressed(email=ticket.requester_email)
    event.requester_name = "" if is_erased else ticket.requester_name
    event.requester_email = "" if is_erased else ticket.requester_email
    event.organization_id = ticket.organization_id
    event.organization_name = ticket.organization_name
    event.domain = telling_domain(ticket)


def _event(connection: Connection, delivery: Delivery) -> InboxEvent:
    headers = _kept(delivery.headers, connection.help_desk.headers)
    return InboxEvent(connection=connection, headers=headers, body=delivery.body, received_at=delivery.received_at)


def _keep_broken(event: InboxEvent, reason: str) -> Receipt:
    event.state, event.settled_at, event.error = InboxEvent.State.FAILED, event.received_at, reason[:300]
    event.delivery_key = f"broken:{hashlib.sha256(event.body).hexdigest()}"
    _store(event)
    return Receipt(Answer.BROKEN, reason)


def _store(event: InboxEvent) -> bool:
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _kept(headers: Mapping[str, str], prefixes: tuple[str, ...]) -> dict[str, str]:
    """What is shown of the headers; never a cookie, an authorisation or a secret."""
    return {
        name: text(value, 1000)
        for name, value in headers.items()
        if name in KEPT_HEADERS or (prefixes and name.startswith(prefixes))
    }
