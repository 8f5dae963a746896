"""What this room keeps about a person: judgements that name them."""

from datetime import datetime
from typing import Any

from accounts.models import Contact
from accounts.privacy import naming, redact
from accounts.registry import personal
from health.models import Pulse


def pulse_rows(contact: Contact) -> list[dict[str, Any]]:
    found = naming(Pulse.objects.filter(account=contact.account_id), contact, "reason")
    return list(found.order_by("pk").values("at", "step", "reason"))


def erase_from_pulses(contact: Contact, at: datetime) -> None:
    """How the customer was doing stays, and why, without their name."""
    redact(Pulse.objects.filter(account=contact.account_id), contact, "reason")


def register() -> None:
    personal("pulses", export=pulse_rows, erase=erase_from_pulses)
