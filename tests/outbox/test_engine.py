"""Claim, do, record: once, in turn, again after failure, and never by two."""

from datetime import timedelta

import pytest

from outbox import engine, registry, tasks
from outbox.models import Effect
from outbox.registry import Doubtful, InDoubt, Permanent
from tests.builders import NOON, make_workspace
from workspaces import tenancy
from workspaces.models import AuditEvent

State = Effect.State


def fail_with(error: Exception):
    def fail(*_):
        raise error

    return fail


def seen(effect: Effect) -> Effect:
    effect.refresh_from_db()
    return effect


# ------------------------------------------------------------------ local work
def test_due_work_is_done_once(workspace, bench):
    bench.local("test.add")
    effect = bench.enqueue("test.add", n=1)
    assert bench.run() == 1
    assert bench.run() == 0
    assert bench.done == [{"n": 1}]
    effect = seen(effect)
    assert (effect.state, effect.attempts, effect.done_at, effect.lease_until) == (State.DONE, 1, NOON, None)


def test_work_is_done_in_order_and_only_when_due(workspace, bench):
    bench.local("test.add")
    from outbox.actions import enqueue

    enqueue(kind="test.add", key="late", payload={"n": 2}, at=NOON, available_at=NOON + timedelta(hours=1))
    bench.enqueue("test.add", "soon", n=1)
    assert bench.run(until=NOON + timedelta(minutes=1)) == 1
    bench.later(hours=1)
    bench.enqueue("test.add", "now", n=3)
    bench.run(until=bench.at + timedelta(minutes=1))
    assert bench.done == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_a_worker_stops_at_its_time_and_goes_on_at_the_next_tick(workspace, bench):
    bench.local("test.add", lambda effect, at: bench.later(seconds=11))
    for number in range(4):
        bench.enqueue("test.add", str(number))
    assert bench.run(until=bench.at + timedelta(seconds=20)) == 2
    assert bench.run(until=bench.at + timedelta(hours=1)) == 2


def test_workspaces_take_turns(db, bench):
    bench.local("test.add")
    places = [make_workspace(name) for name in "ab"]
    for place in places:
        with tenancy.entered(place.pk):
            for number in range(3):
                bench.enqueue("test.add", str(number), place=place.name, n=number)
    bench.run(until=bench.at + timedelta(hours=1))
    assert [(one["place"], one["n"]) for one in bench.done] == [(p, n) for n in range(3) for p in "ab"]


def test_queues_are_apart(workspace, bench):
    bench.local("test.mail", queue="mail")
    bench.enqueue("test.mail")
    assert bench.run("default") == 0
    assert bench.run("mail") == 1


def test_what_fails_is_undone_and_tried_again_after_a_while(workspace, bench):
    def fail(effect, at):
        AuditEvent.objects.create(kind="thing.done", at=at)
        if effect.attempts < 2:
            raise ValueError("first time")

    bench.local("test.flaky", fail)
    effect = bench.enqueue("test.flaky")
    bench.run()
    effect = seen(effect)
    assert (effect.state, effect.last_error, effect.lease_until) == (State.READY, "ValueError: first time\n", None)
    assert NOON + timedelta(seconds=1) <= effect.available_at <= NOON + timedelta(seconds=2)
    assert not AuditEvent.objects.filter(kind="thing.done").exists()
    assert bench.run() == 0
    bench.later(seconds=3)
    bench.run()
    assert seen(effect).state == State.DONE
    assert AuditEvent.objects.filter(kind="thing.done").count() == 1


def test_what_fails_too_often_is_dead(workspace, bench):
    bench.local("test.hopeless", fail_with(ValueError("x" * 5000)), max_attempts=3)
    effect = bench.enqueue("test.hopeless")
    for _ in range(5):
        bench.run()
        bench.later(hours=2)
    effect = seen(effect)
    assert (effect.state, effect.attempts, len(effect.last_error)) == (State.DEAD, 3, engine.ERROR_LENGTH)


def test_what_cannot_work_is_dead_at_once(workspace, bench):
    bench.local("test.wrong", fail_with(Permanent("no such thing")))
    effect = bench.enqueue("test.wrong")
    bench.run()
    assert (seen(effect).state, effect.attempts) == (State.DEAD, 1)


def test_a_kind_nobody_knows_any_more_is_dead(workspace, bench):
    bench.local("test.gone")
    effect = bench.enqueue("test.gone")
    del registry.handlers["test.gone"]
    assert bench.run() == 0
    assert (seen(effect).state, effect.last_error) == (State.DEAD, "No handler for test.gone")


def test_one_failure_does_not_hold_up_the_others(workspace, bench):
    bench.local("test.fail", fail_with(ValueError()))
    bench.local("test.add")
    bench.enqueue("test.fail")
    bench.enqueue("test.add")
    bench.run(until=bench.at + timedelta(minutes=1))
    assert len(bench.done) == 1


