"""What the tests of surveys share: a settled clock, the outbox run by hand, the mails that came out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from outbox import engine
from tests.builders import NOON


@pytest.fixture
def noon():
    """Views read the clock: it stands at NOON."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run() -> Callable[..., None]:
    """Carry out everything that is due at a moment, in every queue, with what that sets off."""

    def run_all(at: datetime = NOON) -> None:
        while sum(
            engine.run_due(queue=queue, clock=lambda: at, until=at + timedelta(hours=1)) for queue in engine.QUEUES
        ):
            pass

    return run_all


@pytest.fixture
def mails(mail_dir: Path) -> Callable[[], list[EmailMessage]]:
    def read() -> list[EmailMessage]:
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(mail_dir.glob("*.eml"))]

    return read


@pytest.fixture
def visitor() -> Client:
    """A customer: no session."""
    return Client(enforce_csrf_checks=True)
