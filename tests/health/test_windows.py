"""Day rows as the scoring packs them: what is read from a packed window is what the rows say."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from accounts.actions import metrics as metric_actions
from accounts.actions.metrics import Reading
from accounts.models import Metric
from health.actions import scores
from health.models import HealthDay, HealthScore, MetricWindow
from health.parts import METRICS
from health.scoring import PACKED_DAYS
from outbox import engine
from outbox.models import Effect
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_contract,
    make_metric,
    make_reading,
    make_workspace,
)
from workspaces import tenancy

DAY = timedelta(days=1)
KINDS = {
    "key_actions": Metric.Kind.COUNTER,
    "logins": Metric.Kind.COUNTER,
    "active_users": Metric.Kind.GAUGE,
    "seats_used": Metric.Kind.GAUGE,
    "touchpoints_two_way": Metric.Kind.COUNTER,
    "ces": Metric.Kind.RATING,
    "csat": Metric.Kind.RATING,
    "nps": Metric.Kind.RATING,
}


def stored(account):
    """The newest row, as it would be the same whoever computed it."""
    row = HealthScore.objects.filter(account=account).order_by("-day").first()
    return row and (row.score, row.band, row.coverage, row.parts)


def night(day):
    """Everybody is scored because a day began: day rows are read as they are packed."""
    scores.rescore_all(day=day, at=NOON + (day - TODAY))


def from_rows(account, day):
    """The same from the day rows themselves."""
    MetricWindow.objects.all().delete()
    HealthScore.objects.all().delete()
    night(day)
    return stored(account)


def write(account, readings):
    """Day rows of `readings`: (metric, days from TODAY, number of readings, their total and the last of them)."""
    metrics = {key: make_metric(key, kind) for key, kind in KINDS.items()}
    rows = {(key, age): (n, value) for key, age, n, value in readings}
    metric_actions.write_history(
        readings=[
            Reading(account.pk, metrics[key].pk, TODAY - age * DAY, n, value * n, value)
            for (key, age), (n, value) in rows.items()
        ]
    )


readings = st.lists(
    st.tuples(
        st.sampled_from(sorted(KINDS)),
        st.integers(-40, 400),
        st.integers(0, 4),
        st.one_of(st.sampled_from([0.0, 1.0, 60.0, 100.0, 1e15]), st.integers(0, 500).map(float)),
    ),
    max_size=60,
)
recent = st.lists(
    st.tuples(
        st.sampled_from(["key_actions", "logins", "active_users", "seats_used"]),
        st.integers(-3, 70),
        st.just(1),
        st.integers(0, 90).map(float),
    ),
    max_size=90,
)


@hypothesis(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seldom=readings, often=recent, seats=st.sampled_from([0, 10]), later=st.lists(st.integers(1, 45), max_size=3))
def test_a_packed_window_says_what_the_rows_say_today_and_on_later_days(workspace, seldom, often, seats, later):
    with transaction.atomic():
        account = make_account()
        make_contact(account)
        if seats:
            make_contract(account, seats=seats, starts_on=TODAY - 99 * DAY, ends_on=TODAY + 99 * DAY)
        write(account, [*seldom, *often])
        night(TODAY)
        seen = [(TODAY, stored(account))]
        for ahead in sorted(set(later)):
            night(TODAY + ahead * DAY)
            seen.append((TODAY + ahead * DAY, stored(account)))
        for day, found in seen:
            assert found == from_rows(account, day)
        transaction.set_rollback(True)


def test_a_window_is_read_and_not_the_rows(workspace):
    account = make_account()
    make_contract(account, seats=10)
    make_reading(account, "seats_used", TODAY, 10, kind="gauge")
    night(TODAY)
    account.metric_days.update(last=2)
    night(TODAY + DAY)
    assert account_part(account, "adoption", "seats") == 100


def account_part(account, part, measure):
    row = HealthScore.objects.filter(account=account).order_by("-day")[0]
    (found,) = [one for one in row.parts if one["key"] == part]
    (value,) = [one["value"] for one in found["measures"] if one["key"] == measure]
    return value


def test_what_happened_is_read_at_once_and_by_the_nights_after_it(workspace):
    account = make_account()
    make_contract(account, seats=10)
    make_reading(account, "seats_used", TODAY - DAY, 10, kind="gauge")
    night(TODAY)
    metric = Metric.objects.get(key="seats_used")
    metric_actions.upsert_readings(readings=[Reading(account.pk, metric.pk, TODAY, 1, 2, 2)], at=NOON)
    while engine.run_due(queue="compute", clock=lambda: NOON, until=NOON):
        pass
    assert account_part(account, "adoption", "seats") == 60
    night(TODAY + DAY)
    assert account_part(account, "adoption", "seats") == 60


@pytest.mark.parametrize("first", ["key_actions", "logins"])
def test_rows_of_days_to_come_that_will_count_first_are_not_passed_over(workspace, first):
    account = make_account()
    for age in range(56):
        make_reading(account, "active_users", TODAY - age * DAY, 5, kind="gauge")
    make_reading(account, first, TODAY + DAY, 7)
    night(TODAY)
    assert MetricWindow.objects.get().metric_ids == []
    night(TODAY + DAY)
    found = stored(account)
    assert found == from_rows(account, TODAY + DAY)


def test_a_metric_that_is_new_makes_windows_new(workspace):
    account = make_account()
    make_reading(account, "logins", TODAY, 7)
    night(TODAY)
    ids = MetricWindow.objects.get().metric_ids
    assert len(ids) == len(METRICS)
    assert ids.count(None) == len(METRICS) - 1
    make_reading(account, "key_actions", TODAY, 9)
    night(TODAY)
    assert MetricWindow.objects.get().metric_ids.count(None) == len(METRICS) - 2
    assert MetricWindow.objects.get().trend == 0


def test_what_was_written_without_a_word_is_read_when_a_window_is_old(workspace):
    account = make_account()
    make_contract(account, seats=10)
    make_reading(account, "seats_used", TODAY + 3 * DAY, 10, kind="gauge")
    night(TODAY)
    make_reading(account, "seats_used", TODAY + 4 * DAY, 4, kind="gauge")
    night(TODAY + (PACKED_DAYS - 1) * DAY)
    assert account_part(account, "adoption", "seats") == 100
    night(TODAY + PACKED_DAYS * DAY)
    assert account_part(account, "adoption", "seats") == 70


def test_a_score_of_the_past_neither_reads_nor_keeps_a_window(workspace):
    account = make_account()
    make_contract(account, seats=10)
    make_reading(account, "seats_used", TODAY - DAY, 10, kind="gauge")
    scores.rescore_days(days=[TODAY - DAY], at=NOON)
    assert not MetricWindow.objects.exists()
    night(TODAY)
    account.metric_days.update(last=5)
    scores.rescore_days(days=[TODAY - DAY], at=NOON)
    row = HealthScore.objects.get(day=TODAY - DAY)
    assert next(one for one in row.parts if one["key"] == "adoption")["measures"][0]["value"] == 50


def test_the_last_chunk_of_a_night_sums_up_the_day(workspace, monkeypatch):
    monkeypatch.setattr("health.scoring.CHUNK", 2)
    for _ in range(5):
        make_account()
    scores.start_rescore_all(key="2026-06-15", at=NOON)
    days = []
    monkeypatch.setattr(scores, "sum_up", lambda day: days.append(day))
    chunks = Effect.objects.filter(kind=scores.CHUNK_EFFECT)
    assert chunks.count() == 3
    while engine.run_due(queue="compute", clock=lambda: NOON, until=NOON):
        assert bool(days) is not chunks.filter(state=Effect.State.READY).exists()
    assert days == [TODAY]


def test_windows_of_another_workspace_stay(workspace):
    mine = make_account()
    make_reading(mine, "logins", TODAY, 7)
    night(TODAY)
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        theirs = make_account()
        make_reading(theirs, "logins", TODAY, 7)
        night(TODAY)
        assert MetricWindow.objects.get().account_id == theirs.pk
        assert HealthDay.objects.get().no_band == 1
    assert MetricWindow.objects.get().account_id == mine.pk
