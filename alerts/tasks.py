"""What the outbox and the scores run for alerts: each makes one call."""

from collections.abc import Sequence
from datetime import datetime

from alerts.actions import alerts, escalation
from outbox.models import Effect


def evaluate(account_ids: Sequence[int], at: datetime) -> None:
    """These have been scored for today."""
    alerts.evaluate(account_ids=account_ids, at=at)


def escalate(effect: Effect, at: datetime) -> None:
    escalation.escalate(at=at)
