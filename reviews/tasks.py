"""What the outbox runs for reviews."""

from datetime import datetime

from outbox.models import Effect
from reviews import actions


def tell_due(effect: Effect, at: datetime) -> None:
    actions.tell_due(at=at)
