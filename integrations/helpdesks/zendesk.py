"""Zendesk: event webhooks (`zen:event-type:ticket...`) and webhooks of triggers, whose body the admin writes.

Both sign HMAC-SHA256 of the timestamp and the body; an older page of theirs has the two the other way round, which
is refused. Events name people and organisations by id only: what those are is looked up.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable

# Zendesk's own pages print this secret, and its "Test webhook" uses it before the webhook exists.
PUBLIC_SECRETS = frozenset({"dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="})

EVENT = "zen:event-type:ticket."
GONE = {"merged", "soft_deleted", "permanently_deleted", "marked_as_spam"}
TOLD = {"created", "status_changed", "undeleted"} | GONE
CLOSED = {"solved", "closed"}
MERGED_TAG = "closed_by_merge"


def new_secret() -> str:
    return ""


def verify(delivery: Delivery, secret: str) -> bool:
    sent_at = delivery.headers.get("x-zendesk-webhook-signature-timestamp", "")
    if secret in PUBLIC_SECRETS or not signing.is_fresh(reading.moment(sent_at), delivery.received_at):
        return False
    signed = sent_at.encode() + delivery.body
    return signing.is_base64(delivery.headers.get("x-zendesk-webhook-signature", ""), secret, signed)


def delivery_key(delivery: Delivery) -> str:
    """The invocation's id stays the same when Zendesk tries again."""
    identity = reading.identity(delivery.headers.get("x-zendesk-webhook-invocation-id"), 200)
    return identity or hashlib.sha256(delivery.body).hexdigest()


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    kind = reading.text(payload.get("type"), 200)
    if kind.startswith("zen:"):
        name = kind.removeprefix(EVENT)
        return _of_event(name, payload) if kind.startswith(EVENT) and name in TOLD else None
    return _of_trigger(payload) if "ticket" in payload else None


def _of_event(name: str, payload: dict[str, Any]) -> TicketEvent:
    detail, event = reading.part(payload, "detail"), reading.part(payload, "event")
    ticket_id = _ticket_id(detail, "detail.id")
    status = reading.word(event.get("current") if name == "status_changed" else None) or reading.word(
        detail.get("status")
    )
    is_merged = name in GONE or MERGED_TAG in reading.words(detail.get("tags"))
    if not status and not is_merged:
        raise Unusable("event.current: the ticket's status is needed.")
    is_closed, told_at = status in CLOSED or is_merged, reading.moment(payload.get("time"))
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=is_closed,
        is_merged=is_merged,
        number=ticket_id[:60],
        subject=reading.text(detail.get("subject"), 300),
        opened_at=reading.moment(detail.get("created_at")),
        closed_at=told_at if is_closed else None,
        updated_at=told_at or reading.moment(detail.get("updated_at")),
        requester_id=reading.identity(detail.get("requester_id"), 120),
        organization_id=reading.identity(detail.get("organization_id"), 120),
        priority=reading.priority(detail.get("priority")),
        topic=reading.topic(detail.get("type")),
        tags=reading.tags(detail.get("tags")),
    )


def _of_trigger(payload: dict[str, Any]) -> TicketEvent:
    ticket, requester = reading.part(payload, "ticket"), reading.part(payload, "requester")
    organization, agent = reading.part(payload, "organization"), reading.part(payload, "agent")
    ticket_id, status = _ticket_id(ticket, "ticket.id"), reading.word(ticket.get("status"))
    if not status:
        raise Unusable("ticket.status: the ticket's status is needed.")
    is_merged = MERGED_TAG in reading.word(ticket.get("tags"), 2000).split()
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=status in CLOSED or is_merged,
        is_merged=is_merged,
        number=ticket_id[:60],
        url=reading.web_address(_link(ticket.get("url"))),
        subject=reading.text(ticket.get("subject"), 300),
        opened_at=reading.moment(ticket.get("created_at")),
        updated_at=reading.moment(ticket.get("updated_at")),
        requester_email=reading.email(requester.get("email")),
        requester_name=reading.text(requester.get("name"), 200),
        requester_id=reading.identity(requester.get("id"), 120),
        requester_locale=reading.locale(requester.get("locale")),
        organization_id=reading.identity(organization.get("id"), 120),
        organization_name=reading.text(organization.get("name"), 200),
        agent_name=reading.text(agent.get("name"), 200),
        agent_email=reading.email(agent.get("email")),
        priority=reading.priority(ticket.get("priority")),
        topic=reading.topic(ticket.get("type")),
        tags=reading.tags(ticket.get("tags"), None),
    )


def look_up(event: TicketEvent, get: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The ticket's people and organisation, in one call."""
    if not event.ticket_id.isdigit():
        return {}
    found = get(f"/api/v2/tickets/{event.ticket_id}.json?include=users,organizations")
    ticket = reading.part(found, "ticket")
    wanted = reading.identity(ticket.get("requester_id"), 120) or event.requester_id
    belongs_to = reading.identity(ticket.get("organization_id"), 120) or event.organization_id
    return {
        "ticket": {"url": ticket.get("url")},
        "requester": _with_id(found.get("users"), wanted, ("id", "name", "email", "locale")),
        "organization": _with_id(found.get("organizations"), belongs_to, ("id", "name", "domain_names")),
        "agent": _with_id(found.get("users"), reading.identity(ticket.get("assignee_id"), 120), ("name", "email")),
    }


def complete(event: TicketEvent, found: Mapping[str, Any]) -> TicketEvent:
    requester, organization = reading.part(found, "requester"), reading.part(found, "organization")
    agent, domains = reading.part(found, "agent"), organization.get("domain_names")
    api_url = reading.web_address(reading.part(found, "ticket").get("url"))
    site = api_url.partition("/api/")[0]
    return replace(
        event,
        url=event.url or reading.web_address(f"{site}/agent/tickets/{event.ticket_id}" if site else ""),
        requester_email=reading.email(requester.get("email")),
        requester_name=reading.text(requester.get("name"), 200),
        requester_locale=reading.locale(requester.get("locale")),
        organization_id=reading.identity(organization.get("id"), 120) or event.organization_id,
        organization_name=reading.text(organization.get("name"), 200),
        organization_domain=reading.domain(domains[0] if isinstance(domains, list) and domains else ""),
        agent_name=reading.text(agent.get("name"), 200),
        agent_email=reading.email(agent.get("email")),
    )


def authorization(user: str, token: str) -> str:
    if not user:
        return f"Bearer {token}"
    return "Basic " + base64.b64encode(f"{user}/token:{token}".encode()).decode()


def _with_id(rows: Any, wanted: str, keys: tuple[str, ...]) -> dict[str, Any]:
    for row in rows if isinstance(rows, list) and wanted else []:
        if isinstance(row, dict) and reading.identity(row.get("id"), 120) == wanted:
            return {key: row.get(key) for key in keys}
    return {}


def _ticket_id(part: dict[str, Any], where: str) -> str:
    ticket_id = reading.identity(part.get("id"), 120)
    if not ticket_id:
        raise Unusable(f"{where}: a text or a whole number is needed.")
    return ticket_id


def _link(value: Any) -> Any:
    """`{{ticket.link}}` leaves the scheme out."""
    return f"https://{value}" if isinstance(value, str) and value and "://" not in value else value
