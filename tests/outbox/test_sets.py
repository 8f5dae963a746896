"""Many effects in one claim: each has its own result, and what is not known of one is not known of it alone."""

from datetime import timedelta

import pytest

from outbox import engine, registry
from outbox.models import Effect
from outbox.registry import Doubtful, InDoubt, Permanent
from tests.builders import NOON

State = Effect.State


def enqueue(bench, count: int, kind: str = "test.post") -> None:
    for number in range(count):
        bench.enqueue(kind, str(number), n=number)


def states(kind: str = "test.post") -> list[str]:
    return list(Effect.objects.filter(kind=kind).order_by("pk").values_list("state", flat=True))


def sent(bench) -> list[int]:
    return [parcel["n"] for what, parcel in bench.done if what == "sent"]


def test_a_set_of_one_kind_is_sent_in_order_and_recorded_at_once(workspace, bench):
    bench.many("test.post", at_once=3)
    bench.local("test.other")
    enqueue(bench, 2)
    bench.enqueue("test.other", n="other")
    enqueue(bench, 4)  # two are there already
    assert bench.run() == 3
    assert bench.done == [*(("sent", {"n": n}) for n in range(3)), ("recorded", [{"n": n} for n in range(3)])]
    bench.done.clear()
    assert bench.run() == 1
    assert bench.done == [{"n": "other"}]
    bench.run()
    assert set(Effect.objects.values_list("state", "attempts", "done_at")) == {(State.DONE, 1, NOON)}


def test_while_a_set_is_being_sent_its_effects_say_so(workspace, bench):
    def send(parcels):
        assert set(states()) == {State.SENDING}
        yield from [None] * len(parcels)

    bench.many("test.post", send)
    enqueue(bench, 3)
    bench.run()
    assert set(states()) == {State.DONE}


def test_what_goes_wrong_with_one_touches_that_one_alone(workspace, bench):
    bench.many("test.post", lambda parcels: (yield from [None, Permanent("no"), Doubtful("hm"), ValueError("x"), None]))
    enqueue(bench, 5)
    bench.run()
    assert states() == [State.DONE, State.DEAD, State.IN_DOUBT, State.READY, State.DONE]
    assert bench.done == [("recorded", [{"n": 0}, {"n": 4}])]


def test_what_a_set_raises_is_what_went_wrong_with_all_that_follow(workspace, bench):
    def send(parcels):
        yield None
        raise ConnectionRefusedError("down")

    bench.many("test.post", send)
    enqueue(bench, 3)
    bench.run()
    assert states() == [State.DONE, State.READY, State.READY]
    errors = Effect.objects.order_by("pk").values_list("last_error", flat=True)
    assert list(errors) == ["", *["ConnectionRefusedError: down\n"] * 2]


def test_those_with_nothing_to_send_any_more_are_done(workspace, bench):
    bench.many("test.post", prepare=lambda effects, at: {one.pk: one.payload for one in effects if one.payload["n"]})
    enqueue(bench, 3)
    bench.run()
    assert (sent(bench), set(states())) == ([1, 2], {State.DONE})


def test_a_set_that_cannot_be_recorded_is_tried_again(workspace, bench):
    def record(effects, at):
        raise ValueError("no room")

    bench.many("test.post", record=record)
    enqueue(bench, 2)
    bench.run()
    assert states() == [State.READY, State.READY]


def test_a_worker_that_is_told_to_stop_notes_what_went_out(workspace, bench):
    def send(parcels):
        yield None
        raise KeyboardInterrupt

    bench.many("test.post", send)
    enqueue(bench, 3)
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    assert states() == [State.DONE, State.SENDING, State.SENDING]
    bench.later(minutes=2)
    bench.reap()
    assert states() == [State.DONE, State.IN_DOUBT, State.IN_DOUBT]


# ------------------------------------------------------------------ the lease
def slow(bench, then=lambda number: None):
    """Each takes 20 seconds of a lease of 60."""

    def send(parcels):
        for number, parcel in enumerate(parcels):
            bench.later(seconds=20)
            then(number)
            bench.done.append(("sent", parcel))
            yield None

    return send


