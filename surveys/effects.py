"""What the outbox and the timeline call, translated into one action each."""

from datetime import datetime

from accounts.models import Fact, Ticket
from outbox.models import Effect
from surveys.actions import answers, asking, delivery, holds, sending, silence, waves
from surveys.models import Refusal, Wave


def ask_after_closure(fact: Fact, at: datetime) -> None:
    asking.ask_after_closure(ticket=_ticket(fact), episode=fact.data["episode"], closed_at=fact.at, at=at)


def ask_after_move(fact: Fact, at: datetime) -> None:
    steps = {name: fact.data[name] for name in ("move_id", "from_stage", "to_stage")}
    asking.ask_after_move(account=fact.account, **steps, at=at)


def call_off_move(fact: Fact, at: datetime) -> None:
    asking.call_off_move(account=fact.account, at=at)


def ask_after_escalation(fact: Fact, at: datetime) -> None:
    if not fact.data["still_open"]:
        asking.ask_after_escalation(account=fact.account, hold_id=fact.data["hold_id"], at=at)


def follow_alert(fact: Fact, at: datetime) -> None:
    is_open = fact.kind == "alert.escalated"
    holds.follow_alert(account=fact.account, alert_id=fact.data["alert_id"], is_open=is_open, at=at)


def start_surveys_due(effect: Effect, at: datetime) -> None:
    waves.start_due_waves(at=at)
    asking.ask_before_renewals(at=at)


def send_due(effect: Effect, at: datetime) -> None:
    sending.send_due(at=at)


def remind_due(effect: Effect, at: datetime) -> None:
    sending.remind_due(at=at)


def call_off_reopened(fact: Fact, at: datetime) -> None:
    _call_off(fact, Refusal.Reason.REOPENED, at)


def call_off_merged(fact: Fact, at: datetime) -> None:
    _call_off(fact, Refusal.Reason.MERGED, at)


def _call_off(fact: Fact, reason: Refusal.Reason, at: datetime) -> None:
    asking.call_off_ticket(ticket=_ticket(fact), episode=fact.data["episode"], reason=reason, at=at)


def note_undelivered(key: str, at: datetime) -> None:
    delivery.note_undelivered(key=key, at=at)


def send_wave(effect: Effect, at: datetime) -> None:
    waves.send_wave(wave=Wave.objects.get(pk=effect.payload["wave_id"]), at=at)


def _ticket(fact: Fact) -> Ticket:
    return Ticket.objects.select_related("account").get(pk=fact.data["ticket_id"])


def find_silence(effect: Effect, at: datetime) -> None:
    silence.find_silence(at=at)


def end_silence(fact: Fact, at: datetime) -> None:
    silence.end_silence(account=fact.account, at=at)


def tell_answer(effect: Effect, at: datetime) -> None:
    answers.tell(answer_id=effect.payload["answer_id"], at=at)
