"""Claim, do, record: how effects are carried out.

A claim is a short transaction of its own, so that `attempts` counts even when the handler kills its worker.
Every later write is fenced by the claim's id: a worker that was thought dead and comes back changes nothing.
I/O happens outside any transaction.
"""

import logging
import random
import traceback
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from outbox import actions
from outbox.models import Effect
from outbox.registry import (
    Doubtful,
    Handler,
    InDoubt,
    Local,
    Permanent,
    Remote,
    TryLater,
    handlers,
    schedule,
    stuck_listeners,
)
from workspaces import tenancy

logger = logging.getLogger(__name__)

QUEUES = ["default", "mail", "compute", "webhooks"]
BACK_OFF_CAP = timedelta(hours=1)
ERROR_LENGTH = 2000

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Claim:
    """One effect held by this worker until its lease ends."""

    workspace_id: int
    effect_id: int
    claim_id: uuid.UUID
    handler: Handler
    clock: Clock

    def held(self) -> Effect | None:
        """The effect, locked, if it is still ours."""
        return (
            Effect.objects.select_for_update(of=("self",))
            .filter(pk=self.effect_id, claim_id=self.claim_id, state__in=Effect.HELD)
            .first()
        )


def run_due(*, queue: str, clock: Clock, until: datetime) -> int:
    """Carry out what is due in `queue`, one effect per workspace in turn; returns how many were taken.

    Stops at `until` so that one worker never holds a Celery message for long: the next tick goes on.
    """
    taken = 0
    while workspace_ids := list(workspaces_due(queue, clock())):
        taken_now = sum(_run_one(workspace_id, queue, clock) for workspace_id in workspace_ids)
        taken += taken_now
        if not taken_now or clock() >= until:
            break
    return taken


def workspaces_due(queue: str, at: datetime) -> Iterator[int]:
    """Workspaces that have ready work in `queue`."""
    with connection.cursor() as cursor:
        cursor.execute("select workspace_id from outbox_due(%s, %s)", [queue, at])
        yield from [row[0] for row in cursor.fetchall()]


def all_workspaces() -> list[int]:
    """Every workspace, for the sweeps that must visit each."""
    with connection.cursor() as cursor:
        cursor.execute("select workspace_id from workspaces_all()")
        return [row[0] for row in cursor.fetchall()]


def _run_one(workspace_id: int, queue: str, clock: Clock) -> int:
    claim = _claim(workspace_id, queue, clock)
    if claim is None:
        return 0
    try:
        if isinstance(claim.handler, Local):
            _run_local(claim, claim.handler)
        else:
            _run_remote(claim, claim.handler)
    except Exception as error:
        _record_failure(claim, error)
    return 1


def _claim(workspace_id: int, queue: str, clock: Clock) -> Claim | None:
    at = clock()
    with tenancy.entered(workspace_id):
        effect = (
            Effect.objects.due(queue, at)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("available_at", "pk")
            .first()
        )
        if effect is None:
            return None
        handler = handlers.get(effect.kind)
        if handler is None:  # the code that knew this kind is gone
            Effect.objects.filter(pk=effect.pk).update(
                state=Effect.State.DEAD, last_error=f"No handler for {effect.kind}"
            )
            return None
        claim = Claim(workspace_id, effect.pk, uuid.uuid4(), handler, clock)
        Effect.objects.filter(pk=effect.pk).update(
            state=Effect.State.CLAIMED,
            claim_id=claim.claim_id,
            lease_until=at + handler.lease,
            attempts=F("attempts") + 1,
        )
        return claim


def _run_local(claim: Claim, handler: Local) -> None:
    with tenancy.entered(claim.workspace_id):
        effect = claim.held()
        if effect is not None:
            handler.run(effect, claim.clock())
            _finish(effect, claim.clock())


def _run_remote(claim: Claim, handler: Remote) -> None:
    with tenancy.entered(claim.workspace_id):
        effect = claim.held()
        if effect is None:
            return
        parcel = handler.prepare(effect, claim.clock())
        if parcel is None:
            _finish(effect, claim.clock())
            return
        lease = claim.clock() + handler.lease
        Effect.objects.filter(pk=effect.pk).update(state=Effect.State.SENDING, lease_until=lease)
    handler.send(parcel)
    with tenancy.entered(claim.workspace_id):
        effect = claim.held()
        if effect is not None:
            handler.record(effect, claim.clock())
            _finish(effect, claim.clock())


def _finish(effect: Effect, at: datetime) -> None:
    Effect.objects.filter(pk=effect.pk).update(state=Effect.State.DONE, done_at=at, lease_until=None)


