"""What the outbox calls, translated into one action each."""

from datetime import datetime

from accounts.models import Fact
from complaints.actions import case, noticing
from outbox.models import Effect


def take_up(effect: Effect, at: datetime) -> None:
    fact = Fact.objects.select_related("account").get(pk=effect.payload["fact_id"])
    noticing.take_up(fact=fact, at=at)


def note_overdue(effect: Effect, at: datetime) -> None:
    promised_at = datetime.fromisoformat(effect.payload["promised_at"])
    case.note_overdue(complaint_id=effect.payload["complaint_id"], promised_at=promised_at, at=at)
