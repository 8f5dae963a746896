"""ConnectWise PSA: a callback on every save of a ticket, whose `Entity` is JSON inside a string, null when deleted.

Signed HMAC-SHA256 with the SHA-256 of a key that `Metadata.key_url` names; it is fetched from the configured host
only. Each callback tells the whole state, so a ticket said to be closed again and again is one closure.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from integrations.helpdesks import reading, signing
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode

PAGE = "/v4_6_release/services/system_io/Service/fv_sr100_request.rails?service_recid="


def new_secret() -> str:
    return ""


def verify(delivery: Delivery, secret: str) -> bool:
    key = hashlib.sha256(secret.encode()).digest() if secret else b""
    return signing.is_base64(delivery.headers.get("x-content-signature", ""), key, delivery.body)


def key_url(delivery: Delivery, site: str) -> str:
    """Where the key of this delivery is, if that is at `site` itself; empty otherwise. Nothing is verified yet."""
    try:
        metadata = reading.part(decode(delivery.body), "Metadata")
        url = reading.web_address(metadata.get("key_url"))
        ours, theirs = urlsplit(site), urlsplit(url)
    except (NotJson, ValueError):
        return ""
    is_same = bool(site) and (ours.scheme, ours.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())
    return url if is_same else ""


def key_of(answer: bytes) -> str:
    try:
        return reading.text(decode(answer).get("signing_key"), 1000)
    except NotJson:
        return ""


def delivery_key(delivery: Delivery) -> str:
    try:
        identity = reading.identity(decode(delivery.body).get("MessageId"), 200)
    except NotJson:
        identity = ""
    return identity or hashlib.sha256(delivery.body).hexdigest()


def parse(headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]) -> TicketEvent | None:
    if reading.word(payload.get("Type")) != "ticket":
        return None
    entity = _entity(payload.get("Entity"))
    ticket_id = reading.identity(payload.get("ID") or entity.get("id"), 120)
    if not ticket_id:
        raise Unusable("ID: a text or a whole number is needed.")
    is_gone = reading.word(payload.get("Action")) == "deleted"
    if not entity and not is_gone:
        return None
    is_closed = entity.get("closedFlag")
    if not isinstance(is_closed, bool) and not is_gone:
        raise Unusable("Entity.closedFlag: true or false is needed.")
    company, info, owner = (reading.part(entity, key) for key in ("company", "_info", "owner"))
    return TicketEvent(
        ticket_id=ticket_id,
        is_closed=is_closed is True or is_gone,
        is_merged=is_gone,
        number=ticket_id[:60],
        url=reading.web_address(f"{options['site']}{PAGE}{ticket_id}" if options.get("site") else ""),
        subject=reading.text(entity.get("summary"), 300),
        opened_at=reading.moment(info.get("dateEntered")) or reading.moment(entity.get("dateEntered")),
        closed_at=reading.moment(entity.get("closedDate")),
        updated_at=reading.moment(info.get("lastUpdated")),
        requester_email=reading.email(entity.get("contactEmailAddress")),
        requester_name=reading.text(entity.get("contactName") or reading.part(entity, "contact").get("name"), 200),
        requester_id=reading.identity(reading.part(entity, "contact").get("id"), 120),
        organization_id=reading.identity(company.get("id"), 120),
        organization_name=reading.text(company.get("name"), 200),
        agent_name=reading.text(owner.get("name"), 200),
        priority=reading.priority(reading.part(entity, "priority").get("name")),
        topic=reading.topic(reading.part(entity, "type").get("name")),
    )


def _entity(value: Any) -> dict[str, Any]:
    """The record in its string; empty when there is none."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value.strip():
        return {}
    try:
        return decode(value.encode("utf-8", "replace"))
    except NotJson as error:
        if value.strip() == "null":
            return {}
        raise Unusable("Entity: a JSON object in a string is needed.") from error
