"""A receiver that listens on this machine, and a clock that tests turn by hand."""

from collections.abc import Iterator

import pytest

from tests.builders import make_endpoint
from tests.clock import Clock
from tests.fakes import FakeServer, fake_server
from webhooks.models import Endpoint


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(settings: object) -> Iterator[FakeServer]:
    with fake_server() as server:
        settings.OUTGOING_ALLOW = [server.name]
        yield server


@pytest.fixture
def endpoint(workspace: object, receiver: FakeServer) -> Endpoint:
    """Told of everything, at the receiver."""
    return make_endpoint(receiver.url("/ninefold"))
