"""Freshdesk: a rule's webhook, whose JSON the admin writes and which nothing signs: the secret comes in a header.

`triggered_event` looks like JSON and is none: `{status:{from:2,to:5}}`. Its numbers are the same in every language,
the names in `ticket_status` are the account's own.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable

CLOSED_NUMBERS = {"4", "5"}  # resolved, closed
CLOSED_NAMES = {"resolved", "closed"}
_CHANGE = re.compile(r"\bstatus\s*:\s*\{\s*from\s*:\s*([^,{}]*),\s*to\s*:\s*([^,{}]*)\}")


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def verify(delivery: Delivery, secret: str) -> bool:
    return signing.has_token(delivery, secret)


def delivery_key(delivery: Delivery) -> str:
    """Content and minute: a ticket that is closed twice may be told in the same words, with no time in them."""
    return f"{hashlib.sha256(delivery.body).hexdigest()}:{delivery.received_at:%Y%m%d%H%M}"


def is_nameless(delivery: Delivery) -> bool:
    """Nothing in it tells a repeat from the same news a second time."""
    return True


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    said = reading.part(payload, "freshdesk_webhook") or payload
    if "ticket_id" not in said:
        return None
    ticket_id = reading.identity(said.get("ticket_id"), 120)
    if not ticket_id:
        raise Unusable("ticket_id: a text or a whole number is needed.")
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=_is_closed(said, reading.words(options.get("closed"))),
        number=ticket_id[:60],
        url=reading.web_address(said.get("ticket_url")),
        subject=reading.text(said.get("ticket_subject"), 300),
        opened_at=reading.moment(said.get("ticket_created_at")),
        updated_at=reading.moment(said.get("ticket_updated_at")),
        requester_email=reading.email(_first(said, "requester_email", "ticket_requester_email")),
        requester_name=reading.text(_first(said, "requester_name", "ticket_requester_name"), 200),
        organization_name=reading.text(_first(said, "company_name", "ticket_company_name"), 200),
        agent_name=reading.text(_first(said, "agent_name", "ticket_agent_name"), 200),
        agent_email=reading.email(_first(said, "agent_email", "ticket_agent_email")),
        priority=reading.priority(said.get("ticket_priority")),
        topic=reading.topic(said.get("ticket_type")),
        tags=reading.tags(said.get("ticket_tags")),
    )


def _is_closed(said: dict[str, Any], own: set[str]) -> bool:
    change = _CHANGE.search(reading.text(said.get("triggered_event"), 2000))
    now = reading.word(change[2]) if change else ""
    name = reading.word(said.get("ticket_status"))
    if not now and not name:
        raise Unusable("ticket_status: the name of the status is needed.")
    if now:
        return now in CLOSED_NUMBERS | own or name in own
    return name in CLOSED_NAMES | CLOSED_NUMBERS | own


def _first(said: dict[str, Any], *keys: str) -> Any:
    return next((said[key] for key in keys if said.get(key)), "")
