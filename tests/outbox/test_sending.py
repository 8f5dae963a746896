"""Letters by the set, over SMTP to a server of the test's own; workers that die, refusals, lost lines."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.db import connection, connections

from lib.time import now
from outbox import engine, mail, smtp
from outbox.models import Effect, Mail
from tests.builders import NOON, make_workspace
from tests.outbox import sinks
from workspaces import tenancy

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 120  # more than one set
State = Effect.State


@pytest.fixture
def sink(settings) -> Iterator[sinks.Sink]:
    with sinks.running() as sink:
        settings.EMAIL_BACKEND = "outbox.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
        yield sink


def address(number: int) -> str:
    return f"p{number:02}@cedar.example"


EVERYBODY = [address(number) for number in range(PEOPLE)]


def post(people: list[str], at=NOON) -> None:
    drafts = [mail.Draft(to, "How was it?", to, "Tell us.", "<p>Tell us.</p>") for to in people]
    mail.post_many(drafts=drafts, at=at)


def states() -> dict[str, str]:
    return dict(Effect.objects.filter(kind="mail.send").values_list("dedupe_key", "state"))


# ------------------------------------------------------------------ one worker
def test_a_set_goes_over_one_connection(workspace, bench, sink):
    post(EVERYBODY)
    assert bench.run("mail", until=bench.at + timedelta(minutes=1)) == PEOPLE
    assert sink.recipients == EVERYBODY
    assert sink.connections == 2  # of 100 and 20
    assert set(states().values()) == {State.DONE}
    assert Mail.objects.filter(sent_at=NOON).count() == PEOPLE
    ids = {message_from_bytes(message, policy=policy.default)["Message-ID"] for _to, message in sink.taken}
    assert ids == set(Mail.objects.values_list("message_id", flat=True))


def test_a_refused_recipient_among_many_is_the_only_one_that_fails(workspace, bench, sink):
    sink.refused, sink.greylisted = {address(7)}, {address(9)}
    post(EVERYBODY[:20])
    bench.run("mail")
    assert sink.recipients == [to for to in EVERYBODY[:20] if to not in {address(7), address(9)}]
    assert {to: state for to, state in states().items() if state != State.DONE} == {
        address(7): State.DEAD,
        address(9): State.READY,
    }


def test_a_connection_that_breaks_is_made_anew_and_the_letter_is_sent_again(workspace, bench, sink):
    sink.broken_off = [address(5)]
    post(EVERYBODY[:10])
    bench.run("mail")
    assert states().pop(address(5)) == State.READY
    assert Counter(states().values()) == {State.DONE: 9, State.READY: 1}
    bench.later(minutes=1)
    bench.run("mail")
    twice = [message for to, message in sink.taken if to == address(5)]
    assert len(twice) == 2  # nobody can know that it was taken the first time; mail programs can, by the Message-ID
    assert len({message_from_bytes(message)["Message-ID"] for message in twice}) == 1
    assert Counter(sink.recipients) == {**dict.fromkeys(EVERYBODY[:10], 1), address(5): 2}


def test_a_server_that_breaks_off_again_and_again_is_left_alone_for_a_while(workspace, bench, sink):
    sink.broken_off = EVERYBODY[3:10]
    post(EVERYBODY[:10])
    bench.run("mail")
    assert sink.recipients == EVERYBODY[:5]
    assert list(states().values()) == [*[State.DONE] * 3, *[State.READY] * 7]


def test_a_server_that_is_away_delays_everybody(workspace, bench, sink):
    sink.stop()
    post(EVERYBODY[:5])
    bench.run("mail")
    assert set(states().values()) == {State.READY}
    assert all("ConnectionRefusedError" in error for error in Effect.objects.values_list("last_error", flat=True))


def test_a_letter_out_of_the_ordinary_goes_all_the_same(workspace, bench, sink):
    mail.post(to="mei@cedar.example", subject="Long", text="y" * 2000, key="long", at=NOON)
    bench.run("mail")
    (sent,) = (message_from_bytes(message, policy=policy.default) for _to, message in sink.taken)
    assert sent.get_content().strip() == "y" * 2000


def test_lines_that_begin_with_a_dot_stay_whole(workspace, bench, sink):
    mail.post(to="mei@cedar.example", subject="Dots", text=".\n..two\nno.dot\n", key="dots", at=NOON)
    bench.run("mail")
    ((_to, message),) = sink.taken  # as it went over the line: the server takes the first dot of a line away
    assert message.endswith(b"\r\n\r\n..\r\n...two\r\nno.dot\r\n")


@pytest.mark.parametrize("name", ["mei", '"odd,one"'])
def test_an_address_of_any_kind_is_named_as_it_is(workspace, bench, sink, settings, name):
    settings.DEFAULT_FROM_EMAIL = f"Nine <{name}@nine.example>"
    mail.post(to=f"{name}@cedar.example", subject="Hello", text="Hi\n", key="odd", at=NOON)
    bench.run("mail")
    assert (sink.senders, sink.recipients) == ([f"{name}@nine.example"], [f"{name}@cedar.example"])


def test_a_server_without_room_gets_it_later(workspace, bench, sink):
    sink.is_full = True
    post(EVERYBODY[:1])
    bench.run("mail")
    assert (sink.taken, states()) == ([], {EVERYBODY[0]: State.READY})


def test_a_line_may_be_encrypted_from_the_start(settings):
    assert smtp.EmailBackend(use_ssl=True, use_tls=False).connection_class is smtp.SecureClient


def test_a_sender_without_a_name_is_the_envelope(workspace, bench, sink, settings):
    settings.DEFAULT_FROM_EMAIL = "post@nine.example"
    post(EVERYBODY[:1])
    bench.run("mail")
    assert sink.senders == ["post@nine.example"]


def test_a_line_that_was_lost_before_is_said_so(workspace, sink):
    (letter,) = [mail.message_of(Mail(to="a@b.example", subject="s", text="t", message_id="<1@x>"))]
    letter.connection = smtp.EmailBackend()
    letter.connection.open()
    letter.connection.connection.close()
    assert isinstance(mail._error_of(letter), mail.Doubtful)


# ------------------------------------------------------------------ workers side by side, and killed
live = pytest.mark.live
WORKER = """
import sys, time
import django
django.setup()
from dataclasses import replace
from datetime import timedelta
from django.conf import settings
from django.db import connections
from lib.time import now
from outbox import engine, registry

