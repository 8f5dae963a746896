"""What the outbox runs for journeys."""

from datetime import datetime

from accounts.models import Fact
from journeys import actions
from journeys.actions import entering
from outbox.models import Effect

MOVE_MORE = actions.MOVE_MORE


def begin_delivery(fact: Fact, at: datetime) -> None:
    actions.begin_delivery(account=fact.account, at=at)


def note_answer(fact: Fact, at: datetime) -> None:
    actions.note_answer(answered=fact, at=at)


def note_alert(fact: Fact, at: datetime) -> None:
    if fact.kind == "alert.opened":
        actions.note_alert_opened(opened=fact, at=at)
    else:
        actions.note_alert_closed(closed=fact, at=at)


def note_complaint(fact: Fact, at: datetime) -> None:
    if fact.kind == "complaint.closed":
        actions.note_complaint_closed(closed=fact, at=at)
    else:
        actions.note_complaint_opened(opened=fact, at=at)


def move_due(effect: Effect, at: datetime) -> None:
    actions.move_due(at=at)


def start_in_segment(effect: Effect, at: datetime) -> None:
    entering.start_where_entered(**effect.payload, at=at)
