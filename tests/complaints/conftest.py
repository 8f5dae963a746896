"""The clock stands at NOON, a Monday, and somebody is signed in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from outbox import engine
from tests.builders import NOON, make_member
from workspaces.capabilities import Role


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def csm(workspace: object, noon: object) -> Client:
    return signed_in(Role.CSM)


@pytest.fixture
def manager(workspace: object, noon: object) -> Client:
    return signed_in(Role.MANAGER)


def signed_in(role: str) -> Client:
    client = Client()
    client.member = make_member(role)
    client.force_login(client.member.user)
    return client


def work(at=NOON) -> None:
    """Whatever is due by then."""
    for _ in range(3):
        for queue in ("default", "compute", "mail"):
            engine.run_due(queue=queue, clock=lambda: at, until=at + timedelta(hours=1))
