"""From a fact to a message that the receiver has taken, whatever happens on the way."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.actions.facts import NewFact, record_fact, record_facts
from outbox import engine
from outbox.models import Effect, Mail
from tests.builders import NOON, make_account, make_endpoint, make_member, make_workspace
from tests.fakes import Answer, fake_server
from webhooks import effects, messages, signing
from webhooks.actions import deliveries as actions
from webhooks.actions import endpoints as endpoint_actions
from webhooks.models import Delivery, Endpoint
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.models import AuditEvent
from workspaces.secrets import decrypt

State = Delivery.State


def make_fact(account, kind, **data):
    return record_fact(account=account, kind=kind, at=NOON, **data)


def ids(server):
    return [one.headers["webhook-id"] for one in server.requests]


def verified(received, secret, at=NOON):
    """The message, if the specification's own code takes it."""
    with time_machine.travel(at, tick=False):
        return Webhook(secret).verify(received.body, received.headers)


def test_a_fact_goes_out_once_signed_as_the_standard_wants(endpoint, receiver, clock):
    account = make_account("Cedar", external_ids={"crm": "7", "zammad": "42"}, at=NOON - timedelta(days=1))
    clock.run()
    receiver.requests.clear()
    fact = make_fact(account, "contract.changed", number="17", subject="Printer on fire", token="t", client_secret="s")
    clock.run()
    clock.run()

    [received] = receiver.requests
    assert (received.method, received.path) == ("POST", "/ninefold")
    assert received.headers["content-type"] == "application/json"
    assert verified(received, decrypt(endpoint.secret)) == {
        "type": "contract.changed",
        "timestamp": "2026-06-15T12:00:00Z",
        "data": {
            "id": fact.pk,
            "kind": "contract.changed",
            "at": "2026-06-15T12:00:00Z",
            "account": {"id": account.pk, "name": "Cedar", "external_ids": {"crm": "7", "zammad": "42"}},
            "details": {"number": "17", "subject": "Printer on fire"},
        },
    }
    delivery = Delivery.objects.get(fact=fact)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 1, 200)
    assert delivery.log[0]["excerpt"] == "{}"
    assert ids(receiver) == [delivery.message_id]
    assert received.headers["webhook-id"].startswith("msg_")


def test_the_vector_of_the_standard():
    headers = signing.headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
        keys=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("whsec_" + "A" * 32, True),
        ("whsec_" + "A" * 28, False),
        ("whsec_" + "A" * 88, False),
        ("whsec_" + "A" * 31, False),
        ("whsec_" + "ä" * 32, False),
        ("A" * 32, False),
        ("", False),
    ],
)
def test_what_is_a_secret(text, is_one):
    assert signing.is_secret(text) is is_one


def test_a_new_secret_is_a_secret():
    assert signing.is_secret(signing.new_secret())


def test_for_a_day_after_a_change_both_secrets_sign(endpoint, receiver, clock):
    old = decrypt(endpoint.secret)
    new = endpoint_actions.renew_secret(endpoint=endpoint, at=NOON, by=None)
    actions.send_test(endpoint=endpoint, at=NOON, by=None)
    clock.run()
    assert verified(receiver.requests[0], old) == verified(receiver.requests[0], new)

    clock.later(hours=24)
    actions.send_test(endpoint=endpoint, at=clock.at, by=None)
    clock.run()
    assert verified(receiver.requests[1], new, clock.at)
    with pytest.raises(WebhookVerificationError):
        verified(receiver.requests[1], old, clock.at)


def test_only_the_kinds_that_were_chosen_go_out(workspace, receiver, clock):
    make_endpoint(receiver.url(), kinds=["contract.changed", "contract.added"])
    account = make_account()
    make_fact(account, "contract.changed")
    make_fact(account, "contract.ended")
    clock.run()
    assert [json.loads(one.body)["type"] for one in receiver.requests] == ["contract.changed"]


