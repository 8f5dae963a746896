"""The outbox's way into this app."""

from datetime import datetime

from integrations.actions import processing
from outbox.models import Effect


def process_event(effect: Effect, at: datetime) -> None:
    """Handler of `integrations.process_event`."""
    processing.process(event_id=effect.payload["event_id"], at=at)
