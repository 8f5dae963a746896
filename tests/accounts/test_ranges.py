"""Every account, in lots of some."""

import pytest

from accounts import queries
from accounts.actions.ranges import enqueue_ranges
from outbox.models import Effect
from outbox.registry import Local, handlers
from tests.builders import NOON, make_account, make_workspace
from workspaces import tenancy


@pytest.fixture(autouse=True)
def work(monkeypatch):
    monkeypatch.setitem(handlers, "test.range", Local(lambda effect, at: None))


def test_ranges_hold_every_account_once_and_nobody_elses(workspace):
    with tenancy.entered(make_workspace().pk):
        make_account()
    ids = [make_account().pk for _ in range(5)]

    assert queries.id_ranges(2) == [(ids[0], ids[1]), (ids[2], ids[3]), (ids[4], ids[4])]
    assert queries.ids_between(ids[1], ids[3]) == ids[1:4]
    for _ in range(2):
        assert enqueue_ranges(kind="test.range", key="night", size=3, at=NOON, told="x") == 2
    rows = Effect.objects.filter(kind="test.range").order_by("pk").values_list("dedupe_key", "payload")
    assert list(rows) == [
        (f"night:{ids[0]}", {"first": ids[0], "last": ids[2], "told": "x"}),
        (f"night:{ids[3]}", {"first": ids[3], "last": ids[4], "told": "x"}),
    ]


def test_no_account_no_range(workspace):
    assert enqueue_ranges(kind="test.range", key="night", size=3, at=NOON) == 0
    assert not Effect.objects.filter(kind="test.range").exists()