@pytest.mark.parametrize("attempts", range(0, 40, 3))
def test_back_off_grows_with_jitter_up_to_an_hour(attempts):
    spans = {engine.back_off(attempts) for _ in range(50)}
    assert all(timedelta(seconds=1) <= span <= max(timedelta(seconds=1), engine.BACK_OFF_CAP) for span in spans)
    assert all(span <= timedelta(seconds=max(1.0, 2.0**attempts)) for span in spans)
    assert attempts < 2 or len(spans) > 10


# ------------------------------------------------------------------ remote work
def test_remote_work_is_prepared_sent_outside_a_transaction_and_recorded(workspace, bench):
    bench.remote("test.post")
    effect = bench.enqueue("test.post", n=1)
    bench.run()
    assert bench.done == [("sent", {"n": 1}), ("recorded", {"n": 1})]
    assert seen(effect).state == State.DONE


def test_while_being_sent_the_effect_says_so(workspace, bench):
    bench.remote("test.post", send=lambda parcel: bench.done.append(seen(effect).state))
    effect = bench.enqueue("test.post")
    bench.run()
    assert bench.done[0] == State.SENDING


def test_nothing_to_send_any_more_is_done(workspace, bench):
    bench.remote("test.post", prepare=lambda effect, at: None)
    effect = bench.enqueue("test.post")
    bench.run()
    assert (seen(effect).state, bench.done) == (State.DONE, [])


def test_a_doubtful_send_waits_for_a_person_or_is_repeated_as_its_kind_says(workspace, bench):
    bench.remote("test.park", send=fail_with(Doubtful("timed out")), in_doubt=InDoubt.PARK)
    bench.remote("test.resend", send=fail_with(Doubtful("timed out")), in_doubt=InDoubt.RESEND, max_attempts=2)
    bench.local("test.local", fail_with(Doubtful("odd")))
    parked, resent, local = (bench.enqueue(kind) for kind in ("test.park", "test.resend", "test.local"))
    bench.run(until=bench.at + timedelta(seconds=1))
    assert (seen(parked).state, seen(resent).state, seen(local).state) == (State.IN_DOUBT, State.READY, State.IN_DOUBT)
    bench.later(minutes=1)
    bench.run()
    assert (seen(resent).state, resent.attempts) == (State.IN_DOUBT, 2)


# ------------------------------------------------------------------ dead workers
def held(kind: str, bench, state: str = State.CLAIMED, attempts: int = 1) -> Effect:
    """An effect whose worker died, its lease a second over."""
    effect = bench.enqueue(kind)
    Effect.objects.filter(pk=effect.pk).update(
        state=state,
        attempts=attempts,
        claim_id="00000000-0000-0000-0000-000000000001",
        lease_until=bench.at - timedelta(seconds=1),
    )
    return effect


def test_what_a_dead_worker_held_is_ready_again(workspace, bench):
    bench.local("test.add")
    effect = held("test.add", bench)
    assert bench.run() == 0
    assert bench.reap() == 1
    effect = seen(effect)
    assert (effect.state, effect.claim_id, effect.lease_until) == (State.READY, None, None)
    assert effect.last_error == "The worker that held this died."
    bench.run()
    assert (seen(effect).state, effect.attempts) == (State.DONE, 2)


def test_a_lease_that_runs_is_left_alone(workspace, bench):
    bench.local("test.add")
    effect = held("test.add", bench)
    Effect.objects.filter(pk=effect.pk).update(lease_until=bench.at + timedelta(seconds=1))
    assert bench.reap() == 0


def test_what_kills_its_workers_is_dead_in_the_end(workspace, bench):
    bench.local("test.bomb", max_attempts=3)
    effect = held("test.bomb", bench, attempts=3)
    bench.reap()
    assert seen(effect).state == State.DEAD


def test_what_may_have_gone_out_is_parked_or_sent_again_as_its_kind_says(workspace, bench):
    bench.remote("test.park", in_doubt=InDoubt.PARK)
    bench.remote("test.resend", in_doubt=InDoubt.RESEND)
    parked, resent = (held(kind, bench, State.SENDING) for kind in ("test.park", "test.resend"))
    assert bench.reap() == 2
    assert (seen(parked).state, seen(resent).state) == (State.IN_DOUBT, State.READY)


def test_what_may_have_gone_out_too_often_or_is_unknown_is_in_doubt(workspace, bench):
    bench.remote("test.resend", in_doubt=InDoubt.RESEND, max_attempts=2)
    bench.local("test.gone")
    often = held("test.resend", bench, State.SENDING, attempts=2)
    gone = held("test.gone", bench)
    del registry.handlers["test.gone"]
    bench.reap()
    assert (seen(often).state, seen(gone).state) == (State.IN_DOUBT, State.DEAD)


# ------------------------------------------------------------------ the fence
def steal(effect: Effect) -> None:
    Effect.objects.filter(pk=effect.pk).update(claim_id="00000000-0000-0000-0000-000000000002")


def test_a_worker_thought_dead_that_comes_back_changes_nothing(workspace, bench):
    bench.remote("test.post", send=lambda parcel: steal(effect))
    effect = bench.enqueue("test.post")
    bench.run()
    assert (seen(effect).state, bench.done) == (State.SENDING, [])