name, port, place = sys.argv[1:]
connections["default"].settings_dict["NAME"] = name
settings.EMAIL_BACKEND = "outbox.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", int(port), False
handler = registry.handlers["mail.send"]

def stop(*_):
    print("half-way", flush=True)
    time.sleep(60)

def send_some(parcels):
    for number, result in enumerate(handler.send(parcels), start=1):
        if number == 4:
            stop()
        yield result

changed = {"claimed": {"prepare": stop}, "begun": {"send": stop}, "some": {"send": send_some}, "all": {"record": stop}}
registry.register("mail.send", replace(handler, **changed.get(place, {})))
engine.run_due(queue="mail", clock=now, until=now() + timedelta(seconds=20))
"""


@pytest.fixture
def start(sink) -> Iterator[Callable[[str], subprocess.Popen]]:
    """Starts a worker process that stops at a place."""
    started: list[subprocess.Popen] = []

    def start(place: str) -> subprocess.Popen:
        argv = [sys.executable, "-c", WORKER, connections["default"].settings_dict["NAME"], str(sink.port), place]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        worker = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()
        worker.stdout.close()


def kill(worker: subprocess.Popen) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def reap_later() -> None:
    """Once the database has noticed that its client is gone, and the lease is over."""
    for _ in range(100):
        if engine.reap(at=now() + timedelta(minutes=5)):
            return
        time.sleep(0.1)
    raise AssertionError("nothing was left behind")


def run(_: int = 0) -> int:
    try:
        return engine.run_due(queue="mail", clock=now, until=now() + timedelta(seconds=20))
    finally:
        connection.close()


@live
@pytest.mark.parametrize(
    ("place", "held", "twice"), [("claimed", 0, 0), ("begun", 0, 0), ("some", 4, 4), ("all", 100, 100)]
)
def test_a_worker_killed_anywhere_loses_no_letter(committed, bench, sink, start, place, held, twice):
    """What it had sent and could not note is sent again, with the same Message-ID; nothing else is."""
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        post(EVERYBODY, now())
    worker = start(place)
    assert worker.stdout.readline() == "half-way\n"
    assert len(sink.taken) == held
    kill(worker)
    reap_later()
    run()
    counted = Counter(sink.recipients)
    assert counted == {to: 2 if number < twice else 1 for number, to in enumerate(EVERYBODY)}
    with tenancy.entered(workspace.pk):
        assert set(states().values()) == {State.DONE}
    by_person = {to: message_from_bytes(message)["Message-ID"] for to, message in sink.taken}
    assert {(to, message_from_bytes(message)["Message-ID"]) for to, message in sink.taken} == set(by_person.items())


@live
def test_workers_side_by_side_send_nothing_twice(committed, bench, sink):
    workspace = make_workspace()
    people = [f"q{number}@cedar.example" for number in range(300)]
    with tenancy.entered(workspace.pk):
        post(people, now())
    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(run, range(3)))
    taken.append(run())  # who finds all rows held by the others goes home
    assert sum(taken) == 300
    assert sorted(sink.recipients) == sorted(people)
    with tenancy.entered(workspace.pk):
        assert set(Effect.objects.filter(kind="mail.send").values_list("state", "attempts")) == {(State.DONE, 1)}


@live
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_everybody_gets_their_letter(committed, bench, sink, start, seed):
    """Refusals, lost lines and killed workers at places chosen by lot: all arrive but to those who are refused."""
    lot = random.Random(seed)
    sink.refused, sink.broken_off = set(lot.sample(EVERYBODY, 3)), lot.sample(EVERYBODY, 3)
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        post(EVERYBODY, now())
    for _ in range(2):
        worker = start(lot.choice(["claimed", "begun", "some"]))
        assert worker.stdout.readline() == "half-way\n"
        kill(worker)
        reap_later()
    for _ in range(4):
        with tenancy.entered(workspace.pk):
            Effect.objects.filter(state=State.READY).update(available_at=now())  # nobody waits for the back-off
        run()
    with tenancy.entered(workspace.pk):
        assert {to for to, state in states().items() if state == State.DEAD} == sink.refused
        assert Counter(states().values()) == {State.DONE: PEOPLE - 3, State.DEAD: 3}
    assert set(sink.recipients) == set(EVERYBODY) - sink.refused
