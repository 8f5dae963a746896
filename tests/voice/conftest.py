"""A clock that tests turn by hand, and pages at NOON."""

import pytest
import time_machine
from django.test import Client

from tests.builders import NOON, make_member
from tests.clock import Clock
from workspaces.capabilities import Role


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def manager(workspace, noon):
    return make_member(Role.MANAGER)


@pytest.fixture
def client(manager):
    client = Client()
    client.force_login(manager.user)
    return client
