"""Messages to chats: written with the occasion, sent by the outbox, settled by what came back."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from notices.actions import chats
from notices.chat import Outcome
from notices.models import ChatHook, ChatMessage, Occasion
from notices.queries import chats as queries
from outbox import actions as outbox_actions
from workspaces import actions as workspace_actions
from workspaces.models import User

DELIVER, CHAT_OFF = "notices.deliver_message", "notices.tell_chat_off"
SCHEDULE = (timedelta(seconds=10), timedelta(minutes=2), timedelta(minutes=20), timedelta(hours=2))  # then it is stale
MOST_ATTEMPTS = len(SCHEDULE) + 1

State = ChatMessage.State


class ChatOff(Exception):
    """Nothing is sent to a chat that is switched off."""


def write(*, occasions: Iterable[Occasion], at: datetime) -> None:
    """One message for each of these and each open chat that wants it."""
    rows = [
        ChatMessage(hook=hook, occasion=occasion, created_at=at)
        for hook, wanted in queries.wanting(occasions)
        for occasion in wanted
    ]
    _send_off(ChatMessage.objects.bulk_create(rows, batch_size=1000), at)


def _send_off(written: Sequence[ChatMessage], at: datetime) -> None:
    items = [(str(one.pk), {"message_id": one.pk}) for one in written]
    if items:
        outbox_actions.enqueue_many(kind=DELIVER, items=items, at=at)


@transaction.atomic
def send_test(*, hook: ChatHook, at: datetime, by: User | None) -> ChatMessage:
    """One message that is tried once, at once. Raises ChatOff."""
    if not hook.is_open:
        raise ChatOff
    message: ChatMessage = ChatMessage.objects.create(hook=hook, created_at=at)
    _send_off([message], at)
    workspace_actions.record(kind="chat.tested", subject=hook.name, at=at, by=by)
    return message


@transaction.atomic
def take_up(*, message_id: int, at: datetime) -> ChatMessage | None:
    """The message, if it is still to go out; one whose chat is off is not sent.

    From here on it is in doubt, until somebody notes what came back. One that is in doubt already is taken up only
    because a person had its effect tried again.
    """
    found = ChatMessage.objects.filter(pk=message_id, state__in=[State.WAITING, State.IN_DOUBT])
    message = found.select_related("hook", "occasion__account", "occasion__fact").first()
    if message is not None and not message.hook.is_open:
        found.update(state=State.NOT_SENT, settled_at=at)
        return None
    found.update(state=State.IN_DOUBT)
    return message


@transaction.atomic
def record_attempt(*, message_id: int, outcome: Outcome, is_last: bool, at: datetime) -> str:
    """Note what came of one attempt; returns the state that the message is in now."""
    rows = ChatMessage.objects.select_for_update(of=("self",)).select_related("hook")
    message: ChatMessage | None = rows.filter(pk=message_id).first()
    if message is None:
        return str(State.NOT_SENT)
    message.state = _state_after(outcome, is_last=is_last)
    message.settled_at = None if message.state == State.WAITING else at
    message.attempts, message.last_status = F("attempts") + 1, outcome.status
    message.last_error = outcome.error[:500]
    message.save(update_fields=["state", "settled_at", "attempts", "last_status", "last_error"])
    if outcome.is_gone and chats.switch_off(hook=message.hook, why=ChatHook.Why.GONE, at=at, by=None):
        payload = {"hook_id": message.hook_id, "status": outcome.status}
        outbox_actions.enqueue(kind=CHAT_OFF, key=str(message_id), payload=payload, at=at)
    return message.state


def _state_after(outcome: Outcome, *, is_last: bool) -> State:
    if outcome.is_success:
        return State.DELIVERED
    if outcome.is_doubtful:
        return State.IN_DOUBT
    return State.FAILED if is_last or outcome.is_final else State.WAITING
