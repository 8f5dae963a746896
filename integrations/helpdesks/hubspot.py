"""HubSpot: an app's subscription to tickets posts a list of small events, each taken in by itself.

The v3 signature covers the method, the address as HubSpot called it, the body and a time in milliseconds. Our
addresses hold no characters that HubSpot would decode first. `eventId` is not unique, so an event is known by its
content without the number of the attempt. It says little more than a ticket's id: the rest is looked up.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode

CLOSED_STAGES = {"4"}  # "Closed" of the pipeline that every account begins with
STAGE = "hs_pipeline_stage"
TICKETS = "0-5"  # in events that name the type of object by number
GONE = {"deletion", "merge"}


def new_secret() -> str:
    return ""


def verify(delivery: Delivery, secret: str) -> bool:
    sent_at = delivery.headers.get("x-hubspot-request-timestamp", "")
    if not signing.is_fresh(reading.epoch(sent_at), delivery.received_at):
        return False
    signed = f"POST{delivery.address}".encode() + delivery.body + sent_at.encode()
    return signing.is_base64(delivery.headers.get("x-hubspot-signature-v3", ""), secret, signed)


def delivery_key(delivery: Delivery) -> str:
    try:
        event = {key: value for key, value in decode(delivery.body).items() if key != "attemptNumber"}
        content = json.dumps(event, sort_keys=True).encode()
    except (NotJson, RecursionError):
        content = delivery.body
    return hashlib.sha256(content).hexdigest()


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    noun, _, verb = reading.text(payload.get("subscriptionType"), 100).partition(".")
    is_ticket = noun == "ticket" or (noun == "object" and payload.get("objectTypeId") == TICKETS)
    is_stage = verb == "propertyChange" and payload.get("propertyName") == STAGE
    if not is_ticket or not (is_stage or verb in GONE):
        return None
    ticket_id, stage = _ticket_id(payload, verb), reading.word(payload.get("propertyValue"))
    if is_stage and not stage:
        raise Unusable("propertyValue: the id of a stage is needed.")
    told_at = reading.epoch(payload.get("occurredAt"))
    closed = reading.words(options.get("closed")) or CLOSED_STAGES
    is_closed = verb in GONE or stage in closed
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=is_closed,
        is_merged=verb in GONE,
        number=ticket_id[:60],
        url=_url(payload, ticket_id),
        closed_at=told_at if is_closed else None,
        updated_at=told_at,
    )


def look_up(event: TicketEvent, get: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The ticket, its first contact and company, and whether its stage is a closed one."""
    if not event.ticket_id.isdigit():
        return {}
    wanted = "subject,createdate,hs_pipeline,hs_pipeline_stage,hs_ticket_priority,hs_ticket_category"
    ticket = get(f"/crm/v3/objects/tickets/{event.ticket_id}?properties={wanted}&associations=contacts,companies")
    properties, linked = reading.part(ticket, "properties"), reading.part(ticket, "associations")
    contact_id, company_id = _first_id(linked, "contacts"), _first_id(linked, "companies")
    found = {"ticket": properties, "company_id": company_id}
    if contact_id:
        person = get(f"/crm/v3/objects/contacts/{contact_id}?properties=email,firstname,lastname,hs_language")
        found["contact"] = reading.part(person, "properties")
    if company_id:
        company = get(f"/crm/v3/objects/companies/{company_id}?properties=name,domain")
        found["company"] = reading.part(company, "properties")
    pipeline, stage = _plain(properties.get("hs_pipeline")), _plain(properties.get(STAGE))
    if pipeline and stage:
        about = get(f"/crm/v3/pipelines/tickets/{pipeline}/stages/{stage}")
        found["stage"] = {"id": stage, "state": reading.part(about, "metadata").get("ticketState")}
    return found


def complete(event: TicketEvent, found: Mapping[str, Any]) -> TicketEvent:
    """The stage looked up is today's: it counts as closed beside the stages named by the admin."""
    ticket, contact = reading.part(found, "ticket"), reading.part(found, "contact")
    company, stage = reading.part(found, "company"), reading.part(found, "stage")
    is_closed = event.is_closed or reading.word(stage.get("state")) == "closed"
    names = [reading.text(contact.get(key), 100) for key in ("firstname", "lastname")]
    return replace(
        event,
        is_closed=is_closed,
        closed_at=event.updated_at if is_closed else None,
        subject=reading.text(ticket.get("subject"), 300),
        opened_at=reading.moment(ticket.get("createdate")),
        requester_email=reading.email(contact.get("email")),
        requester_name=" ".join(name for name in names if name)[:200],
        requester_locale=reading.locale(contact.get("hs_language")),
        organization_id=reading.identity(found.get("company_id"), 120),
        organization_name=reading.text(company.get("name"), 200),
        organization_domain=reading.domain(company.get("domain")),
        priority=reading.priority(ticket.get("hs_ticket_priority")),
        topic=reading.topic(ticket.get("hs_ticket_category")),
    )


def authorization(user: str, token: str) -> str:
    return f"Bearer {token}"


def _ticket_id(payload: dict[str, Any], verb: str) -> str:
    merged = payload.get("mergedObjectIds")
    value = merged[0] if verb == "merge" and isinstance(merged, list) and merged else payload.get("objectId")
    ticket_id = reading.identity(value, 120)
    if not ticket_id:
        raise Unusable("objectId: a text or a whole number is needed.")
    return ticket_id


def _first_id(linked: dict[str, Any], noun: str) -> str:
    results = reading.part(linked, noun).get("results")
    for one in results if isinstance(results, list) else []:
        if isinstance(one, dict) and _plain(one.get("id")).isdigit():
            return _plain(one.get("id"))
    return ""


def _plain(value: Any) -> str:
    """An id that may stand in an address."""
    identity = reading.text(value, 60)
    return identity if identity.isascii() and identity.replace("-", "").replace("_", "").isalnum() else ""


def _url(payload: dict[str, Any], ticket_id: str) -> str:
    portal = _plain(payload.get("portalId"))
    return f"https://app.hubspot.com/contacts/{portal}/ticket/{ticket_id}" if portal and ticket_id.isdigit() else ""
