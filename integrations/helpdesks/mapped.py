"""Any system that posts JSON: where our fields are in it, an admin says once, looking at what came in.

The mapping is `{"paths": {our field: JSON Pointer}, "closed": [...], "merged": [...]}`. Without a place for the
status, every delivery tells of a ticket that is closed.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from integrations.helpdesks import generic, pointers, reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent

SIGNATURES = ("x-hub-signature-256", "x-hub-signature", "x-signature-256", "x-signature", "x-webhook-signature")
IDENTITIES = ("webhook-id", "idempotency-key", "x-delivery-id", "x-webhook-id")
CLOSED = ["closed", "solved", "resolved", "done", "completed", "true"]

Cleaner = Callable[[Any], Any]


def _moment(value: Any) -> datetime | None:
    return reading.epoch(value) or reading.moment(value)


CLEANERS: dict[str, Cleaner] = {
    "number": lambda value: reading.text(value, 60),
    "url": reading.web_address,
    "subject": lambda value: reading.text(value, 300),
    "opened_at": _moment,
    "closed_at": _moment,
    "updated_at": _moment,
    "requester_email": reading.email,
    "requester_name": lambda value: reading.text(value, 200),
    "requester_id": lambda value: reading.identity(value, 120),
    "requester_locale": reading.locale,
    "organization_id": lambda value: reading.identity(value, 120),
    "organization_name": lambda value: reading.text(value, 200),
    "organization_domain": reading.domain,
    "agent_name": lambda value: reading.text(value, 200),
    "agent_email": reading.email,
    "priority": reading.priority,
    "topic": reading.topic,
    "tags": reading.tags,
}
FIELDS = ["ticket_id", "status", *CLEANERS]


def new_secret() -> str:
    return generic.new_secret()


def verify(delivery: Delivery, secret: str) -> bool:
    """By the secret in a header, by Standard Webhooks, or by HMAC-SHA256 of the body in hexadecimal."""
    given = [delivery.headers.get(name, "").removeprefix("sha256=") for name in SIGNATURES]
    signed = [signing.is_hex(signature, secret, delivery.body) for signature in given]
    return signing.has_token(delivery, secret) or generic.verify(delivery, secret) or any(signed)


def delivery_key(delivery: Delivery) -> str:
    """Its id and content; without an id the minute: a ticket closed twice may be told in the same words."""
    identity = _identity(delivery) or f"{delivery.received_at:%Y%m%d%H%M}"
    return f"{identity}:{hashlib.sha256(delivery.body).hexdigest()}"


def is_nameless(delivery: Delivery) -> bool:
    """Whether it comes without an id, so that nothing tells a repeat from the same news a second time."""
    return not _identity(delivery)


def _identity(delivery: Delivery) -> str:
    found = (reading.identity(delivery.headers.get(name), 100) for name in IDENTITIES)
    return next(filter(None, found), "")


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    """None as well for a body that has no ticket's id where the mapping says: it tells of something else."""
    mapping = reading.part(options, "mapping")
    paths = reading.part(mapping, "paths")
    ticket_id = reading.identity(_found(payload, paths, "ticket_id"), 120)
    status = reading.word(_found(payload, paths, "status"))
    if not ticket_id or (paths.get("status") and not status):
        return None
    is_merged = status in reading.words(mapping.get("merged"))
    is_closed = is_merged or not paths.get("status") or status in reading.words(mapping.get("closed"))
    cleaned = {field: clean(_found(payload, paths, field)) for field, clean in CLEANERS.items()}
    return TicketEvent(ticket_id=ticket_id, is_closed=is_closed, is_merged=is_merged, **cleaned)


def _found(payload: dict[str, Any], paths: dict[str, Any], field: str) -> Any:
    pointer = paths.get(field)
    return pointers.at(payload, pointer) if isinstance(pointer, str) else None
