"""Chatwoot: `conversation_status_changed`, flat at the root, signed HMAC-SHA256 of `timestamp.body`
from version 4.11.2 on. Older ones prove nothing: where an admin allows it, their address is all that is secret.

The root's `id` is the conversation's: every event of it has the same one.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable

EVENTS = {"conversation_created", "conversation_status_changed"}


def new_secret() -> str:
    return ""


def verify(delivery: Delivery, secret: str) -> bool:
    sent_at = delivery.headers.get("x-chatwoot-timestamp", "")
    scheme, _, given = delivery.headers.get("x-chatwoot-signature", "").partition("=")
    if scheme != "sha256" or not signing.is_fresh(reading.epoch(sent_at), delivery.received_at):
        return False
    return signing.is_hex(given, secret, f"{sent_at}.".encode() + delivery.body)


def delivery_key(delivery: Delivery) -> str:
    """The body holds the status and when it was last changed, so without an id its content tells it apart."""
    identity = reading.identity(delivery.headers.get("x-chatwoot-delivery"), 200)
    return identity or hashlib.sha256(delivery.body).hexdigest()


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    if reading.text(payload.get("event"), 60) not in EVENTS:
        return None
    ticket_id, status = reading.identity(payload.get("id"), 120), reading.word(payload.get("status"))
    if not ticket_id:
        raise Unusable("id: a text or a whole number is needed.")
    if not status:
        raise Unusable("status: the name of the status is needed.")
    people, extra = reading.part(payload, "meta"), reading.part(payload, "additional_attributes")
    sender, agent = reading.part(people, "sender"), reading.part(people, "assignee")
    updated_at = _time(payload.get("updated_at"))
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=status == "resolved",
        number=ticket_id[:60],
        url=_url(payload, ticket_id, options),
        subject=reading.text(extra.get("mail_subject"), 300),
        opened_at=_time(payload.get("created_at")),
        closed_at=updated_at if status == "resolved" else None,
        updated_at=updated_at,
        requester_email=reading.email(sender.get("email")),
        requester_name=reading.text(sender.get("name"), 200),
        requester_id=reading.identity(sender.get("id"), 120),
        requester_locale=reading.locale(extra.get("browser_language")),
        organization_name=reading.text(reading.part(sender, "additional_attributes").get("company_name"), 200),
        agent_name=reading.text(agent.get("name"), 200),
        agent_email=reading.email(agent.get("email")),
        priority=reading.priority(payload.get("priority")),
        tags=reading.tags(payload.get("labels")),
    )


def _time(value: Any) -> datetime | None:
    return reading.epoch(value) or reading.moment(value)


def _url(payload: dict[str, Any], ticket_id: str, options: Mapping[str, Any]) -> str:
    account_id = reading.identity(reading.part(payload, "account").get("id") or payload.get("account_id"), 20)
    site = options.get("site")
    if not (site and account_id):
        return ""
    return reading.web_address(f"{site}/app/accounts/{account_id}/conversations/{ticket_id}")
