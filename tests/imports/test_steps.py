"""An import is many small steps: whatever dies between or in them, each row is there once in the end."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from accounts.actions.merging import accounts as account_merging
from accounts.models import Account, ExternalId, Fact
from imports import queries
from imports.actions import checking, merging, receiving
from imports.models import Block, Import, Part
from lib.time import now
from outbox import engine
from outbox.models import Effect
from tests.builders import NOON, make_workspace
from tests.imports.files import checked, found, received, understood, work, written
from workspaces import tenancy
from workspaces.models import AuditEvent

ROOT = Path(__file__).resolve().parents[2]


def table(rows: int) -> str:
    """Accounts in families of five, each below the one before it."""
    lines = (f"{n},Customer {n},{n - 1 if n % 5 > 1 or (n > 1 and n % 5 == 0) else ''}\n" for n in range(1, rows + 1))
    return "Id,Name,Parent account\n" + "".join(lines)


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(checking, "PART_ROWS", 4)


def test_a_file_is_read_checked_and_merged_in_parts(workspace, small_parts):
    source = checked(table(10))
    assert [(part.row, part.end_row, part.rows) for part in queries.parts(source)] == [(1, 5, 4), (5, 9, 4), (9, 11, 2)]
    merging.confirm(source=source, at=NOON, by=None)
    work()
    source.refresh_from_db()
    assert (written(source), source.done_at is not None) == ({"new": 10}, True)
    assert Account.objects.exclude(parent=None).count() == 8
    audit = AuditEvent.objects.get(kind="import.finished")
    assert (audit.subject, audit.detail) == ("customers.csv", {"kind": "accounts", "new": 10})


def test_few_letters_make_a_part_too(workspace, monkeypatch):
    monkeypatch.setattr(checking, "PART_LETTERS", 60)
    assert queries.parts(checked(table(10))).count() > 2


@pytest.mark.parametrize("step", ["read_part", "check_part", "merge_part", "link_part"])
def test_a_step_that_fails_is_done_again_and_nothing_twice(workspace, small_parts, monkeypatch, step):
    module = checking if step in {"read_part", "check_part"} else merging
    real, calls = getattr(module, step), []

    def fail_in_the_second(**given):
        calls.append(given)
        real(**given)
        if len(calls) == 2:
            raise OSError("The disk is full")

    monkeypatch.setattr(module, step, fail_in_the_second)
    source = understood(received(table(10)))
    checking.begin_check(source=source, at=NOON)
    clock = NOON
    for _ in range(12):
        engine.run_due(queue="compute", clock=lambda: clock, until=clock)  # noqa: B023  turned by hand
        clock += timedelta(minutes=1)
        source.refresh_from_db()
        if source.checked_at and not source.confirmed_at:
            merging.confirm(source=source, at=clock, by=None)
        while engine.run_due(queue="compute", clock=lambda: clock, until=clock):  # noqa: B023
            pass
    source.refresh_from_db()
    assert source.done_at is not None
    assert written(source) == {"new": 10}
    assert Account.objects.count() == ExternalId.objects.count() == 10
    assert Fact.objects.filter(kind="account.created").count() == 10
    assert Account.objects.exclude(parent=None).count() == 8
    assert Effect.objects.filter(kind__startswith="imports.", last_error="OSError: The disk is full\n").count() == 1


def test_steps_of_what_was_given_up_do_nothing(workspace, small_parts):
    source = understood(received(table(10)))
    checking.begin_check(source=source, at=NOON)
    checking.begin_check(source=source, at=NOON)  # pressed twice: the first run is over
    work()
    assert found(source) == {"new": 10}
    merging.confirm(source=source, at=NOON, by=None)
    Import.objects.filter(pk=source.pk).update(run=9)
    work()
    assert Account.objects.count() == 0
    payload = {"import_id": source.pk, "run": 1, "number": 0}
    for step in (checking.read_part, checking.check_part, merging.merge_part, merging.link_part):
        step(payload=payload, at=NOON)
    assert Account.objects.count() == 0


def test_a_file_that_turns_out_unreadable_stops(workspace):
    source = understood(received(table(3)))
    Block.objects.filter(source=source).update(body=b'Id,Name,Parent account\n1,"Cedar,\n')
    checking.begin_check(source=source, at=NOON)
    work()
    source.refresh_from_db()
    assert (source.problem, source.problem_row, source.checked_at) == ("unclosed_quote", 2, None)
    with pytest.raises(receiving.TooLate):
        checking.begin_check(source=source, at=NOON)
    with pytest.raises(receiving.TooLate):
        merging.confirm(source=source, at=NOON, by=None)
    with pytest.raises(receiving.TooLate):
        receiving.turn_into(source=source, kind="contacts")


def test_columns_chosen_by_hand_stay_while_the_headers_are_the_same(workspace):
    source = understood(received(table(3)))
    Import.objects.filter(pk=source.pk).update(mapping=["", "", ""])
    source.refresh_from_db()
    receiving.turn_into(source=source, kind=source.kind)
    kept = receiving.read_as(source=source, encoding="utf-8", delimiter=",")
    assert kept.mapping == ["", "", ""]
    guessed = receiving.read_as(source=source, encoding="utf-8", delimiter=";")
    assert guessed.headers == ["Id,Name,Parent account"]
    assert len(guessed.mapping) == 1


def test_what_was_read_before_an_upgrade_is_brought_in_after_it(workspace, monkeypatch):
    with monkeypatch.context() as before:
        older = [column for column in account_merging.COLUMNS if column[0] != "locale"]
        before.setattr(account_merging, "COLUMNS", tuple(older))
        before.setattr(account_merging, "judge", lambda stage, *, is_final: stage.settle())
        source = checked(table(3))
    merging.confirm(source=source, at=NOON, by=None)
    work()
    assert written(source) == {"new": 3}
    assert set(Account.objects.values_list("name", "locale")) == {(f"Customer {n}", "") for n in (1, 2, 3)}


def test_nothing_good_cannot_be_confirmed(workspace):
    source = checked("Id,Name\n,\n1,\n")
    with pytest.raises(merging.NothingGood):
        merging.confirm(source=source, at=NOON, by=None)


def test_old_files_are_forgotten(workspace):
    source = checked(table(3))
    later = NOON + timedelta(days=31)
    assert receiving.forget_old(before=NOON, limit=10, at=later) == 0
    assert receiving.forget_old(before=NOON + timedelta(days=1), limit=10, at=later) == 1
    assert receiving.forget_old(before=NOON + timedelta(days=1), limit=10, at=later) == 0
    assert Block.objects.count() == 0
    assert bytes(Part.objects.get().staged) == b""
    assert found(source) == {"new": 3}
    with pytest.raises(receiving.TooLate):
        merging.confirm(source=source, at=NOON, by=None)


WORKER = """
import django, sys
django.setup()
from datetime import timedelta
from django.db import connections
from imports.actions import checking
from lib.time import now
from outbox import engine
connections["default"].settings_dict["NAME"] = sys.argv[1]
checking.PART_ROWS = 50
print("ready", flush=True)
while True:
    engine.run_due(queue="compute", clock=now, until=now() + timedelta(seconds=5))
