"""A worker that is killed in the middle of a change of many accounts."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from accounts.models import Account, Fact
from bulk.actions import changes
from bulk.models import BulkChange, BulkRow
from lib.time import now
from outbox import engine
from outbox.models import Effect
from tests.builders import make_account, make_member, make_workspace
from workspaces import tenancy

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.live

# Does one chunk, then stops in the middle of the second: rows written, nothing committed.
WORKER = """
import sys, time
import django
django.setup()
from datetime import timedelta
from django.db import connections
from bulk.actions import changes
from lib.time import now
from outbox import engine

connections["default"].settings_dict["NAME"] = sys.argv[1]
changes.CHUNK = 4
note, calls = changes._note, []

def stop_half_way(*arguments):
    note(*arguments)
    calls.append(1)
    if len(calls) == 2:
        print("half-way", flush=True)
        time.sleep(60)

changes._note = stop_half_way
engine.run_due(queue="compute", clock=now, until=now() + timedelta(seconds=30))
"""


def work() -> None:
    engine.run_due(queue="compute", clock=now, until=now() + timedelta(seconds=30))


def test_a_change_survives_the_death_of_its_worker(committed, monkeypatch):
    monkeypatch.setattr(changes, "AT_ONCE", 4)
    monkeypatch.setattr(changes, "CHUNK", 4)
    place = make_workspace()
    with tenancy.entered(place.pk):
        owner = make_member()
        for number in range(10):
            make_account(f"Customer {number}")
        Effect.objects.all().delete()
        params = {"owner": owner.pk, "name": "Mei Chen"}
        everybody = Account.objects.all()
        changes.begin(kind="owner", params=params, accounts=everybody, expected=10, source={}, at=now(), by=None)
    name = connections["default"].settings_dict["NAME"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, name], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout.readline() == "half-way\n"
        os.kill(worker.pid, signal.SIGKILL)
    with tenancy.entered(place.pk):
        assert Account.objects.filter(owner=owner).count() == 4
        assert BulkChange.objects.get().handled == 4
    for _ in range(100):
        if engine.reap(at=now() + timedelta(minutes=5)):
            break
        time.sleep(0.1)
    with tenancy.entered(place.pk):
        Effect.objects.exclude(kind="bulk.run").delete()
    work()
    with tenancy.entered(place.pk):
        change = BulkChange.objects.get()
        assert (change.changed, change.same, change.is_running) == (10, 0, False)
        assert Account.objects.filter(owner=owner).count() == 10
        assert Fact.objects.filter(kind="account.changed").count() == 10
        assert set(BulkRow.objects.values_list("outcome", flat=True)) == {"changed"}
        changes.undo(change=change, at=now(), by=None)
        Effect.objects.exclude(kind__startswith="bulk.").delete()
    work()
    with tenancy.entered(place.pk):
        assert Account.objects.filter(owner=None).count() == 10
        assert BulkChange.objects.get().undone_at
