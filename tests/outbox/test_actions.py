"""Putting work on the list, and deciding about what is stuck."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from redis.exceptions import RedisError

from outbox import actions, queries, tasks
from outbox.engine import QUEUES
from outbox.models import Effect, Mail
from tests.builders import NOON, make_user
from workspaces.models import AuditEvent

State = Effect.State


def test_the_same_work_is_put_on_the_list_once(workspace, bench):
    bench.local("test.add", queue="compute")
    for _ in range(3):
        actions.enqueue(kind="test.add", key="a", payload={"n": 1}, at=NOON)
    actions.enqueue_many(kind="test.add", items=[("a", {"n": 2}), ("b", {"n": 3})], at=NOON)
    rows = Effect.objects.order_by("pk").values_list("dedupe_key", "queue", "payload")
    assert list(rows) == [("a", "compute", {"n": 1}), ("b", "compute", {"n": 3})]
    assert str(Effect.objects.first()) == "test.add a"


def test_unknown_work_is_refused_where_it_is_ordered(workspace):
    with pytest.raises(KeyError):
        actions.enqueue(kind="test.unknown", key="a", payload={}, at=NOON)


@pytest.fixture
def rung(monkeypatch) -> list[tuple]:
    """Rings, of bells that nobody has rung before."""
    found: list[tuple] = []
    monkeypatch.setattr(actions.current_app, "send_task", lambda name, args, expires: found.append((name, *args)))
    for queue in QUEUES:
        actions.clear_bell(queue)
    return found


def test_the_bell_rings_once_a_transaction_and_only_for_what_is_due(
    workspace, bench, rung, django_capture_on_commit_callbacks
):
    bench.local("test.add")
    bench.local("test.mail", queue="mail")
    with django_capture_on_commit_callbacks(execute=True):
        actions.enqueue(kind="test.add", key="a", payload={}, at=NOON)
        actions.enqueue(kind="test.add", key="b", payload={}, at=NOON)
        actions.enqueue(kind="test.mail", key="a", payload={}, at=NOON, available_at=NOON)
        actions.enqueue(kind="test.mail", key="b", payload={}, at=NOON, available_at=NOON + timedelta(hours=1))
    assert rung == [("outbox.run_queue", "default"), ("outbox.run_queue", "mail")]


def test_nobody_rings_again_before_the_ring_was_heard(workspace, bench, rung, django_capture_on_commit_callbacks):
    bench.local("test.add")
    for key in "abc":
        with django_capture_on_commit_callbacks(execute=True):
            actions.enqueue(kind="test.add", key=key, payload={}, at=NOON)
        connection.run_on_commit.clear()  # as a commit does
        if key == "b":
            tasks.run_queue("default")
    assert len(rung) == 2


@pytest.mark.parametrize("broken", ["current_app.send_task", "cache.add"])
def test_a_dead_broker_fails_nobody(workspace, bench, rung, monkeypatch, django_capture_on_commit_callbacks, broken):
    def dead(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(f"outbox.actions.{broken}", dead)
    bench.local("test.add")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        actions.enqueue(kind="test.add", key="a", payload={}, at=NOON)
    assert Effect.objects.count() == 1
    assert connection.is_usable()


def test_a_bell_that_cannot_be_cleared_keeps_nobody_from_working(workspace, monkeypatch):
    def dead(*_, **__):
        raise RedisError

    monkeypatch.setattr("outbox.actions.cache.delete", dead)
    tasks.run_queue("default")


def test_work_that_has_not_begun_can_be_called_off(workspace, bench):
    bench.local("test.add")
    effect = bench.enqueue("test.add")
    assert actions.cancel_effect(kind="test.add", key="1", at=NOON)
    assert not actions.cancel_effect(kind="test.add", key="1", at=NOON)
    assert not actions.cancel_effect(kind="test.add", key="other", at=NOON)
    effect.refresh_from_db()
    assert (effect.state, effect.done_at, bench.run()) == (State.CANCELLED, NOON, 0)


@pytest.fixture
def stuck(workspace, bench):
    bench.local("test.add")
    effects = [bench.enqueue("test.add", key) for key in ("dead", "in_doubt", "ready")]
    for effect in effects[:2]:
        Effect.objects.filter(pk=effect.pk).update(state=effect.dedupe_key, attempts=8, last_error="ValueError: x")
    return effects


def test_stuck_work_is_replayed_with_a_fresh_count(stuck, bench):
    user = make_user()
    for effect in stuck[:2]:
        replayed = actions.replay(effect=effect, at=NOON, by=user)
        assert (replayed.state, replayed.attempts, replayed.last_error) == (State.READY, 0, "ValueError: x")
    with pytest.raises(actions.NotStuck):
        actions.replay(effect=stuck[0], at=NOON, by=user)
    assert AuditEvent.objects.filter(kind="effect.replayed", user=user).count() == 2
    bench.run(until=bench.at + timedelta(seconds=1))
    assert len(bench.done) == 3


def test_stuck_work_is_let_go(stuck):
    user = make_user()
    given_up = actions.give_up(effect=stuck[0], at=NOON, by=user)
    assert (given_up.state, given_up.done_at) == (State.CANCELLED, NOON)
    with pytest.raises(actions.NotStuck):
        actions.give_up(effect=stuck[2], at=NOON, by=user)
    assert [effect.dedupe_key for effect in queries.stuck_effects()] == ["in_doubt"]


def test_everything_stuck_is_replayed_in_one_go(stuck):
    user = make_user()
    assert actions.replay_all(at=NOON, by=user) == 2
    assert actions.replay_all(at=NOON, by=user) == 0
    assert not queries.stuck_effects().exists()
    assert AuditEvent.objects.get(kind="effects.replayed").detail == {"count": 2}


def test_the_mails_that_effects_are_about(workspace):
    mail = Mail.objects.create(to="a@b.example", subject="Hello", text="x", message_id="<1>", created_at=NOON)
    found = queries.mails_of([{"payload": {"mail_id": mail.pk}}, {"payload": {}}])
    assert found == {mail.pk: mail}
    assert str(mail) == "a@b.example: Hello"
    assert list(queries.sent_mail()) == [mail]


def test_postpone_moves_what_waits_with_that_payload(workspace, bench):
    bench.local("test.add")
    bench.local("test.other")
    soon, late = bench.at, bench.at + timedelta(hours=3)
    mine, theirs = bench.enqueue("test.add", "a", to=1, n=1), bench.enqueue("test.add", "b", to=2)
    other = bench.enqueue("test.other", "c", to=1)
    actions.enqueue(kind="test.add", key="d", payload={"to": 1}, at=bench.at, available_at=late)

    assert actions.postpone(kind="test.add", payload={"to": 1}, until=bench.at + timedelta(hours=1)) == 1
    found = dict(Effect.objects.values_list("pk", "available_at"))
    assert found[mine.pk] == bench.at + timedelta(hours=1)
    assert [found[theirs.pk], found[other.pk]] == [soon, soon]
    assert late in found.values()


def test_ids_become_one_effect_for_every_few_of_them(workspace, bench):
    bench.local("test.add")
    for _ in range(2):
        actions.enqueue_chunks(kind="test.add", key="noon", name="ids", ids=[3, 5, 8, 9, 12], size=2, at=NOON)
    actions.enqueue_chunks(kind="test.add", key="never", name="ids", ids=[], size=2, at=NOON)
    rows = Effect.objects.order_by("pk").values_list("dedupe_key", "payload")
    assert list(rows) == [("noon:3", {"ids": [3, 5]}), ("noon:8", {"ids": [8, 9]}), ("noon:12", {"ids": [12]})]
