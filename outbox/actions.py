"""Put work on the list, and decide about work that is stuck."""

import functools
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet
from redis.exceptions import RedisError

from lib.inserting import insert
from outbox import queries, registry
from outbox.models import Bounce, Effect, Mail, Suppression
from outbox.registry import handlers
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.models import User

logger = logging.getLogger(__name__)

BELL, RING_SECONDS = "outbox.bell.%s", 1  # as long as a ring that nobody hears keeps others from ringing


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


def enqueue_chunks(*, kind: str, key: str, name: str, ids: Sequence[int], size: int, at: datetime) -> None:
    """One effect of a kind for every `size` of `ids`, which it is told as `name`; `key` names the occasion."""
    chunks = [list(ids[start : start + size]) for start in range(0, len(ids), size)]
    if chunks:
        enqueue_many(kind=kind, items=[(f"{key}:{chunk[0]}", {name: chunk}) for chunk in chunks], at=at)


def ring_on_commit(queue: str) -> None:
    """Tell a worker to look at `queue` once this transaction is in; once per transaction is enough."""
    ring = _bell(queue)
    if all(function is not ring for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


@functools.cache
def _bell(queue: str) -> Any:
    return functools.partial(_ring, queue)


def _ring(queue: str) -> None:
    """Not while a ring is still to be heard: whoever hears it will look after it has been cleared, so sees this too."""
    try:
        if cache.add(BELL % queue, 1, RING_SECONDS):
            current_app.send_task("outbox.run_queue", args=[queue], expires=60)
    except Exception:  # a dead broker delays work by one tick, it must not fail the request
        logger.warning("Broker unreachable; queue %s waits for the next tick", queue)


def clear_bell(queue: str) -> None:
    """Its ring was heard: from now on others may ring again."""
    try:
        cache.delete(BELL % queue)
    except RedisError:  # it clears itself
        logger.warning("Broker unreachable; the bell of %s clears itself", queue)


@transaction.atomic
def postpone(*, kind: str, payload: dict[str, Any], until: datetime) -> int:
    """Let what waits and carries `payload` wait until then at least, in one statement; returns how many."""
    waiting = Effect.objects.filter(queue=handlers[kind].queue, state=Effect.State.READY, available_at__lt=until)
    return waiting.filter(kind=kind, payload__contains=payload).update(available_at=until)


@transaction.atomic
def ends_round(*, effect: Effect) -> bool:
    """Whether all others of its round are over: those of its kind whose key is the same up to its last colon.

    For the end of a handler whose transaction marks its effect done: who ends at the same time waits here for that, so
    exactly the last of a round is told that it is.
    """
    begins = effect.dedupe_key.rpartition(":")[0] + ":"
    with connection.cursor() as cursor:
        key = f"{effect.kind} {begins}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, tenancy.current_id()])
    left = Effect.objects.filter(kind=effect.kind, dedupe_key__startswith=begins).exclude(pk=effect.pk)
    return not left.filter(state__in=[Effect.State.READY, *Effect.HELD]).exists()


@transaction.atomic
def cancel_effect(*, kind: str, key: str, at: datetime) -> bool:
    """Call off work that has not begun. False: there is none, or it is too late."""
    waiting = Effect.objects.filter(kind=kind, dedupe_key=key, state=Effect.State.READY)
    return bool(waiting.update(state=Effect.State.CANCELLED, done_at=at))


@transaction.atomic
def cancel_stuck(*, kinds: Sequence[str], payload: dict[str, Any], at: datetime) -> int:
    """Close what is stuck and carries `payload`, because it is done in another way; returns how much."""
    stuck = Effect.objects.stuck().filter(kind__in=kinds, payload__contains=payload)
    return stuck.update(state=Effect.State.CANCELLED, done_at=at)


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


@transaction.atomic
def note_bounce(*, mail: Mail, kind: str, code: str, key: str, at: datetime) -> Bounce | None:
    """A report about a mail, and what follows for its address: hard bounces, complaints and repeated soft bounces
    suppress it. None: the report with this `key` was noted before, or the mail's address is no longer kept.
    """
    digest = mail.to_digest or (queries.digests(mail.to)[0] if mail.to else "")
    if not digest:
        return None
    about = {"mail": mail, "to_digest": digest, "kind": kind, "code": code, "at": at}
    noted: Bounce
    noted, is_new = Bounce.objects.get_or_create(key=key, defaults=about)
    if not is_new:
        return None
    if kind != Bounce.Kind.COMPLAINT:
        tell_undelivered(mail=mail, at=at)
    if kind == Bounce.Kind.COMPLAINT:
        suppress(digest=digest, reason=Suppression.Reason.COMPLAINED, code=code, at=at)
    elif kind == Bounce.Kind.HARD or queries.is_soft_too_often(digest, at):
        suppress(digest=digest, reason=Suppression.Reason.BOUNCED, code=code, at=at)
    return noted


@transaction.atomic
def tell_undelivered(*, mail: Mail, at: datetime) -> None:
    """Let whoever posted it know that it came back, or never went out because mail to its address does."""
    for listener in registry.undelivered_listeners:
        listener(mail.key, at)


@transaction.atomic
def suppress(*, digest: str, reason: str, code: str, at: datetime) -> Suppression:
    """No more mail to the address of this hash; a complaint outweighs a bounce."""
    found: Suppression
    found, is_new = Suppression.objects.get_or_create(
        digest=digest, defaults={"reason": reason, "code": code, "at": at}
    )
    if not is_new and reason == Suppression.Reason.COMPLAINED != found.reason:
        found.reason, found.code, found.at = reason, code, at
        found.save(update_fields=["reason", "code", "at"])
    return found


@transaction.atomic
def lift_suppression(*, suppression: Suppression, at: datetime, by: User | None) -> None:
    """Mail may go to this address again; earlier soft bounces no longer count."""
    Bounce.objects.filter(to_digest=suppression.digest).delete()
    Suppression.objects.filter(pk=suppression.pk).delete()
    detail = {"reason": suppression.reason, "since": suppression.at.isoformat()}
    workspace_actions.record(kind="mail_suppression.lifted", subject=f"#{suppression.pk}", at=at, by=by, detail=detail)
