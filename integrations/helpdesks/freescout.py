"""FreeScout: a conversation as `application/hal+json`, signed HMAC-SHA1 with a key made from its APP_KEY.

It sends neither a time nor an id of the delivery, so a repeat is known by its content and event.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable

HEADER = "x-freescout-event"
GONE_STATUSES, GONE_STATES = {"spam"}, {"deleted"}
DELETED = {"convo.deleted", "convo.deleted.forever"}


def new_secret() -> str:
    return ""


def verify(delivery: Delivery, secret: str) -> bool:
    given = delivery.headers.get("x-freescout-signature", "")
    return signing.is_base64(given, secret, delivery.body, hashlib.sha1)


def delivery_key(delivery: Delivery) -> str:
    event = reading.identity(delivery.headers.get(HEADER), 100)
    return f"{hashlib.sha256(delivery.body).hexdigest()}:{event}"


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    event = reading.text(headers.get(HEADER), 100)
    if not event.startswith("convo.") or reading.word(payload.get("state")) == "draft":
        return None
    ticket_id, status = reading.identity(payload.get("id"), 120), reading.word(payload.get("status"))
    is_merged = event in DELETED or status in GONE_STATUSES or reading.word(payload.get("state")) in GONE_STATES
    if not ticket_id:
        raise Unusable("id: a text or a whole number is needed.")
    if not status and not is_merged:
        raise Unusable("status: the name of the status is needed.")
    customer, agent = _customer(payload), reading.part(payload, "assignee")
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=status == "closed" or is_merged,
        is_merged=is_merged,
        number=reading.text(payload.get("number"), 60),
        url=reading.web_address(f"{options['site']}/conversation/{ticket_id}" if options.get("site") else ""),
        subject=reading.text(payload.get("subject"), 300),
        opened_at=reading.moment(payload.get("createdAt")),
        closed_at=reading.moment(payload.get("closedAt")),
        updated_at=reading.moment(payload.get("updatedAt")),
        requester_email=reading.email(customer.get("email")),
        requester_name=_name(customer),
        requester_id=reading.identity(customer.get("id"), 120),
        organization_name=reading.text(customer.get("company"), 200),
        agent_name=_name(agent),
        agent_email=reading.email(agent.get("email")),
        tags=reading.tags(reading.part(payload, "_embedded").get("tags") or payload.get("tags")),
    )


def _customer(payload: dict[str, Any]) -> dict[str, Any]:
    """Whose conversation it is; older versions name them only as its author."""
    author = reading.part(payload, "createdBy")
    return reading.part(payload, "customer") or (author if author.get("type") == "customer" else {})


def _name(person: dict[str, Any]) -> str:
    names = [reading.text(person.get(key), 100) for key in ("firstName", "lastName")]
    return " ".join(name for name in names if name)[:200]
