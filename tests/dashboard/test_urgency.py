import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.urgency import SQL, nearness, risk, urgency, value

scores = st.none() | st.decimals(0, 100, places=1).map(float)
alerts = st.integers(0, 5)
money = st.none() | st.integers(0, 10**12)
typical = st.none() | st.integers(0, 10**12).map(float)
days = st.none() | st.integers(-400, 4000)
chances = st.none() | st.floats(0, 1)


@pytest.mark.parametrize(
    ("score", "open_alerts", "expected"),
    [
        (100, 0, 0),
        (0, 0, 1),
        (0, 3, 1),
        (40, 0, 0.6),
        (40, 1, 0.7),
        (40, 2, 0.775),
        (40, 3, 0.83125),
        (40, 9, 0.83125),  # the fourth alert says nothing new
        (100, 1, 0.25),  # an alert on a healthy customer still counts
        (None, 0, 0.5),
        (None, 1, 0.625),
    ],
)
def test_risk(score, open_alerts, expected):
    assert risk(score, open_alerts) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arr", "mean", "expected"),
    [
        (4_800_000, 4_800_000, 1),
        (9_600_000, 4_800_000, 2),
        (0, 4_800_000, 0),
        (None, 4_800_000, 1),
        (5, 0, 1),
        (5, None, 1),
    ],
)
def test_value(arr, mean, expected):
    assert value(arr, mean) == expected


@pytest.mark.parametrize(
    ("left", "expected"), [(0, 1), (-30, 1), (90, 1 / 2), (180, 1 / 3), (270, 1 / 4), (None, 90 / 455)]
)
def test_nearness(left, expected):
    assert nearness(left) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"score": 41, "alerts": 1, "arr": 48, "typical": 48, "days": 23}, 0.551549),
        ({"score": 41, "alerts": 0, "arr": 48, "typical": 48, "days": 23}, 0.469912),
        ({"score": None, "alerts": 0, "arr": None, "typical": None, "days": None}, 0.098901),
        ({"score": 0, "alerts": 0, "arr": 1, "typical": 1, "days": 0}, 1),
    ],
)
def test_urgency(line, expected):
    assert urgency(**line) == pytest.approx(expected, abs=1e-6)


@given(scores, alerts, money, typical, days)
def test_worse_is_never_less_urgent(score, count, arr, mean, left):
    line = {"score": score, "alerts": count, "arr": arr, "typical": mean, "days": left}
    at = urgency(**line)
    assert at >= 0
    assert urgency(**line | {"alerts": count + 1}) >= at
    if score is not None:
        assert urgency(**line | {"score": score / 2}) >= at
    if arr is not None:
        assert urgency(**line | {"arr": arr * 2}) >= at
    if left is not None:
        assert urgency(**line | {"days": left - 1}) >= at


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scores, alerts, money, typical, days, chances)
def test_postgresql_computes_the_same(db, score, count, arr, mean, left, chance):
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {SQL} from (select %s::float8 as risk, %s::numeric(4,1) as health_score, %s::bigint as alerts,"
            " %s::bigint as arr_minor, %s::numeric as typical, %s::int as days) as line",
            [chance, score, count, arr, mean, left],
        )
        (computed,) = cursor.fetchone()
    line = {"score": score, "alerts": count, "arr": arr, "typical": mean, "days": left, "chance": chance}
    assert computed == pytest.approx(urgency(**line))


@given(scores, alerts, money, typical, days, st.floats(0, 0.99))
def test_a_larger_chance_of_leaving_is_never_less_urgent(score, count, arr, mean, left, chance):
    line = {"score": score, "alerts": count, "arr": arr, "typical": mean, "days": left}
    assert urgency(**line, chance=min(chance + 0.01, 1)) >= urgency(**line, chance=chance)


def test_the_chance_of_leaving_counts_where_it_is_known():
    line = {"score": 90, "alerts": 1, "arr": 48, "typical": 48, "days": 0}
    assert urgency(**line) == pytest.approx(1 - 0.9 * 0.75)
    assert urgency(**line, chance=0.6) == pytest.approx(1 - 0.4 * 0.75)
    assert urgency(**line | {"score": None}, chance=0.6) == pytest.approx(1 - 0.4 * 0.75)
