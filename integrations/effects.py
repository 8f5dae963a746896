"""The outbox's way into this app."""

from datetime import datetime

from integrations import lookups
from integrations.actions import lookups as lookup_actions
from integrations.actions import processing, replays
from integrations.helpdesks.event import Unusable
from integrations.helpdesks.payload import NotJson
from integrations.models import Connection, InboxEvent
from outbox.models import Effect
from workspaces import tenancy
from workspaces.secrets import Unreadable, decrypt

LOOK_UP_ATTEMPTS = 6


def process_event(effect: Effect, at: datetime) -> None:
    """Handler of `integrations.process_event`."""
    processing.process(event_id=effect.payload["event_id"], at=at)


def prepare_look_up(effect: Effect, at: datetime) -> lookups.Question | None:
    """What to ask; when there is nothing to ask any more, the event goes on as it is."""
    event = InboxEvent.objects.select_related("connection").get(pk=effect.payload["event_id"])
    question = _question(event, is_last=effect.attempts >= LOOK_UP_ATTEMPTS)
    if question is None:
        processing.process(event_id=event.pk, at=at)
    return question


def _question(event: InboxEvent, *, is_last: bool) -> lookups.Question | None:
    connection, directory = event.connection, event.connection.help_desk.directory
    try:
        ticket = processing.read(event)
    except (NotJson, Unusable):
        return None
    is_waiting = event.state == InboxEvent.State.RECEIVED
    if directory is None or ticket is None or not (is_waiting and processing.needs_look_up(event, ticket)):
        return None
    authorization = directory.authorization(connection.api_user, _token(connection))
    workspace_id = tenancy.current_id()
    return lookups.Question(workspace_id, event.pk, directory, ticket, connection.site, authorization, is_last)


def _token(connection: Connection) -> str:
    """The API's token; one that cannot be read any more is none, which the API will refuse in words."""
    try:
        return decrypt(connection.api_token)
    except Unreadable:
        return ""


def look_up(question: lookups.Question) -> None:
    """Ask, and keep the answer at once: asking again after a crash would do no harm, but takes its time."""
    found = lookups.ask(question)
    with tenancy.entered(question.workspace_id):
        lookup_actions.keep_findings(event_id=question.event_id, found=found)


def record_look_up(effect: Effect, at: datetime) -> None:
    """Go on with what was found."""
    processing.process(event_id=effect.payload["event_id"], at=at)


def replay_more(effect: Effect, at: datetime) -> None:
    """Handler of `integrations.replay_more`."""
    replays.replay_more(payload=effect.payload, at=at)