def test_a_set_that_takes_long_is_held_for_as_long_as_it_is_sent(workspace, bench):
    bench.many("test.post", slow(bench, lambda number: bench.reap()))
    enqueue(bench, 8)
    bench.run()
    assert (sent(bench), set(states())) == (list(range(8)), {State.DONE})


def test_a_worker_thought_dead_that_comes_back_sends_nothing_more(workspace, bench):
    def freeze(number):
        if number == 2:
            bench.later(minutes=5)
            bench.reap()

    bench.many("test.post", slow(bench, freeze), in_doubt=InDoubt.RESEND)
    enqueue(bench, 8)
    bench.run()
    assert sent(bench) == [0, 1, 2]
    assert states() == [State.DONE, State.DONE, *[State.READY] * 6]  # it cannot note the third: it is not its any more


@pytest.mark.parametrize(("seconds", "again"), [(0.1, [0, 1, 2, 3]), (1, [3])])
def test_a_killed_worker_leaves_in_doubt_what_went_out_in_its_last_second(
    workspace, bench, monkeypatch, seconds, again
):
    def send(parcels):
        for number, parcel in enumerate(parcels):
            bench.later(seconds=seconds)
            bench.done.append(("sent", parcel))
            if number == 3:
                monkeypatch.setattr(engine, "_record", lambda claim, results: None)  # killed, it notes nothing
                raise KeyboardInterrupt
            yield None

    bench.many("test.post", send, in_doubt=InDoubt.RESEND)
    enqueue(bench, 5)
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    monkeypatch.undo()
    bench.later(minutes=2)
    bench.reap()
    bench.done.clear()
    bench.many("test.post")
    bench.run()
    assert sent(bench) == [*again, 4]
    assert set(states()) == {State.DONE}


def test_only_what_was_reaped_is_lost_to_the_worker_that_comes_back(workspace, bench):
    def steal(number):
        if number == 2:
            others = Effect.objects.filter(kind="test.post").order_by("pk")[5:]
            Effect.objects.filter(pk__in=others.values("pk")).update(claim_id="00000000-0000-0000-0000-000000000002")

    bench.many("test.post", slow(bench, steal))
    enqueue(bench, 6)
    bench.run()
    assert sent(bench) == [0, 1, 2, 3]
    assert states() == [*[State.DONE] * 4, State.SENDING, State.SENDING]


def test_a_claim_lost_before_anything_was_sent_is_let_go(workspace, bench, monkeypatch):
    bench.many("test.post")
    enqueue(bench, 2)
    claim = engine._claim

    def claim_and_lose(*arguments):
        made = claim(*arguments)
        Effect.objects.update(claim_id="00000000-0000-0000-0000-000000000002")
        return made

    monkeypatch.setattr(engine, "_claim", claim_and_lose)
    bench.run()
    assert (bench.done, set(states())) == ([], {State.CLAIMED})


def test_what_may_go_out_twice_counts_as_going_out_from_the_start(workspace, bench):
    bench.many("test.post", prepare=lambda effects, at: bench.done.append(states()) or {}, in_doubt=InDoubt.RESEND)
    enqueue(bench, 2)
    bench.run()
    assert (bench.done, states()) == ([[State.SENDING] * 2], [State.DONE] * 2)


def test_a_worker_that_wakes_up_before_it_sent_anything_sends_nothing_that_is_not_its_any_more(workspace, bench):
    def prepare(effects, at):
        bench.later(minutes=2)
        bench.reap()
        return {effect.pk: effect.payload for effect in effects}

    bench.many("test.post", prepare=prepare, in_doubt=InDoubt.RESEND)
    enqueue(bench, 2)
    bench.run()
    assert (bench.done, states()) == ([], [State.READY] * 2)


def test_a_kind_that_sends_one_by_one_is_a_set_of_one(workspace, bench):
    bench.remote("test.post")
    assert registry.handlers["test.post"].at_once == 1
    enqueue(bench, 2)
    assert bench.run(until=bench.at + timedelta(minutes=1)) == 2
    assert [what for what, _ in bench.done] == ["sent", "recorded"] * 2
    assert list(registry.handlers["test.post"].send([1, 2])) == [None, None]
