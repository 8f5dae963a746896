"""What the outbox runs for changes of many accounts."""

from datetime import datetime

from bulk.actions import changes
from outbox.models import Effect


def run_chunk(effect: Effect, at: datetime) -> None:
    changes.run_chunk(change_id=effect.payload["change_id"], number=effect.payload["number"], at=at)


def undo_chunk(effect: Effect, at: datetime) -> None:
    changes.undo_chunk(change_id=effect.payload["change_id"], number=effect.payload["number"], at=at)
