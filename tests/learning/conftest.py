from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.builders import NOON, make_member
from workspaces.capabilities import Role


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def csm(workspace: object, noon: object) -> Client:
    client = Client()
    client.member = make_member(Role.CSM)
    client.force_login(client.member.user)
    return client
