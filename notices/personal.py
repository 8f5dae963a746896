"""What this room keeps about a person: tasks that name them. All else is read from facts when it is shown."""

from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import Contact
from accounts.privacy import redact, redacted_json
from accounts.registry import personal
from notices.models import Occasion


def notice_rows(contact: Contact) -> list[dict[str, Any]]:
    told = Occasion.objects.filter(account=contact.account_id, fact=None)
    naming = told.annotate(_told=redacted_json("data", contact)).exclude(_told=F("data"))
    return list(naming.order_by("pk").values("created_at", "kind", "data"))


def erase_from_notices(contact: Contact, at: datetime) -> None:
    redact(Occasion.objects.filter(account=contact.account_id), contact, "data")


def register() -> None:
    personal("notices", export=notice_rows, erase=erase_from_notices)
