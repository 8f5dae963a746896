import pytest
import time_machine
from django.test import Client

from tests.builders import NOON, make_member
from workspaces.capabilities import Role
from workspaces.models import Member


@pytest.fixture(autouse=True)
def noon():
    """It is NOON wherever a view asks."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def me(workspace) -> Member:
    return make_member(Role.CSM)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def client(me: Member) -> Client:
    """A CSM's browser."""
    return signed_in(me)