def _record_failure(claim: Claim, error: Exception) -> None:
    with tenancy.entered(claim.workspace_id):
        effect = claim.held()
        if effect is None:
            return
        effect.last_error = "".join(traceback.format_exception_only(error))[:ERROR_LENGTH]
        effect.lease_until = None
        effect.state = _state_after(effect, claim.handler, error)
        if effect.state == Effect.State.READY:
            effect.available_at = claim.clock() + _wait(effect, claim.handler, error)
        effect.save(update_fields=["last_error", "lease_until", "state", "available_at"])
        _tell_if_stuck([effect], claim.clock())
        trace = None if isinstance(error, TryLater) else error
        logger.warning("Effect %s %s failed: %s", effect.pk, effect.kind, effect.last_error, exc_info=trace)


def _state_after(effect: Effect, handler: Handler, error: Exception) -> Effect.State:
    if isinstance(error, Doubtful):
        return _state_in_doubt(effect, handler)
    if isinstance(error, Permanent) or effect.attempts >= handler.max_attempts:
        return Effect.State.DEAD
    return Effect.State.READY


def _state_in_doubt(effect: Effect, handler: Handler) -> Effect.State:
    if not isinstance(handler, Remote) or handler.in_doubt is InDoubt.PARK:
        return Effect.State.IN_DOUBT
    return Effect.State.READY if effect.attempts < handler.max_attempts else Effect.State.IN_DOUBT


def _wait(effect: Effect, handler: Handler, error: Exception) -> timedelta:
    """By the kind's own schedule, spread over a tenth more, or by `back_off`; never sooner than was asked for."""
    planned = handler.schedule if isinstance(handler, Remote) else ()
    if planned:
        wait = planned[min(effect.attempts, len(planned)) - 1] * random.uniform(1, 1.1)  # noqa: S311  spreads load
    else:
        wait = back_off(effect.attempts)
    return max(wait, error.after) if isinstance(error, TryLater) else wait


def back_off(attempts: int) -> timedelta:
    """Full jitter over 2, 4, 8... seconds, capped at an hour, never under a second."""
    ceiling = min(2.0**attempts, BACK_OFF_CAP.total_seconds())
    return timedelta(seconds=max(1.0, random.uniform(0, ceiling)))  # noqa: S311  spreads load, guards nothing


def reap(*, at: datetime) -> int:
    """Take back what dead workers held: what had not left the house is ready again, the rest is in doubt."""
    return sum(_reap_workspace(workspace_id, at) for workspace_id in _workspaces_abandoned(at))


def _workspaces_abandoned(at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select workspace_id from outbox_abandoned(%s)", [at])
        return [row[0] for row in cursor.fetchall()]


def _reap_workspace(workspace_id: int, at: datetime) -> int:
    with tenancy.entered(workspace_id):
        abandoned = list(Effect.objects.abandoned(at).select_for_update(skip_locked=True, of=("self",)))
        for effect in abandoned:
            effect.state = _state_reaped(effect)
            effect.lease_until = None
            effect.claim_id = None
            effect.last_error = effect.last_error or "The worker that held this died."
            effect.save(update_fields=["state", "lease_until", "claim_id", "last_error"])
        _tell_if_stuck(abandoned, at)
    return len(abandoned)


def _tell_if_stuck(effects: Sequence[Effect], at: datetime) -> None:
    if any(effect.state in (Effect.State.DEAD, Effect.State.IN_DOUBT) for effect in effects):
        for hear in stuck_listeners:
            hear(at)


def _state_reaped(effect: Effect) -> Effect.State:
    handler = handlers.get(effect.kind)
    if handler is None or effect.attempts >= handler.max_attempts:
        return Effect.State.IN_DOUBT if effect.state == Effect.State.SENDING else Effect.State.DEAD
    if effect.state == Effect.State.SENDING:
        return _state_in_doubt(effect, handler)
    return Effect.State.READY


def fill_slots(*, at: datetime) -> None:
    """Put each daily job's latest instant on the list of every workspace; the effect's key makes it once."""
    for job in schedule:
        slot = at.replace(hour=job.hour, minute=0, second=0, microsecond=0)
        if slot > at:
            slot -= timedelta(days=1)
        with connection.cursor() as cursor:
            cursor.execute("select workspace_id from outbox_without(%s, %s)", [job.kind, f"slot:{slot.isoformat()}"])
            missing = [row[0] for row in cursor.fetchall()]
        for workspace_id in missing:
            with tenancy.entered(workspace_id):
                actions.enqueue(kind=job.kind, key=f"slot:{slot.isoformat()}", payload={}, at=at)
