"""What the outbox, the scores and the timeline run for alerts: each makes one call."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Fact
from alerts.actions import alerts, care, escalation, rules
from outbox.models import Effect


def evaluate(account_ids: Sequence[int], at: datetime) -> None:
    """These have been scored for today."""
    alerts.evaluate(account_ids=account_ids, at=at)


def hear(facts: Sequence[Fact], at: datetime) -> None:
    """These have just been recorded."""
    care.acknowledge_answered(facts=facts, at=at)


def escalate(effect: Effect, at: datetime) -> None:
    escalation.escalate(at=at)


def keep_budget(effect: Effect, at: datetime) -> None:
    rules.keep_budget(at=at)
