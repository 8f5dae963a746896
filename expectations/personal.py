"""What this room keeps about a person: what was explained to them, what they acknowledged and questioned."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import Contact
from accounts.privacy import ERASED, naming, redact
from accounts.registry import personal
from expectations.models import Acknowledgement, Expectation

Rows = list[dict[str, Any]]


def promise_rows(contact: Contact) -> Rows:
    promises = Expectation.objects.filter(account=contact.account_id)
    named = naming(promises, contact, "wording", "evidence", "acknowledged_by").values("pk")
    found = promises.filter(_acknowledged(contact) | Q(explained_to=contact) | Q(pk__in=named))
    about = ("wording", "made_on", "explained_on", "acknowledged_at", "acknowledged_by", "outcome", "evidence")
    return list(found.order_by("pk").values(*about))


def link_rows(contact: Contact) -> Rows:
    links = Acknowledgement.objects.filter(account=contact.account_id)
    named = naming(links, contact, "objection", "answered_by").values("pk")
    found = links.filter(_signed("answered_by", contact) | Q(contact=contact) | Q(pk__in=named))
    told = found.order_by("pk").values("created_at", "expires_at", "answered_at", "answered_by", "objection")
    return [{**row} for row in told]


def _signed(field: str, contact: Contact) -> Q:
    return Q(**{f"{field}__iexact": contact.name}) & ~Q(**{field: ""})


def _acknowledged(contact: Contact) -> Q:
    """By their name, or on a link of theirs, whatever name they gave there."""
    theirs = Acknowledgement.objects.filter(contact=contact, expectation_ids__contains=[OuterRef("pk")])
    answered = Exists(theirs.filter(answered_at=OuterRef("acknowledged_at")))
    return _signed("acknowledged_by", contact) | Q(answered)


def erase_from_promises(contact: Contact, at: datetime) -> None:
    """That it was acknowledged, and when, stays."""
    promises = Expectation.objects.filter(account=contact.account_id)
    promises.filter(_acknowledged(contact)).update(acknowledged_by=ERASED)
    redact(promises, contact, "wording", "evidence", "acknowledged_by")


def erase_from_links(contact: Contact, at: datetime) -> None:
    """Their links lead nowhere any more, and what they objected is gone."""
    links = Acknowledgement.objects.filter(account=contact.account_id)
    theirs = links.filter(_signed("answered_by", contact) | Q(contact=contact))
    theirs.exclude(answered_by="").update(answered_by=ERASED)
    theirs.filter(answered_at=None).update(revoked_at=Coalesce(F("revoked_at"), at))
    links.filter(Q(contact=contact) | Q(answered_by=ERASED)).update(objection="")
    links.filter(contact=contact).update(token_hash="")
    redact(links, contact, "objection", "answered_by")


def register() -> None:
    personal("promises", export=promise_rows, erase=erase_from_promises)
    personal("promise_links", export=link_rows, erase=erase_from_links)
