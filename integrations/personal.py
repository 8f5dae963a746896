"""What this room keeps about a person: deliveries that came of what they asked a help desk."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from accounts.models import Contact
from accounts.privacy import naming, pattern, redact
from accounts.registry import personal
from integrations.actions.retention import forget_person
from integrations.models import InboxEvent
from outbox.registry import TryLater

SOON = timedelta(minutes=1)


def about(contact: Contact) -> QuerySet[InboxEvent]:
    """Deliveries the contact asked for, or whose bodies name them."""
    return InboxEvent.objects.filter(pk__in=[*_by_sign(contact), *_by_name(contact)]).order_by("pk")


def _by_sign(contact: Contact) -> Iterator[int]:
    """Those of their tickets, with their address on it, or with it anywhere inside."""
    theirs = Q(ticket__contact=contact)
    if contact.email:
        inside = Lower(Func(F("body"), Value("escape"), function="encode", output_field=CharField()))
        found = InboxEvent.objects.filter(purged_at=None).alias(_inside=inside)
        yield from found.filter(_inside__contains=contact.email.lower()).values_list("pk", flat=True)
        theirs |= Q(requester_email__iexact=contact.email)
    yield from InboxEvent.objects.filter(theirs).values_list("pk", flat=True)


def _by_name(contact: Contact) -> Iterator[int]:
    """Those of their account, or of nobody's yet, that have the name inside."""
    named = pattern(contact)
    events = InboxEvent.objects.filter(Q(account=contact.account_id) | Q(account=None), purged_at=None)
    for pk, body, found in events.values_list("pk", "body", "found").order_by("pk").iterator(chunk_size=50):
        if named and named.search("\n".join([*_readable(bytes(body)), json.dumps(found, ensure_ascii=False)])):
            yield pk


def _readable(body: bytes) -> list[str]:
    """The text of a body as it came, and if that is JSON, without its escapes."""
    text = body.decode(errors="replace")
    try:
        return [text, json.dumps(json.loads(text), ensure_ascii=False)]
    except (ValueError, RecursionError):
        return [text]


def delivery_rows(contact: Contact) -> list[dict[str, Any]]:
    columns = ("received_at", "connection__name", "ticket_number", "subject", "requester_name", "requester_email")
    rows = about(contact).values(*columns, "body")
    return [{**row, "body": bytes(row["body"]).decode(errors="replace")} for row in rows]


def erase_from_deliveries(contact: Contact, at: datetime) -> None:
    """Bodies go whole. What waits to be processed still is, without them; this is tried again then."""
    events = about(contact)
    if events.filter(state=InboxEvent.State.RECEIVED).exists():
        raise TryLater("A delivery about this person is being processed.", after=SOON)
    forget_person(events=events, at=at)
    redact(InboxEvent.objects.filter(account=contact.account_id), contact, "subject", "error")
    unassigned = InboxEvent.objects.filter(account=None)
    redact(unassigned, contact, "subject", "error")
    named = naming(unassigned, contact, "requester_name").values("pk")
    InboxEvent.objects.filter(pk__in=named).update(requester_name="")


def register() -> None:
    personal("deliveries", export=delivery_rows, erase=erase_from_deliveries)
