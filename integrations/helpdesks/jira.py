"""Jira Service Management: an admin webhook with a secret, signed HMAC-SHA256 of the body.

Statuses have any name; every one belongs to a category, and `done` is closed. Cloud often withholds addresses.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable

DELETED = "jira:issue_deleted"
EVENTS = {"jira:issue_created", "jira:issue_updated", DELETED}


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def verify(delivery: Delivery, secret: str) -> bool:
    scheme, _, given = delivery.headers.get("x-hub-signature", "").partition("=")
    return scheme == "sha256" and signing.is_hex(given, secret, delivery.body)


def delivery_key(delivery: Delivery) -> str:
    """Jira keeps the identifier when it tries again."""
    identity = reading.identity(delivery.headers.get("x-atlassian-webhook-identifier"), 200)
    return identity or hashlib.sha256(delivery.body).hexdigest()


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    event = payload.get("webhookEvent")
    if not isinstance(event, str) or event not in EVENTS or not _concerns_status(event, payload):
        return None
    issue = reading.part(payload, "issue")
    fields, ticket_id = reading.part(issue, "fields"), reading.identity(issue.get("id"), 120)
    category = reading.word(reading.part(reading.part(fields, "status"), "statusCategory").get("key"))
    if not ticket_id:
        raise Unusable("issue.id: a text or a whole number is needed.")
    if not category and event != DELETED:
        raise Unusable("issue.fields.status.statusCategory.key: the category of the status is needed.")
    reporter, agent = reading.part(fields, "reporter"), reading.part(fields, "assignee")
    told_at = reading.epoch(payload.get("timestamp")) or reading.moment(fields.get("updated"))
    is_closed = category == "done" or event == DELETED
    organization = _organization(fields)
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=is_closed,
        is_merged=event == DELETED,
        number=reading.text(issue.get("key"), 60),
        url=_url(issue),
        subject=reading.text(fields.get("summary"), 300),
        opened_at=reading.moment(fields.get("created")),
        closed_at=reading.moment(fields.get("resolutiondate")) or told_at,
        updated_at=told_at,
        requester_email=reading.email(reporter.get("emailAddress")),
        requester_name=reading.text(reporter.get("displayName"), 200),
        requester_id=reading.identity(reporter.get("accountId") or reporter.get("key"), 120),
        organization_id=reading.identity(organization.get("id"), 120),
        organization_name=reading.text(organization.get("name"), 200),
        agent_name=reading.text(agent.get("displayName"), 200),
        agent_email=reading.email(agent.get("emailAddress")),
        priority=reading.priority(reading.part(fields, "priority").get("name")),
        topic=reading.topic(reading.part(fields, "issuetype").get("name")),
        tags=reading.tags(fields.get("labels")),
    )


def _concerns_status(event: str, payload: dict[str, Any]) -> bool:
    """Comments and edits of other fields come as updates too; where the change log is missing, the state counts."""
    items = reading.part(payload, "changelog").get("items")
    if event != "jira:issue_updated" or not isinstance(items, list):
        return True
    return any(isinstance(item, dict) and item.get("field") in ("status", "resolution") for item in items)


def _organization(fields: dict[str, Any]) -> dict[str, Any]:
    """The first of the request's organisations: a list in a field whose number is each site's own."""
    for key, value in fields.items():
        for one in value if key.startswith("customfield_") and isinstance(value, list) else []:
            link = reading.text(reading.part(one, "_links").get("self"), 500) if isinstance(one, dict) else ""
            if "/organization/" in link:
                return one  # type: ignore[no-any-return]  # a dict, as just seen
    return {}


def _url(issue: dict[str, Any]) -> str:
    site, key = reading.web_address(issue.get("self")).partition("/rest/")[0], reading.text(issue.get("key"), 60)
    return reading.web_address(f"{site}/browse/{key}") if site and key else ""
