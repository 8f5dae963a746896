"""Claim, do, record: how effects are carried out.

A claim is a short transaction of its own, so that `attempts` counts even when the handler kills its worker.
Every later write is fenced by the claim's id: a worker that was thought dead and comes back changes nothing.
I/O happens outside any transaction. Of kinds that take many at once, a claim holds some effects of one kind.
"""

import logging
import random
import traceback
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from outbox import actions
from outbox.models import Effect, EffectQuerySet
from outbox.registry import (
    Doubtful,
    Handler,
    InDoubt,
    Local,
    Permanent,
    RemoteMany,
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
NOTED_EVERY = timedelta(seconds=1)  # what went out: as much may go out again when its worker is killed

Clock = Callable[[], datetime]

CLAIM = """
with taken as (
    select id from outbox_effect
    where workspace_id = %(workspace)s and queue = %(queue)s and state = 'ready' and available_at <= %(at)s
        and kind = %(kind)s
    order by available_at, id limit %(at_once)s for update skip locked
)
update outbox_effect set state = %(state)s, claim_id = %(claim)s, lease_until = %(until)s, attempts = attempts + 1
from taken where outbox_effect.id = taken.id returning outbox_effect.*
"""
FINISH = """
update outbox_effect set state = 'done', done_at = %s, lease_until = null
where workspace_id = %s and claim_id = %s and id = any(%s) returning id
"""


@dataclass(frozen=True)
class Claim:
    """Effects of one kind held by this worker until its lease ends, as they were when they were claimed."""

    workspace_id: int
    effects: list[Effect]
    claim_id: uuid.UUID
    lease_until: datetime
    handler: Handler
    clock: Clock

    @property
    def effect_ids(self) -> list[int]:
        return [effect.pk for effect in self.effects]

    def held(self) -> list[Effect]:
        """Those that are still ours, locked, the first due first.

        Their state is looked at here: asked for it, PostgreSQL walks through all that was held since the last vacuum.
        """
        ours = self._ours().select_for_update(of=("self",)).order_by("available_at", "pk")
        return [effect for effect in ours if effect.state in Effect.HELD]

    def begin(self, effect_ids: Collection[int]) -> None:
        """From here on these may have gone out."""
        lease_until = self.clock() + self.handler.lease
        Effect.objects.filter(pk__in=effect_ids).update(state=Effect.State.SENDING, lease_until=lease_until)

    def finish(self, effect_ids: Collection[int]) -> set[int]:
        """Mark these done; returns those of them that are still ours."""
        with connection.cursor() as cursor:
            cursor.execute(FINISH, [self.clock(), self.workspace_id, self.claim_id, list(effect_ids)])
            return {row[0] for row in cursor.fetchall()}

    def renewed(self, count: int) -> bool:
        """Hold what is being sent for another lease; False: somebody has thought us dead, and has taken some."""
        with tenancy.entered(self.workspace_id):
            sending = self._ours().filter(state=Effect.State.SENDING)
            return sending.update(lease_until=self.clock() + self.handler.lease) == count

    def _ours(self) -> EffectQuerySet:
        return Effect.objects.filter(pk__in=self.effect_ids, claim_id=self.claim_id)


def run_due(*, queue: str, clock: Clock, until: datetime) -> int:
    """Carry out what is due in `queue`, one claim per workspace in turn; returns how many effects were taken.

    Stops at `until` so that one worker never holds a Celery message for long: the next tick goes on.
    """
    taken = 0
    while workspace_ids := list(workspaces_due(queue, clock())):
        taken_now = sum(_run_claim(workspace_id, queue, clock) for workspace_id in workspace_ids)
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


def _run_claim(workspace_id: int, queue: str, clock: Clock) -> int:
    claim = _claim(workspace_id, queue, clock)
    if claim is None:
        return 0
    try:
        if isinstance(claim.handler, Local):
            _run_local(claim, claim.handler)
        else:
            _run_remote(claim, claim.handler)
    except Exception as error:
        _record(claim, dict.fromkeys(claim.effect_ids, error))
    return len(claim.effect_ids)


def _claim(workspace_id: int, queue: str, clock: Clock) -> Claim | None:
    at = clock()
    with tenancy.entered(workspace_id):
        due = Effect.objects.due(queue, at).select_for_update(skip_locked=True, of=("self",))
        first = due.order_by("available_at", "pk").values_list("pk", "kind").first()
        if first is None:
            return None
        pk, kind = first
        handler = handlers.get(kind)
        if handler is None:  # the code that knew this kind is gone
            Effect.objects.filter(pk=pk).update(state=Effect.State.DEAD, last_error=f"No handler for {kind}")
            return None
        claim_id, lease_until = uuid.uuid4(), at + handler.lease
        values = {"workspace": workspace_id, "queue": queue, "at": at, "kind": kind, "at_once": handler.at_once}
        values |= {"state": _state_claimed(handler), "claim": claim_id, "until": lease_until}
        taken = sorted(Effect.objects.raw(CLAIM, values), key=lambda effect: (effect.available_at, effect.pk))
        return Claim(workspace_id, taken, claim_id, lease_until, handler, clock)


def _state_claimed(handler: Handler) -> Effect.State:
    """What may go out twice counts as going out from the start: to say when it does would be one commit more."""
    return Effect.State.SENDING if _is_begun(handler) else Effect.State.CLAIMED


def _is_begun(handler: Handler) -> bool:
    return isinstance(handler, RemoteMany) and handler.in_doubt is InDoubt.RESEND


def _run_local(claim: Claim, handler: Local) -> None:
    with tenancy.entered(claim.workspace_id):
        for effect in claim.held():
            handler.run(effect, claim.clock())
            claim.finish([effect.pk])


def _run_remote(claim: Claim, handler: RemoteMany) -> None:
    with tenancy.entered(claim.workspace_id):
        held = claim.effects if _is_begun(handler) else claim.held()
        parcels = handler.prepare(held, claim.clock()) if held else {}
        if without := [effect.pk for effect in held if effect.pk not in parcels]:
            claim.finish(without)
        if not _is_begun(handler):
            claim.begin(parcels)
    if not parcels:
        return
    results: dict[int, Exception | None] = {}
    try:
        _send(claim, handler, parcels, results)
    finally:  # what went out is noted even if the worker is told to stop in the middle
        _record(claim, results)


def _send(claim: Claim, handler: RemoteMany, parcels: Mapping[int, Any], results: dict[int, Exception | None]) -> None:
    """Leave in `results` what became of those that are not noted yet; nothing more is sent once the effects are
    somebody else's.
    """
    waiting, noted_at = len(parcels), claim.clock()
    fresh_until = claim.lease_until - handler.lease / 2
    if noted_at >= fresh_until and not claim.renewed(waiting):
        return
    with closing(handler.send(list(parcels.values()))) as sending:
        for pk, error in zip(parcels, sending, strict=False):
            results[pk] = error
            if claim.clock() >= noted_at + NOTED_EVERY:
                _record(claim, results)
                waiting, noted_at = waiting - len(results), claim.clock()
                results.clear()
            if claim.clock() >= fresh_until:
                if not claim.renewed(waiting):
                    return
                fresh_until = claim.clock() + handler.lease / 2


def _record(claim: Claim, results: Mapping[int, Exception | None]) -> None:
    """Note what was done and what failed, of what is still ours."""
    if not results:
        return
    done = [pk for pk, error in results.items() if error is None]
    failed = {pk: error for pk, error in results.items() if error}
    with tenancy.entered(claim.workspace_id):
        if done:
            _record_done(claim, done)
        if failed:
            _record_failures(claim, failed)


def _record_done(claim: Claim, done: list[int]) -> None:
    noted = claim.finish(done)
    if noted and isinstance(claim.handler, RemoteMany):
        claim.handler.record([effect for effect in claim.effects if effect.pk in noted], claim.clock())


def _record_failures(claim: Claim, failed: Mapping[int, Exception]) -> None:
    held = [effect for effect in claim.held() if effect.pk in failed]
    for effect in held:
        _record_failure(claim, effect, failed[effect.pk])
    _tell_if_stuck(held, claim.clock())


def _record_failure(claim: Claim, effect: Effect, error: Exception) -> None:
    effect.last_error = "".join(traceback.format_exception_only(error))[:ERROR_LENGTH]
    effect.lease_until = None
    effect.state = _state_after(effect, claim.handler, error)
    if effect.state == Effect.State.READY:
        effect.available_at = claim.clock() + _wait(effect, claim.handler, error)
    effect.save(update_fields=["last_error", "lease_until", "state", "available_at"])
    trace = None if isinstance(error, TryLater) else error
    logger.warning("Effect %s %s failed: %s", effect.pk, effect.kind, effect.last_error, exc_info=trace)


def _state_after(effect: Effect, handler: Handler, error: Exception) -> Effect.State:
    if isinstance(error, Doubtful):
        return _state_in_doubt(effect, handler)
    if isinstance(error, Permanent) or effect.attempts >= handler.max_attempts:
        return Effect.State.DEAD
    return Effect.State.READY


def _state_in_doubt(effect: Effect, handler: Handler) -> Effect.State:
    if not isinstance(handler, RemoteMany) or handler.in_doubt is InDoubt.PARK:
        return Effect.State.IN_DOUBT
    return Effect.State.READY if effect.attempts < handler.max_attempts else Effect.State.IN_DOUBT


def _wait(effect: Effect, handler: Handler, error: Exception) -> timedelta:
    """By the kind's own schedule, spread over a tenth more, or by `back_off`; never sooner than was asked for."""
    planned = handler.schedule if isinstance(handler, RemoteMany) else ()
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
