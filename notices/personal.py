"""What this room keeps about a person: tasks and files that name them. All else is read from facts when shown."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import Contact
from accounts.privacy import redact, redacted_json
from accounts.registry import personal
from notices.models import Occasion


def _of(contact: Contact) -> QuerySet[Occasion]:
    """Told of their account, or of no account at all: a file may have their name."""
    return Occasion.objects.filter(Q(account=contact.account_id) | Q(account=None))


def notice_rows(contact: Contact) -> list[dict[str, Any]]:
    naming = _of(contact).filter(fact=None).annotate(_told=redacted_json("data", contact)).exclude(_told=F("data"))
    return [dict(row) for row in naming.order_by("pk").values("created_at", "kind", "data")]


def erase_from_notices(contact: Contact, at: datetime) -> None:
    redact(_of(contact), contact, "data")


def register() -> None:
    personal("notices", export=notice_rows, erase=erase_from_notices)