def test_a_failure_of_a_worker_thought_dead_changes_nothing(workspace, bench):
    def send(parcel):
        steal(effect)
        raise ValueError("too late")

    bench.remote("test.post", send=send)
    effect = bench.enqueue("test.post")
    bench.run()
    assert (seen(effect).state, effect.last_error) == (State.SENDING, "")


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_a_claim_lost_before_work_begins_is_let_go(workspace, bench, kind, monkeypatch):
    getattr(bench, kind)("test.add")
    effect = bench.enqueue("test.add")
    claim = engine._claim

    def claim_and_lose(*arguments):
        made = claim(*arguments)
        if made is not None:
            steal(effect)
        return made

    monkeypatch.setattr(engine, "_claim", claim_and_lose)
    bench.run()
    assert (seen(effect).state, bench.done) == (State.CLAIMED, [])


def test_what_another_worker_has_just_taken_is_not_there_to_claim(workspace, bench, monkeypatch):
    bench.local("test.add")
    bench.enqueue("test.add")
    monkeypatch.setattr(engine, "workspaces_due", lambda queue, at: iter([workspace.pk]))
    assert bench.run() == 1
    assert bench.run(until=bench.at + timedelta(hours=1)) == 0


# ------------------------------------------------------------------ schedule
def test_a_daily_job_is_put_on_each_workspaces_list_once_a_day(db, bench):
    registry.schedule.clear()
    registry.register_daily("test.nightly", hour=2, run=lambda effect, at: bench.done.append(effect.workspace_id))
    places = [make_workspace(name) for name in "ab"]
    for _ in range(3):
        engine.fill_slots(at=NOON)
    bench.run("compute", until=bench.at + timedelta(seconds=1))
    assert bench.done == [place.pk for place in places]
    engine.fill_slots(at=NOON + timedelta(hours=13))  # 01:00: yesterday's
    assert bench.run("compute") == 0
    engine.fill_slots(at=bench.later(hours=14))
    assert bench.run("compute") == 2
    with tenancy.entered(places[0].pk):
        keys = Effect.objects.filter(kind="test.nightly").order_by("pk").values_list("dedupe_key", flat=True)
        assert list(keys) == ["slot:2026-06-15T02:00:00+00:00", "slot:2026-06-16T02:00:00+00:00"]


def test_all_workspaces_are_found(db):
    places = [make_workspace(name) for name in "ab"]
    assert engine.all_workspaces() == [place.pk for place in places]


# ------------------------------------------------------------------ celery's entry points
def test_a_tick_reaps_fills_and_runs_every_queue(workspace, bench, monkeypatch):
    from lib.time import now

    bench.at = now()
    registry.schedule.clear()
    registry.register_daily("test.nightly", hour=2, run=lambda effect, at: bench.done.append("nightly"))
    bench.local("test.add", lambda effect, at: bench.done.append("add"))
    bench.local("test.mail", lambda effect, at: bench.done.append("mail"), queue="mail")
    held("test.add", bench)
    bench.enqueue("test.mail")
    tasks.tick()
    assert sorted(bench.done) == ["add", "mail", "nightly"]
    bench.enqueue("test.mail", "2")
    tasks.run_queue("mail")
    assert bench.done[-1] == "mail"


def test_answers_to_calls_are_forgotten_daily(workspace, bench):
    from workspaces import actions
    from workspaces.models import IdempotentRequest

    actions.store_answer(key="a", fingerprint="1", status=201, body="{}", at=NOON - timedelta(days=2))
    engine.fill_slots(at=NOON)
    bench.run(until=bench.at + timedelta(seconds=5))
    assert not IdempotentRequest.objects.exists()


def test_a_kind_may_have_a_schedule_of_its_own(workspace, bench):
    def send(parcel):
        raise registry.TryLater("busy", after=timedelta(minutes=parcel.get("minutes", 0)))

    waits = timedelta(seconds=5), timedelta(minutes=5)
    bench.remote("test.call", send, schedule=waits, max_attempts=4)
    effect = bench.enqueue("test.call")
    for wait in (*waits, waits[-1]):
        bench.run()
        effect.refresh_from_db()
        assert wait <= effect.available_at - bench.at <= wait * 1.1
        bench.later(minutes=6)
    bench.run()
    effect.refresh_from_db()
    assert (effect.state, effect.last_error.strip()) == ("dead", "outbox.registry.TryLater: busy")


def test_whoever_asks_for_time_gets_it(workspace, bench):
    def send(parcel):
        raise registry.TryLater("busy", after=timedelta(minutes=30))

    bench.remote("test.call", send, schedule=(timedelta(seconds=5),))
    bench.remote("test.other", send)
    for kind in ("test.call", "test.other"):
        effect = bench.enqueue(kind)
        bench.run()
        effect.refresh_from_db()
        assert effect.available_at == bench.at + timedelta(minutes=30)
