"""Zammad: a trigger posts `{"ticket": ..., "article": ...}`, signed with HMAC-SHA1 of the body.

Where its webhook has no signature token, the secret comes as a password (Basic) or as a bearer token. Nothing it signs
carries a time, so a delivery is told from its repeat by its id alone; absent objects are `{}` and `state` is a string.
A trigger set to *Always* repeats with new delivery ids: the ticket's own closure counts.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable

GONE = {"merged", "removed"}  # the ticket lives on in another, or nowhere


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def verify(delivery: Delivery, secret: str) -> bool:
    """By the signature; the secret itself counts only where there is none."""
    if "x-hub-signature" not in delivery.headers:
        return signing.has_token(delivery, secret)
    scheme, _, given = delivery.headers["x-hub-signature"].partition("=")
    return scheme == "sha1" and signing.is_hex(given, secret, delivery.body, hashlib.sha1)


def delivery_key(delivery: Delivery) -> str:
    identity = reading.identity(delivery.headers.get("x-zammad-delivery"), 200)
    return identity or hashlib.sha256(delivery.body).hexdigest()


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    if "ticket" not in payload:
        return None
    ticket = reading.part(payload, "ticket")
    ticket_id = reading.identity(ticket.get("id"), 120)
    if not ticket_id:
        raise Unusable("ticket.id: a text or a whole number is needed.")
    state, closed = _state(ticket), {"closed"} | reading.words(options.get("closed"))
    customer, organization = reading.part(ticket, "customer"), reading.part(ticket, "organization")
    owner = reading.part(ticket, "owner")
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=state in closed | GONE,
        is_merged=state in GONE,
        number=reading.text(ticket.get("number"), 60),
        url=reading.web_address(ticket.get("url")),
        subject=reading.text(ticket.get("title"), 300),
        opened_at=reading.moment(ticket.get("created_at")),
        closed_at=reading.moment(ticket.get("last_close_at")) or reading.moment(ticket.get("close_at")),
        updated_at=reading.moment(ticket.get("updated_at")),
        requester_email=reading.email(customer.get("email")),
        requester_name=_name(customer),
        requester_id=reading.identity(customer.get("id"), 120),
        requester_locale=reading.locale(reading.part(customer, "preferences").get("locale")),
        organization_id=reading.identity(organization.get("id"), 120),
        organization_name=reading.text(organization.get("name"), 200),
        organization_domain=reading.domain(organization.get("domain")),
        agent_name=_name(owner),
        agent_email=reading.email(owner.get("email")),
        priority=reading.priority(_name_of(ticket.get("priority"))),
        tags=reading.tags(ticket.get("tags")),
    )


def _state(ticket: dict[str, Any]) -> str:
    name = reading.text(_name_of(ticket.get("state")), 60).casefold()
    if not name:
        raise Unusable("ticket.state: the name of the state is needed.")
    return name


def _name_of(thing: Any) -> Any:
    """Zammad sends a state as its name and a priority as an object; a custom payload may do either."""
    return thing.get("name") if isinstance(thing, dict) else thing


def _name(person: dict[str, Any]) -> str:
    names = [reading.text(person.get(key), 100) for key in ("firstname", "lastname")]
    return " ".join(name for name in names if name and name != "-")[:200]
