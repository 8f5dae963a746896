"""Process many deliveries again: in the background, in batches."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from integrations.actions import processing
from integrations.models import Connection, InboxEvent
from integrations.queries.replays import Choice, chosen
from outbox import actions as outbox_actions
from workspaces import actions as workspace_actions
from workspaces.models import User

REPLAY_MORE = "integrations.replay_more"
BATCH = 200
IN_FLIGHT = timedelta(minutes=1)  # longer than any delivery is being taken in


@transaction.atomic
def replay_range(*, connection: Connection, choice: Choice, at: datetime, by: User | None) -> int:
    """Process `choice` of the connection's deliveries again, oldest first; returns how many they are."""
    count = chosen(connection.pk, choice).count()
    if count:
        begin(connection=connection, choice=choice, at=at)
        detail = {"count": count, **choice.as_text()}
        workspace_actions.record(kind="deliveries.replayed", subject=connection.name, at=at, by=by, detail=detail)
    return count


def begin(*, connection: Connection, choice: Choice, at: datetime) -> None:
    """Put the first batch on the list for `at`; what arrives from now on is not part of it."""
    newest = connection.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    payload = {"connection_id": connection.pk, "after": 0, "newest": newest, "run": at.isoformat(), **choice.as_text()}
    _enqueue(payload, at)


def begin_samples(*, connection: Connection, at: datetime) -> None:
    """Process what waits for a mapping: now, and once more for what was on its way in without one."""
    waiting = Choice(state=InboxEvent.State.SAMPLE).as_text()
    for begins_at in (at, at + IN_FLIGHT):
        run = begins_at.isoformat()
        payload = {"connection_id": connection.pk, "after": 0, "newest": 2**62, "run": run, **waiting}
        _enqueue(payload, at, begins_at)


@transaction.atomic
def replay_more(*, payload: dict[str, Any], at: datetime) -> None:
    """Put the next batch back on the list, and what follows it."""
    events = chosen(payload["connection_id"], Choice.from_text(payload))
    batch = events.filter(pk__gt=payload["after"], pk__lte=payload["newest"]).order_by("pk")
    held = list(batch.select_for_update(of=("self",)).defer("body", "headers")[:BATCH])
    processing.process_again(events=held, at=at)
    if len(held) == BATCH:
        _enqueue({**payload, "after": held[-1].pk}, at)


def _enqueue(payload: dict[str, Any], at: datetime, available_at: datetime | None = None) -> None:
    key = f"{payload['connection_id']}:{payload['run']}:{payload['after']}"
    outbox_actions.enqueue(kind=REPLAY_MORE, key=key, payload=payload, at=at, available_at=available_at)
