"""A receiver that listens on this machine, and a clock that tests turn by hand."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from outbox import engine
from tests.builders import NOON, make_endpoint
from tests.fakes import FakeServer, fake_server
from webhooks.models import Endpoint


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def later(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at

    def run(self) -> None:
        """Everything that is due now."""
        while sum(
            engine.run_due(queue=queue, clock=self, until=self.at + timedelta(hours=1)) for queue in engine.QUEUES
        ):
            pass


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