"""


@pytest.mark.live
def test_killed_workers_leave_no_row_out_and_none_twice(committed):
    rows = 600
    place = make_workspace()
    with tenancy.entered(place.pk):
        source = receiving.receive(
            file_name="big.csv", chunks=[table(rows).encode()], at=now() - timedelta(days=1), by=None
        )
        understood(source)
        checking.begin_check(source=source, at=now())
    until = time.monotonic() + 120
    kills = 0
    while time.monotonic() < until:
        with tenancy.entered(place.pk):
            source.refresh_from_db()
            if source.checked_at and not source.confirmed_at:
                merging.confirm(source=source, at=now(), by=None)
            if source.done_at:
                break
        _let_a_worker_live(seconds=0.2 + 0.15 * kills)
        kills += 1
        engine.reap(at=now() + timedelta(minutes=1))
        with tenancy.entered(place.pk):
            Effect.objects.filter(state="ready").update(available_at=now())
    assert kills > 2
    with tenancy.entered(place.pk):
        assert written(source) == {"new": rows}
        assert Account.objects.count() == ExternalId.objects.count() == rows
        assert Fact.objects.filter(kind="account.created").count() == rows
        assert Account.objects.exclude(parent=None).count() == rows * 4 // 5


def _let_a_worker_live(seconds: float) -> None:
    """Then kill it, wherever it is."""
    name = connection.settings_dict["NAME"]
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, name],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as worker:
        worker.stdout.readline()
        time.sleep(seconds)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
