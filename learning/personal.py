"""What this room keeps about a person: what they started to learn, and what they completed."""

from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import Contact
from accounts.registry import personal
from learning.models import Completion

Rows = list[dict[str, Any]]


def completion_rows(contact: Contact) -> Rows:
    found = Completion.objects.filter(contact=contact).order_by("started_at", "pk")
    told = found.annotate(title=F("item__title"), kind=F("item__kind"))
    return [{**row} for row in told.values("title", "kind", "started_at", "completed_at")]


def leave(contact: Contact, at: datetime) -> None:
    """A completion names nobody: it counts on, of a person who is no longer known."""


def register() -> None:
    personal("completions", export=completion_rows, erase=leave)