def test_two_endpoints_are_told_under_the_same_id(endpoint, receiver, clock):
    make_endpoint(receiver.url("/other"), kinds=["contract.changed"])
    make_fact(make_account(), "contract.changed")
    clock.run()
    told = [(one.path, one.headers["webhook-id"]) for one in receiver.requests if b"contract" in one.body]
    assert sorted(path for path, _ in told) == ["/ninefold", "/other"]
    assert len({message for _, message in told}) == 1


def test_history_and_what_was_before_are_not_told(workspace, receiver, clock):
    account = make_account()
    make_fact(account, "contract.changed")
    clock.run()
    make_endpoint(receiver.url())
    record_facts(facts=[NewFact(account.pk, "contract.changed", NOON)], at=NOON, is_history=True)
    clock.run()
    assert receiver.requests == []


def test_nobody_who_listens_costs_one_question(workspace):
    account = make_account()
    facts = [NewFact(account.pk, "contract.changed", NOON)] * 3
    with CaptureQueriesContext(
        connection,
    ) as queries:
        record_facts(facts=facts, at=NOON)
    asked = [query["sql"] for query in queries if "webhooks_" in query["sql"]]
    assert len(asked) == 1
    assert not Effect.objects.filter(kind=actions.FAN_OUT).exists()


def test_many_facts_are_written_out_in_sets(endpoint, clock):
    account = make_account()
    Effect.objects.all().delete()
    record_facts(facts=[NewFact(account.pk, "contract.changed", NOON)] * 2500, at=NOON)
    fans = Effect.objects.filter(kind=actions.FAN_OUT)
    assert sorted(len(one.payload["fact_ids"]) for one in fans) == [500, 1000, 1000]

    ids = fans.order_by("pk").first().payload["fact_ids"]
    with CaptureQueriesContext(connection) as few:
        actions.fan_out(fact_ids=ids[:10], at=NOON)
    with CaptureQueriesContext(connection) as many:
        actions.fan_out(fact_ids=ids[10:], at=NOON)
    assert len(many) == len(few)
    assert Delivery.objects.count() == 1000


def test_another_workspaces_endpoint_hears_nothing(endpoint, receiver, clock):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        make_fact(make_account("Theirs"), "contract.changed")
    make_fact(make_account("Ours"), "contract.changed")
    clock.run()
    names = {json.loads(one.body)["data"]["account"]["name"] for one in receiver.requests}
    assert names == {"Ours"}
    with tenancy.entered(other.pk):
        assert Delivery.objects.count() == Endpoint.objects.count() == 0


WAITS = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]


def test_ten_attempts_by_schedule_then_it_has_failed(endpoint, receiver, clock):
    receiver.otherwise = Answer(500, b"no\x00pe")
    make_fact(make_account(), "contract.changed")
    Effect.objects.filter(kind=actions.FAN_OUT).order_by("pk").first().delete()  # that of the account itself
    clock.run()
    effect = Effect.objects.get(kind=actions.DELIVER)
    for nth, wait in enumerate(WAITS, 1):
        effect.refresh_from_db()
        assert len(receiver.requests) == nth
        assert timedelta(seconds=wait) <= effect.available_at - clock.at <= timedelta(seconds=wait * 1.1)
        clock.at = effect.available_at - timedelta(microseconds=1)
        clock.run()
        assert len(receiver.requests) == nth
        clock.at = effect.available_at
        clock.run()
    effect.refresh_from_db()
    delivery = Delivery.objects.get()
    assert (len(receiver.requests), len(set(ids(receiver)))) == (10, 1)
    assert (effect.state, delivery.state, delivery.attempts, len(delivery.log)) == ("done", "failed", 10, 10)
    assert delivery.log[0]["excerpt"] == "no�pe"
    stamps = [int(one.headers["webhook-timestamp"]) for one in receiver.requests]
    assert stamps == sorted(set(stamps))


def lose_one(clock, receiver):
    """A message that is tried until it has failed."""
    make_fact(make_account(at=clock.at), "contract.changed")
    for _ in range(10):
        clock.run()
        clock.later(hours=27)
    clock.run()


