"""Any system that speaks Standard Webhooks 1.0: `ticket.closed` and `ticket.reopened`, signed with HMAC-SHA256."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable

PREFIX = "whsec_"
CLOSED = {"ticket.closed": True, "ticket.reopened": False}


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def verify(delivery: Delivery, secret: str) -> bool:
    headers = delivery.headers
    identity, sent_at, key = headers.get("webhook-id", ""), headers.get("webhook-timestamp", ""), _key(secret)
    if not (key and identity and _is_fresh(sent_at, delivery.received_at)):
        return False
    signed = f"{identity}.{sent_at}.".encode() + delivery.body
    entries = [entry.partition(",") for entry in headers.get("webhook-signature", "").split(" ")]
    # Every entry is compared, so that the time taken says nothing about which one was near.
    matches = [signing.is_base64(given, key, signed) for version, _, given in entries if version == "v1"]
    return any(matches)


def delivery_key(delivery: Delivery) -> str:
    return reading.identity(delivery.headers.get("webhook-id"), 200) or hashlib.sha256(delivery.body).hexdigest()


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    kind = payload.get("type")
    if not isinstance(kind, str) or kind not in CLOSED:
        return None
    data = payload.get("data")
    if not isinstance(data, dict):
        raise Unusable("data: an object is needed.")
    ticket_id = reading.identity(data.get("id"), 120)
    if not ticket_id:
        raise Unusable("data.id: a text or a whole number is needed.")
    requester, organization = reading.part(data, "requester"), reading.part(data, "organization")
    agent = reading.part(data, "agent")
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=CLOSED[kind],
        number=reading.text(data.get("number"), 60),
        url=reading.web_address(data.get("url")),
        subject=reading.text(data.get("subject"), 300),
        opened_at=reading.moment(data.get("opened_at")),
        closed_at=reading.moment(data.get("closed_at")),
        updated_at=reading.moment(payload.get("timestamp")),
        requester_email=reading.email(requester.get("email")),
        requester_name=reading.text(requester.get("name"), 200),
        requester_id=reading.identity(requester.get("external_id"), 120),
        requester_locale=reading.locale(requester.get("locale")),
        organization_id=reading.identity(organization.get("external_id"), 120),
        organization_name=reading.text(organization.get("name"), 200),
        organization_domain=reading.domain(organization.get("domain")),
        agent_name=reading.text(agent.get("name"), 200),
        agent_email=reading.email(agent.get("email")),
        priority=reading.priority(data.get("priority")),
        topic=reading.topic(data.get("topic")),
        tags=reading.tags(data.get("tags")),
    )


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_fresh(sent_at: str, received_at: datetime) -> bool:
    return len(sent_at) <= 11 and signing.is_fresh(reading.epoch(sent_at), received_at)
