"""A chat that listens on this machine, a clock that tests turn by hand, and alerts as the rules open them."""

from collections.abc import Iterator

import pytest

from accounts.actions.facts import record_fact
from accounts.models import Account
from alerts.models import Alert
from tests.builders import NOON, make_alert
from tests.clock import Clock
from tests.fakes import FakeServer, fake_server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chat(settings: object) -> Iterator[FakeServer]:
    with fake_server() as server:
        settings.OUTGOING_ALLOW = [server.name]
        yield server


def open_alert(account: Account, *, at=NOON, rule="score_band", **fields) -> Alert:
    """An alert of a fallen score with the fact that it was opened, unless told."""
    driver = {"rule": rule, "kind": "score_band", "score": 42, "below": 50, "at": at.isoformat()}
    drivers = fields.pop("drivers", [driver])
    alert = make_alert(account, rule=rule, drivers=drivers, opened_at=at, **fields)
    record_fact(account=account, kind="alert.opened", at=at, alert_id=alert.pk, rule=rule, driver=drivers[0])
    return alert


def bad_driver(answer_id=7, role="decision_maker"):
    return {
        "rule": "bad_answer", "kind": "answer", "answer_id": answer_id, "contact_id": 0, "contact_name": "Mei Chen",
        "contact_role": role, "metric": "csat", "value": 1, "scale_max": 5, "comment": "Slow <b>help</b>",
    }  # fmt: skip
