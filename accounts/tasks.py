"""What the outbox runs for this room."""

from datetime import datetime

from accounts.actions import erasing
from outbox.models import Effect


def erase_contact(effect: Effect, at: datetime) -> None:
    erasing.erase_traces(contact_id=effect.payload["contact_id"], is_last=effect.payload["is_last"], at=at)