def test_days_without_a_success_switch_it_off_and_tell_administrators(endpoint, receiver, clock):
    admin = make_member("admin")
    make_member("csm")
    receiver.otherwise = Answer(302, headers={"Location": receiver.url("/elsewhere")})
    lose_one(clock, receiver)

    endpoint.refresh_from_db()
    assert (endpoint.disabled_why, endpoint.is_open) == ("failing", False)
    assert {one.path for one in receiver.requests} == {"/ninefold"}
    [mail] = Mail.objects.all()
    assert mail.to == admin.user.email
    assert endpoint.url in mail.text
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"failed", "not_sent"}
    assert AuditEvent.objects.filter(kind="webhook.disabled").count() == 1

    count = len(receiver.requests)
    make_fact(make_account(), "contract.changed")
    clock.run()
    assert len(receiver.requests) == count


def test_one_success_meanwhile_keeps_it_on(endpoint, receiver, clock):
    receiver.otherwise = Answer(500)
    make_fact(make_account(), "contract.changed")
    for nth in range(10):
        clock.run()
        clock.later(hours=27)
        endpoint.refresh_from_db()
        if nth == 7:
            assert endpoint.failing_since is not None
            receiver.answers = [Answer(204, b"")]
            actions.send_test(endpoint=endpoint, at=clock.at, by=None)
    clock.run()
    endpoint.refresh_from_db()
    assert endpoint.is_open
    assert Delivery.objects.filter(state=State.FAILED).exists()


def test_410_switches_it_off_at_once(endpoint, receiver, clock):
    receiver.otherwise = Answer(410)
    make_fact(make_account(), "contract.changed")
    clock.run()
    endpoint.refresh_from_db()
    assert (endpoint.disabled_why, len(receiver.requests)) == ("gone", 1)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["failed", "not_sent"]
    clock.later(days=3)
    clock.run()
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "120"}, 120),
        (503, {"Retry-After": format_datetime(NOON + timedelta(minutes=10))}, 600),
        (503, {"Retry-After": "Mon, 15 Jun 2026 12:20:00"}, 1200),
        (502, {}, 60),
        (504, {"Retry-After": "soon"}, 60),
        (429, {"Retry-After": "9999999999999"}, 86400),
        (429, {"Retry-After": format_datetime(NOON - timedelta(minutes=10))}, 5),
        (500, {"Retry-After": "3600"}, 5),
    ],
)
def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(status, headers, seconds, endpoint, receiver, clock):
    make_fact(make_account(), "contract.changed")  # two facts: the account's own is the other
    receiver.answers = [Answer(status, headers=headers)]
    clock.run()
    sent = len(receiver.requests)
    assert sent == (1 if seconds >= 60 else 2)  # the other one waits too
    clock.later(seconds=seconds - 1)
    clock.run()
    assert len(receiver.requests) == sent
    clock.later(seconds=max(2, seconds * 0.1))
    clock.run()
    assert Delivery.objects.filter(state=State.DELIVERED).count() == 2
    assert len(set(ids(receiver))) == 2


def test_what_happens_while_it_rests_waits_too(endpoint, receiver, clock):
    receiver.answers = [Answer(429, headers={"Retry-After": "3600"})]
    account = make_account()
    clock.run()
    make_fact(account, "contract.changed")
    clock.run()
    assert len(receiver.requests) == 1
    endpoint.refresh_from_db()
    actions.send_test(endpoint=endpoint, at=clock.at, by=None)  # but a test is tried
    clock.run()
    assert len(receiver.requests) == 2
    busy = effects.Outcome(status=429, rest=timedelta(minutes=30))  # a shorter rest is no news
    waiting = Delivery.objects.filter(state=State.WAITING).first()
    actions.record_attempt(delivery_id=waiting.pk, nth=0, outcome=busy, is_last=False, at=clock.at)
    assert str(waiting).startswith("msg_")
    endpoint.refresh_from_db()
    assert timedelta() <= endpoint.held_until - NOON - timedelta(hours=1) < timedelta(seconds=5)
    clock.later(hours=1, minutes=1)
    clock.run()
    assert len(receiver.requests) == 4


