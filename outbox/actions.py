"""Put work on the list, and decide about work that is stuck."""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.db.models import QuerySet

from lib.inserting import insert
from outbox.models import Effect
from outbox.registry import handlers
from workspaces import actions as workspace_actions
from workspaces.models import User

logger = logging.getLogger(__name__)


class NotStuck(Exception):
    """The effect is neither dead nor in doubt (somebody else was faster)."""


def enqueue(
    *, kind: str, key: str, payload: dict[str, Any], at: datetime, available_at: datetime | None = None
) -> None:
    """Do `kind` once for `key`, not before `available_at` (default: now). A second call does nothing."""
    enqueue_many(kind=kind, items=[(key, payload)], at=at, available_at=available_at)


def enqueue_many(
    *,
    kind: str,
    items: Iterable[tuple[str, dict[str, Any]]],
    at: datetime,
    available_at: datetime | None = None,
) -> None:
    """`enqueue` for many (key, payload) of one kind, in one statement."""
    queue = handlers[kind].queue
    about = {"kind": kind, "queue": queue, "available_at": available_at or at, "created_at": at}
    rows = [{**about, "dedupe_key": key, "payload": payload} for key, payload in items]
    insert(Effect, rows, ignore_conflicts=True)
    if available_at is None or available_at <= at:
        ring_on_commit(queue)


def ring_on_commit(queue: str) -> None:
    """Tell a worker to look at `queue` once this transaction is in; once per transaction is enough."""
    ring = _bell(queue)
    if all(function is not ring for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


@cache
def _bell(queue: str) -> Any:
    return partial(_ring, queue)


def _ring(queue: str) -> None:
    try:
        current_app.send_task("outbox.run_queue", args=[queue], expires=60)
    except Exception:  # a dead broker delays work by one tick, it must not fail the request
        logger.warning("Broker unreachable; queue %s waits for the next tick", queue)


@transaction.atomic
def postpone(*, kind: str, payload: dict[str, Any], until: datetime) -> int:
    """Let what waits and carries `payload` wait until then at least, in one statement; returns how many."""
    waiting = Effect.objects.filter(queue=handlers[kind].queue, state=Effect.State.READY, available_at__lt=until)
    return waiting.filter(kind=kind, payload__contains=payload).update(available_at=until)


@transaction.atomic
def cancel_effect(*, kind: str, key: str, at: datetime) -> bool:
    """Call off work that has not begun. False: there is none, or it is too late."""
    waiting = Effect.objects.filter(kind=kind, dedupe_key=key, state=Effect.State.READY)
    return bool(waiting.update(state=Effect.State.CANCELLED, done_at=at))


@transaction.atomic
def replay(*, effect: Effect, at: datetime, by: User) -> Effect:
    """Try a dead or doubtful effect again, with a fresh count of attempts."""
    effect = _settle(effect, state=Effect.State.READY, attempts=0, available_at=at, claim_id=None)
    workspace_actions.record(kind="effect.replayed", subject=str(effect), at=at, by=by)
    ring_on_commit(effect.queue)
    return effect


@transaction.atomic
def replay_all(*, at: datetime, by: User) -> int:
    """`replay` for everything stuck in this workspace; returns how many."""
    stuck = Effect.objects.stuck()
    queues = sorted(set(stuck.values_list("queue", flat=True)))
    count = stuck.update(state=Effect.State.READY, attempts=0, available_at=at, claim_id=None)
    if count:
        workspace_actions.record(kind="effects.replayed", at=at, by=by, detail={"count": count})
    for queue in queues:
        ring_on_commit(queue)
    return count


@transaction.atomic
def give_up(*, effect: Effect, at: datetime, by: User) -> Effect:
    """Close a dead or doubtful effect without trying it again."""
    effect = _settle(effect, state=Effect.State.CANCELLED, done_at=at)
    workspace_actions.record(kind="effect.cancelled", subject=str(effect), at=at, by=by)
    return effect


def _settle(effect: Effect, **changes: Any) -> Effect:
    if not Effect.objects.stuck().filter(pk=effect.pk).update(**changes):
        raise NotStuck
    effect.refresh_from_db()
    return effect


def clear_errors(*, errors: QuerySet[Effect]) -> int:
    """Drop what these effects failed with, because it tells more than it should."""
    return errors.order_by().update(last_error="")


@transaction.atomic
def cancel_waiting(*, but: str, at: datetime) -> int:
    """Call off everything that has not begun, except work of kind `but`; returns how much."""
    waiting = Effect.objects.filter(state=Effect.State.READY).exclude(kind=but)
    return waiting.update(state=Effect.State.CANCELLED, done_at=at)
