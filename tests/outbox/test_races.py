"""Workers side by side, and workers that are killed half-way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from lib.time import now
from outbox import engine, registry
from outbox.actions import ends_round, enqueue
from outbox.models import Effect
from tests.builders import make_workspace
from workspaces import tenancy
from workspaces.models import AuditEvent

ROOT = Path(__file__).resolve().parents[2]
State = Effect.State

pytestmark = pytest.mark.live


def done() -> list[str]:
    return sorted(AuditEvent.objects.filter(kind="thing.done").values_list("subject", flat=True))


def note(effect: Effect, at) -> None:
    AuditEvent.objects.create(kind="thing.done", subject=effect.dedupe_key, at=at)


def test_exactly_one_of_a_round_is_the_last(committed, bench):
    def end(effect: Effect, at) -> None:
        if ends_round(effect=effect):
            note(effect, at)

    bench.local("test.round", end)
    place = make_workspace()
    with tenancy.entered(place.pk):
        for number in range(24):
            enqueue(kind="test.round", key=f"{number // 12}:{number}", payload={}, at=now())
        enqueue(kind="test.round", key="12:0", payload={}, at=now(), available_at=now() + timedelta(days=1))

    def work(_: int) -> int:
        try:
            return engine.run_due(queue="default", clock=now, until=now() + timedelta(seconds=20))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(work, range(4)))
    taken.append(work(0))
    assert sum(taken) == 24
    with tenancy.entered(place.pk):
        assert len(done()) == 2


def test_parallel_workers_never_do_one_thing_twice(committed, bench):
    bench.local("test.note", note)
    place = make_workspace()
    with tenancy.entered(place.pk):
        for number in range(60):
            enqueue(kind="test.note", key=f"{number:02}", payload={}, at=now())

    def work(_: int) -> int:
        try:
            return engine.run_due(queue="default", clock=now, until=now() + timedelta(seconds=20))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(work, range(4)))
    # A worker that finds every row of a moment held by the others goes home; the next tick brings one back.
    taken.append(work(0))
    assert sum(taken) == 60
    with tenancy.entered(place.pk):
        assert done() == [f"{number:02}" for number in range(60)]
        assert set(Effect.objects.values_list("state", "attempts")) == {(State.DONE, 1)}


def test_parallel_schedulers_fill_a_slot_once(committed, bench):
    registry.schedule.clear()
    registry.register_daily("test.nightly", hour=2, run=note)
    place = make_workspace()

    def fill(_: int) -> None:
        try:
            engine.fill_slots(at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(8)))
    with tenancy.entered(place.pk):
        assert Effect.objects.filter(kind="test.nightly").count() == 1


WORKER = """
import sys, time
import django
django.setup()
from datetime import timedelta
from django.db import connections
from lib.time import now
from outbox import engine, registry
from workspaces.models import AuditEvent

connections["default"].settings_dict["NAME"] = sys.argv[1]

def stop_here():
    print("half-way", flush=True)
    time.sleep(60)

def note(effect, at):
    AuditEvent.objects.create(kind="thing.done", subject=effect.dedupe_key, at=at)
    stop_here()

registry.register("test.note", registry.Local(note))
for kind in registry.InDoubt:
    registry.register(f"test.{kind}", registry.Remote(lambda e, at: 1, lambda p: stop_here(), lambda e, at: 0, kind))
engine.run_due(queue="default", clock=now, until=now() + timedelta(seconds=5))
"""


@pytest.fixture
def kill_half_way() -> Iterator:
    """Starts a worker process, waits until it is in the middle of its work, and kills it with SIGKILL."""
    started: list[subprocess.Popen] = []

    def kill() -> None:
        name = connections["default"].settings_dict["NAME"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, name], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        started.append(worker)
        assert worker.stdout.readline() == "half-way\n"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()

    yield kill
    for worker in started:
        worker.kill()


def reap_later() -> None:
    """Once the database has noticed that its client is gone, and the lease is over."""
    for _ in range(100):
        if engine.reap(at=now() + timedelta(minutes=5)):
            return
        time.sleep(0.1)
    raise AssertionError("nothing was left behind")


def test_a_worker_killed_half_way_leaves_work_that_is_done_exactly_once(committed, bench, kill_half_way):
    place = make_workspace()
    bench.local("test.note", note)
    with tenancy.entered(place.pk):
        enqueue(kind="test.note", key="a", payload={}, at=now())
    kill_half_way()
    with tenancy.entered(place.pk):
        assert done() == []
        assert Effect.objects.get().state == State.CLAIMED
    reap_later()
    for _ in range(2):
        engine.run_due(queue="default", clock=now, until=now() + timedelta(seconds=5))
    with tenancy.entered(place.pk):
        assert done() == ["a"]
        assert Effect.objects.values_list("state", "attempts").get() == (State.DONE, 2)


@pytest.mark.parametrize(("kind", "state"), [("park", State.IN_DOUBT), ("resend", State.READY)])
def test_a_worker_killed_while_sending_leaves_it_in_doubt_or_to_be_sent_again(
    committed, bench, kill_half_way, kind, state
):
    place = make_workspace()
    bench.remote(f"test.{kind}", in_doubt=registry.InDoubt(kind))
    with tenancy.entered(place.pk):
        enqueue(kind=f"test.{kind}", key="a", payload={}, at=now())
    kill_half_way()
    with tenancy.entered(place.pk):
        assert Effect.objects.get().state == State.SENDING
    reap_later()
    with tenancy.entered(place.pk):
        assert Effect.objects.exclude(kind="notices.tell_stuck").get().state == state