def test_silence_is_a_failure_after_which_it_rests(endpoint, receiver, clock, monkeypatch):
    from lib import outgoing

    request = outgoing.request
    monkeypatch.setattr(outgoing, "request", lambda *args, **more: request(*args, timeout=0.2, **more))
    receiver.answers = [Answer(delay=0.5)]
    make_account()
    clock.run()
    delivery = Delivery.objects.get()
    assert "No whole answer" in delivery.log[0]["error"]
    assert delivery.log[0]["rest"] == 60
    clock.later(minutes=2)
    clock.run()
    assert len(set(ids(receiver))) == 1
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_a_chatty_receiver_has_taken_it_all_the_same(endpoint, receiver, clock):
    receiver.otherwise = Answer(200, b"x" * 100_000)
    make_account()
    clock.run()
    delivery = Delivery.objects.get()
    assert (delivery.state, len(delivery.log[0]["excerpt"])) == ("delivered", 1000)


def test_nobody_there_and_an_inner_address_are_failures_with_a_reason(workspace, clock, settings):
    with fake_server() as gone:
        settings.OUTGOING_ALLOW = [gone.name]
    make_endpoint(gone.url())
    with fake_server() as canary:
        make_endpoint(f"https://127.0.0.1:{canary.port}/")
        make_account()
        clock.run()
        assert canary.connections == 0
    errors = sorted(one.log[0]["error"] for one in Delivery.objects.all())
    assert "refused" in errors[0]
    assert errors[1].startswith("Only the ports")


def test_a_secret_that_cannot_be_read_sends_nothing(endpoint, receiver, clock):
    Endpoint.objects.update(secret="unreadable")
    make_account()
    clock.run()
    assert receiver.requests == []
    assert Delivery.objects.get().log[0]["error"] == "The secret cannot be read."


class Killed(BaseException):
    """The worker's process dies here."""


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_worker_killed_while_sending_sends_again_under_the_same_id(place, endpoint, receiver, clock, monkeypatch):
    attempt = effects.attempt

    def die(parcel):
        if place == "after":
            attempt(parcel)
        raise Killed

    make_account()
    monkeypatch.setattr(effects, "attempt", die)
    with pytest.raises(Killed):
        clock.run()
    monkeypatch.setattr(effects, "attempt", attempt)
    clock.later(minutes=2)
    engine.reap(at=clock.at)
    clock.run()
    assert len(receiver.requests) == (2 if place == "after" else 1)
    assert len(set(ids(receiver))) == 1
    assert Delivery.objects.get().state == "delivered"


def test_switched_off_by_a_person_nothing_waiting_goes_out(endpoint, receiver, clock):
    make_account()
    engine.run_due(queue="default", clock=clock, until=clock.at)
    assert endpoint_actions.disable_endpoint(endpoint=endpoint, why=Endpoint.Why.PERSON, at=NOON, by=None)
    assert not endpoint_actions.disable_endpoint(endpoint=endpoint, why=Endpoint.Why.GONE, at=NOON, by=None)
    clock.run()
    assert receiver.requests == []
    assert Delivery.objects.get().state == "not_sent"
    endpoint.refresh_from_db()
    for refused in (
        lambda: actions.send_test(endpoint=endpoint, at=NOON, by=None),
        lambda: actions.replay(delivery=Delivery.objects.get(), at=NOON, by=None),
        lambda: actions.replay_unsent(endpoint=endpoint, since=NOON, at=NOON, by=None),
    ):
        with pytest.raises(actions.EndpointOff):
            refused()

    endpoint_actions.enable_endpoint(endpoint=endpoint, at=NOON, by=None)
    assert actions.replay_unsent(endpoint=endpoint, since=NOON, at=NOON, by=None) == 1
    clock.run()
    assert Delivery.objects.get().state == "delivered"


def test_a_message_written_as_its_endpoint_goes_off_is_not_sent(endpoint, receiver, clock):
    make_account()
    engine.run_due(queue="default", clock=clock, until=clock.at)
    Endpoint.objects.update(disabled_at=NOON, disabled_why="person")
    clock.run()
    assert (receiver.requests, Delivery.objects.get().state) == ([], "not_sent")


