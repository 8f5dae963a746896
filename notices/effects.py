"""The outbox's way into this room, and the call to a chat itself."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation

from lib import outgoing
from notices import chat, news
from notices.actions import digests, gathering, messages
from notices.chat import Outcome
from notices.models import ChatMessage
from notices.queries import chats as queries
from outbox.models import Effect
from outbox.registry import Doubtful, TryLater
from webhooks.answers import rest_after
from workspaces import tenancy

State = ChatMessage.State


def tell_facts(effect: Effect, at: datetime) -> None:
    gathering.tell_facts(fact_ids=effect.payload["fact_ids"], at=at)


def tell_answer(effect: Effect, at: datetime) -> None:
    gathering.tell_answer(fact_id=effect.payload["fact_id"], at=at)


def tell_stuck(effect: Effect, at: datetime) -> None:
    gathering.tell_stuck(at=at)


def tell_chat_off(effect: Effect, at: datetime) -> None:
    gathering.tell_chat_off(hook_id=effect.payload["hook_id"], status=effect.payload["status"], at=at)


def look_ahead(effect: Effect, at: datetime) -> None:
    """Every day: renewals and tasks; and digests that are waited for are planned, whatever was lost."""
    gathering.begin_day(at=at)
    digests.plan_all(at=at)


def tell_renewals(effect: Effect, at: datetime) -> None:
    gathering.tell_renewals(account_ids=effect.payload["account_ids"], at=at)


def tell_tasks(effect: Effect, at: datetime) -> None:
    gathering.tell_tasks(task_ids=effect.payload["task_ids"], at=at)


def send_digest(effect: Effect, at: datetime) -> None:
    slot = datetime.fromisoformat(effect.payload["slot"])
    digests.send(member_id=effect.payload["member_id"], slot=slot, at=at)


@dataclass(frozen=True)
class Parcel:
    """One attempt, with all it needs outside a transaction. Without a `url` there is nowhere to send it."""

    workspace_id: int
    message_id: int
    is_last: bool
    at: datetime
    body: bytes
    url: str = field(repr=False)


def prepare(effect: Effect, at: datetime) -> Parcel | None:
    """The message in the chat's language, if it still has to go out."""
    message = messages.take_up(message_id=effect.payload["message_id"], at=at)
    if message is None:
        return None
    with translation.override(message.hook.language):
        body = chat.body(message.hook.flavour, news.of(message))
    return Parcel(
        workspace_id=tenancy.current_id(),
        message_id=message.pk,
        is_last=message.occasion_id is None or effect.attempts >= messages.MOST_ATTEMPTS,
        at=at,
        body=json.dumps(body).encode(),
        url=queries.address(message.hook),
    )


def send(parcel: Parcel) -> None:
    """One attempt, noted before anything else is decided.

    Raises TryLater if there is to be another, Doubtful if it may have arrived: a chat cannot tell a repeat, so a
    person decides.
    """
    outcome = attempt(parcel)
    with tenancy.entered(parcel.workspace_id):
        state = messages.record_attempt(
            message_id=parcel.message_id, outcome=outcome, is_last=parcel.is_last, at=parcel.at
        )
    if state == State.WAITING:
        raise TryLater(outcome.error or f"HTTP {outcome.status}", after=outcome.rest)
    if state == State.IN_DOUBT:
        raise Doubtful(outcome.error)


def record(effect: Effect, at: datetime) -> None:
    """`send` has noted everything, whatever the outcome."""


def attempt(parcel: Parcel) -> Outcome:
    if not parcel.url:
        return Outcome(error="The address cannot be read.")
    headers = {"Content-Type": "application/json", "User-Agent": "Ninefold-Notices"}
    try:
        answer = outgoing.request("POST", parcel.url, headers=headers, body=parcel.body)
    except outgoing.TooLong as long:
        answer = long.response
    except outgoing.NoAnswer as error:
        return Outcome(error=str(error), is_doubtful=error.was_sent)
    rest = rest_after(answer.status, answer.headers.get("retry-after", ""), parcel.at)
    excerpt = answer.body[:200].decode(errors="replace").replace("\x00", "")
    return Outcome(status=answer.status, error="" if answer.status < 300 else excerpt, rest=rest)
