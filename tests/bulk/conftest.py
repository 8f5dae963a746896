import pytest
import time_machine
from django.test import Client

from bulk.actions import changes
from tests.builders import NOON, make_member
from workspaces.capabilities import Role
from workspaces.models import Member


@pytest.fixture
def clock():
    """It is NOON wherever a view asks, until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def me(workspace) -> Member:
    return make_member(Role.CSM)


@pytest.fixture
def client(me, clock) -> Client:
    client = Client()
    client.force_login(me.user)
    return client


@pytest.fixture
def small_chunks(monkeypatch):
    """More than two accounts are changed in the background, two at a time."""
    monkeypatch.setattr(changes, "AT_ONCE", 2)
    monkeypatch.setattr(changes, "CHUNK", 2)