def test_replay_sends_again_under_the_same_id(endpoint, receiver, clock):
    make_account()
    clock.run()
    delivery = actions.replay(delivery=Delivery.objects.get(), at=clock.at, by=None)
    assert delivery.round == 1
    clock.run()
    assert len(receiver.requests) == 2
    assert len(set(ids(receiver))) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)


def test_replay_of_what_waits_is_at_once_and_instead(endpoint, receiver, clock):
    receiver.answers = [Answer(500)]
    make_account()
    clock.run()
    actions.replay(delivery=Delivery.objects.get(), at=clock.at, by=None)
    clock.run()
    clock.later(days=1)
    clock.run()
    assert len(receiver.requests) == 2
    assert Delivery.objects.get().state == "delivered"


def test_replay_of_a_range_takes_what_failed_since(endpoint, receiver, clock):
    since = NOON + timedelta(hours=1)
    for nth, (state, at, kind) in enumerate(
        [
            (State.FAILED, since, "a.b"),
            (State.NOT_SENT, since, "a.b"),
            (State.DELIVERED, since, "a.b"),
            (State.FAILED, NOON, "a.b"),
            (State.FAILED, since, messages.TEST),
        ]
    ):
        Delivery.objects.create(
            endpoint=endpoint, kind=kind, message_id=f"msg_{nth}", body="{}", created_at=at, state=state
        )
    assert actions.replay_unsent(endpoint=endpoint, since=since, at=clock.at, by=None) == 2
    clock.run()
    assert sorted(ids(receiver)) == ["msg_0", "msg_1"]
    assert actions.replay_unsent(endpoint=endpoint, since=since, at=clock.at, by=None) == 0
    assert AuditEvent.objects.filter(kind="webhook.replayed").get().detail == {"count": 2}


def test_an_answer_that_comes_late_counts_if_it_is_a_success(endpoint, receiver):
    delivery = actions.send_test(endpoint=endpoint, at=NOON, by=None)
    actions.replay(delivery=delivery, at=NOON, by=None)
    note = {"delivery_id": delivery.pk, "nth": 0, "is_last": True, "at": NOON}
    assert actions.record_attempt(**note, outcome=effects.Outcome(status=500)) is True
    delivery.refresh_from_db()
    assert delivery.state == "waiting"
    assert actions.record_attempt(**note, outcome=effects.Outcome(status=200)) is True
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert actions.record_attempt(**{**note, "delivery_id": 0}, outcome=effects.Outcome(status=200)) is True


def test_a_failed_test_is_tried_once_and_says_nothing_about_the_receiver(endpoint, receiver, clock):
    receiver.otherwise = Answer(500)
    actions.send_test(endpoint=endpoint, at=NOON, by=None)
    clock.run()
    clock.later(days=1)
    clock.run()
    endpoint.refresh_from_db()
    assert (len(receiver.requests), endpoint.failing_since) == (1, None)
    assert Delivery.objects.get().state == "failed"


def test_a_message_that_would_be_too_large_is_shortened(workspace):
    account = make_account()
    long = make_fact(account, "survey.answered", value=1, comment="ä" * 15_000)
    data = json.loads(messages.of_fact(long))["data"]
    assert data["is_shortened"] is True
    assert (data["details"]["value"], data["details"]["comment"]) == (1, "ä" * 500 + "…")

    endless = make_fact(account, "survey.answered", words=["word"] * 5000)
    body = messages.of_fact(endless)
    assert json.loads(body)["data"]["details"] == {}
    assert len(body.encode()) < messages.LARGEST


def test_deliveries_are_forgotten_after_a_month(endpoint):
    for nth in range(5):
        age = timedelta(days=31 if nth < 3 else 29)
        Delivery.objects.create(
            endpoint=endpoint, kind="a.b", message_id=f"msg_{nth}", body="{}", created_at=NOON - age
        )
    gone = [workspace_actions.purge(kind="webhook_messages", limit=2, is_first=True, at=NOON) for _ in range(3)]
    assert gone == [2, 1, 0]
    assert Delivery.objects.count() == 2
