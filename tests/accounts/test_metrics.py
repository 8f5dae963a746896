from datetime import timedelta

import pytest

from accounts import registry
from accounts.actions import metrics as actions
from accounts.actions.metrics import Reading
from accounts.models import Metric, MetricDay
from outbox.models import Effect
from outbox.registry import handlers
from tests.builders import NOON, TODAY, make_account, make_metric

WATCHER = "test.watch"


@pytest.fixture
def watched():
    told: list[list[int]] = []
    registry.watch(WATCHER, lambda account_ids, at: told.append(account_ids))
    yield told
    registry.watchers.pop(WATCHER)
    handlers.pop(WATCHER)


def days() -> list[tuple]:
    return list(MetricDay.objects.order_by("account_id", "day").values_list("account_id", "day", "n", "total", "last"))


def test_define_metric_keeps_the_first_definition(workspace):
    first = actions.define_metric(key="logins", name="Logins", kind=Metric.Kind.COUNTER, unit="times")
    again = actions.define_metric(key="logins", name="Other", kind=Metric.Kind.GAUGE)
    assert (again.pk, again.name, again.kind, str(again)) == (first.pk, "Logins", "counter", "Logins")


def test_count_reading_adds_to_its_day(workspace):
    account, metric = make_account(), make_metric("csat", Metric.Kind.RATING)
    for value in (100, 25):
        actions.count_reading(account_id=account.pk, metric=metric, day=TODAY, value=value)
    assert days() == [(account.pk, TODAY, 2, 125.0, 25.0)]


def test_upsert_readings_replaces_days_and_tells_who_watches(workspace, watched):
    first, second, metric = make_account(), make_account(), make_metric()
    yesterday = TODAY - timedelta(days=1)
    actions.upsert_readings(readings=[Reading(first.pk, metric.pk, TODAY, 9, 9, 9)], at=NOON)
    written = actions.upsert_readings(
        readings=[
            Reading(first.pk, metric.pk, TODAY, 1, 4, 4),
            Reading(second.pk, metric.pk, yesterday, 1, 7, 7),
            Reading(first.pk, metric.pk, TODAY, 2, 5, 3),  # the last word on this day
        ],
        at=NOON,
    )
    assert written == 2
    assert days() == [(first.pk, TODAY, 2, 5.0, 3.0), (second.pk, yesterday, 1, 7.0, 7.0)]
    for effect in Effect.objects.filter(kind=WATCHER).order_by("pk"):
        handlers[WATCHER].run(effect, NOON)
    assert watched == [[first.pk], [first.pk, second.pk]]


def test_upsert_readings_of_nothing_writes_nothing(workspace):
    assert actions.upsert_readings(readings=[], at=NOON) == 0
    assert days() == []


def test_write_history_sets_nothing_off(workspace, watched, monkeypatch):
    monkeypatch.setattr(actions, "HISTORY_BATCH", 2)
    account, metric = make_account(), make_metric()
    actions.write_history(
        readings=[Reading(account.pk, metric.pk, TODAY - timedelta(days=ago), 1, ago, ago) for ago in range(5)]
    )
    assert len(days()) == 5
    assert not Effect.objects.filter(kind=WATCHER).exists()
