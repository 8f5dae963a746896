"""What the room below the outbox wants done every day."""

from datetime import datetime

from outbox.models import Effect
from workspaces import actions as workspace_actions


def forget_answers(effect: Effect, at: datetime) -> None:
    """Drop the stored answers to API calls that are past their life."""
    workspace_actions.forget_answers(at=at)
