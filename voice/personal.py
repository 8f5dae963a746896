"""What this room keeps about a person: what was read from their words. The words are with the answer or the ticket."""

from datetime import datetime
from typing import Any

from accounts.models import Contact
from accounts.registry import personal
from voice.models import Remark


def remark_rows(contact: Contact) -> list[dict[str, Any]]:
    found = Remark.objects.filter(contact=contact).prefetch_related("mentions__theme").order_by("pk")
    return [
        {
            "source": one.source,
            "said_at": one.said_at,
            "language": one.language,
            "feeling": one.feeling,
            "themes": [mention.theme.name for mention in one.mentions.all()],
        }
        for one in found
    ]


def erase_remarks(contact: Contact, at: datetime) -> None:
    """With them go their mentions, and so their quotes: a digest is written from what is there when it goes."""
    Remark.objects.filter(contact=contact).delete()


def register() -> None:
    personal("remarks", export=remark_rows, erase=erase_remarks)
