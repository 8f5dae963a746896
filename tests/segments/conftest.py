import pytest
import time_machine
from django.test import Client

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
