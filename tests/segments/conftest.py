from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from outbox import engine
from outbox.models import Effect
from tests.builders import NOON, make_member
from workspaces.capabilities import Role


@pytest.fixture
def noon():
    """It is NOON wherever a view asks."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def client(workspace, noon) -> Client:
    """A CSM's browser."""
    client = Client()
    client.force_login(make_member(Role.CSM).user)
    return client


@pytest.fixture
def manager(workspace, noon) -> Client:
    client = Client()
    client.force_login(make_member(Role.MANAGER).user)
    return client


@pytest.fixture
def run():
    """Do our work that is due at a moment; health would give invented scores back."""

    def run_all(at: datetime = NOON) -> int:
        done, some = 0, 1
        while some:
            Effect.objects.exclude(kind__startswith="segments.").delete()
            some = engine.run_due(queue="compute", clock=lambda: at, until=at + timedelta(hours=1))
            done += some
        return done

    return run_all
