"""Each part by examples worked by hand."""

from datetime import timedelta

import pytest

from health.parts import DEFAULT_WEIGHTS, PARTS, PLACES, band_of, from_numbers, to_numbers
from tests.builders import TODAY
from tests.health.reference import Known
from tests.health.test_scoring import LONG_AGO, ago, part, parts_of, score_of, store

YEAR = (LONG_AGO, TODAY + timedelta(days=100))


def daily(last: float, before: float) -> dict:
    return {ago(age): (last if age < 28 else before) for age in range(56)}


def test_default_weights_total_100_in_the_order_of_the_parts():
    assert list(DEFAULT_WEIGHTS) == PARTS
    assert sum(DEFAULT_WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("score", "coverage", "band"),
    [
        (None, 1.0, ""), (70, 0.24, ""), (70, 0.25, "healthy"), (69.9, 1, "watch"),
        (50, 1, "watch"), (49.9, 1, "at_risk"), (0, 1, "at_risk"),
    ],
)  # fmt: skip
def test_bands(score, coverage, band):
    assert band_of(score, coverage) == band


@pytest.mark.parametrize(
    ("readings", "value", "coverage"),
    [
        (daily(10, 10), 77.8, 1.0),  # unchanged
        (daily(13, 10), 100.0, 1.0),
        (daily(5, 10), 1.2, 1.0),  # halved
        (daily(0, 10), 0.0, 1.0),
        ({ago(40): 500.0}, 0.0, 0.04),  # it stopped
        ({ago(3): 500.0}, None, 0.0),  # nothing to compare with
        ({ago(56): 500.0, ago(-1): 3.0}, None, 0.0),  # outside the window
        ({ago(age): 10.0 for age in range(35)}, 77.8, 0.75),  # read for 35 days: the same rate, not growth
        ({}, None, 0.0),
    ],
)
def test_usage_trend(workspace, readings, value, coverage):
    found = part(Known(key_actions=readings), "usage_trend")
    assert (found["value"], found["coverage"]) == (value, coverage)


def test_usage_trend_falls_back_to_logins_then_active_users(workspace):
    assert part(Known(logins=daily(5, 10), active_users=daily(13, 10)), "usage_trend")["metric"] == "logins"
    assert part(Known(active_users=daily(13, 10)), "usage_trend")["metric"] == "active_users"
    assert part(Known(key_actions={ago(1): 1.0}, logins=daily(5, 10)), "usage_trend")["value"] is None


@pytest.mark.parametrize("absurd", [float("nan"), float("inf"), -5.0, 1e300, 5e-324])
def test_absurd_readings_do_not_break_the_score(workspace, absurd):
    known = Known(
        key_actions=daily(absurd, 10) | {ago(30): absurd},
        seats_used={ago(1): absurd},
        active_users={ago(1): absurd},
        contracts=[(*YEAR, 10)],
    )
    row = score_of(store(known))
    assert 0 <= row.score <= 100


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (Known(seats_used={ago(1): 30.0, ago(2): 20.0}, contracts=[(*YEAR, 50)]), 50.0),
        (Known(seats_used={ago(1): 80.0}, contracts=[(*YEAR, 50)]), 100.0),
        (Known(seats_used={ago(1): 30.0}, contracts=[(*YEAR, 50), (*YEAR, 10)]), 50.0),
        (Known(seats_used={ago(14): 30.0}, active_users={ago(20): 10.0, ago(3): 5.0}, contracts=[(*YEAR, 50)]), 20.0),
        (Known(seats_used={ago(1): 30.0}), None),
        (Known(seats_used={ago(1): 30.0}, contracts=[(LONG_AGO, TODAY, 50)]), None),  # ended this day
        (Known(seats_used={ago(1): 30.0}, contracts=[(*YEAR, None)]), None),
        (Known(contracts=[(*YEAR, 50)]), None),
    ],
)
def test_licence_use(workspace, known, value):
    assert part(known, "licence_use")["value"] == value


@pytest.mark.parametrize(
    ("tickets", "seats", "value"),
    [
        ([(ago(5), ago(4), None)], 100, 98.0),  # 1 per 100 seats costs 2
        ([(ago(5), ago(4), None)], 5, 92.0),  # fewer than 25 seats count as 25
        ([(ago(5), ago(4), None)], None, 96.0),  # unknown seats count as 50
        ([(ago(40), ago(39), None)], 100, 100.0),
        ([(ago(40), None, None)], 100, 90.0),  # waiting
        ([(ago(7), None, None)], 100, 98.0),  # seven days are not over seven
        ([(ago(8), None, None)], 100, 88.0),
        ([(ago(40), ago(39), ago(2))], 100, 90.0),  # reopened
        ([(ago(2), None, None)] * 30, 100, 60.0),
        ([(ago(200), None, None)] * 9, 100, 60.0),
        ([(ago(-1), None, None)], 100, None),  # not yet
    ],
)
def test_support_load(workspace, tickets, seats, value):
    known = Known(tickets=tickets, contracts=[(*YEAR, seats)])
    assert part(known, "support_load")["value"] == value


def test_support_load_says_nothing_without_a_help_desk_and_little_of_who_never_asked(workspace):
    silent = store(Known())
    assert parts_of(score_of(silent))["support_load"]["value"] is None
    store(Known(tickets=[(ago(400), ago(399), None)]))
    asked = parts_of(score_of(silent))["support_load"]
    assert (asked["value"], asked["coverage"], asked["ever"]) == (100.0, 0.5, 0)


@pytest.mark.parametrize(
    ("known", "value", "coverage"),
    [
        (Known(csat={ago(0): [1]}), 40.0, 0.5),  # (0 + 2 x 60) / 3
        (Known(csat={ago(0): [2]}), 40.0, 0.5),  # every bad answer is 0
        (Known(nps={ago(0): [6]}), 40.0, 0.5),
        (Known(csat={ago(0): [5]}), 73.3, 0.5),
        (Known(nps={ago(0): [10]}), 73.3, 0.5),
        (Known(nps={ago(0): [8]}), 56.7, 0.5),
        (Known(csat={ago(0): [5, 5]}), 80.0, 1.0),
        (Known(csat={ago(60): [5]}), 68.0, 0.25),  # half its weight
        (Known(csat={ago(365): [5]}), None, 0.0),
    ],
)
def test_survey_voice(workspace, known, value, coverage):
    found = part(known, "survey_voice")
    assert (found["value"], found["coverage"]) == (value, coverage)


@pytest.mark.parametrize(
    ("days", "value"), [([ago(0)], 100.0), ([ago(45), ago(90)], 50.0), ([ago(900)], 0.0), ([ago(-1)], None), ([], None)]
)
def test_engagement(workspace, days, value):
    assert part(Known(two_way=days), "engagement")["value"] == value


def test_missing_is_neither_zero_nor_fine(workspace):
    row = score_of(store(Known(two_way=[ago(45)])))
    assert (float(row.score), row.coverage, row.band) == (50.0, 0.15, "")
    assert [p["points"] for p in row.parts] == [None, None, None, None, 50.0]


def test_nothing_known_is_no_score(workspace):
    row = score_of(store(Known()))
    assert (row.score, row.band, row.coverage) == (None, "", 0)


def test_points_add_up_exactly(workspace):
    known = Known(
        key_actions=daily(9, 10),
        seats_used={ago(1): 33.0},
        contracts=[(*YEAR, 57)],
        tickets=[(ago(3), None, None)],
        csat={ago(7): [4, 3]},
        two_way=[ago(17)],
    )
    row = score_of(store(known))
    assert round(sum(p["points"] for p in row.parts), 1) == float(row.score)


def test_a_past_day_is_scored_by_what_was_known_then(workspace):
    account = store(Known(two_way=[ago(10)], tickets=[(ago(40), ago(20), None)]))
    assert parts_of(score_of(account, ago(11)))["engagement"]["value"] is None
    assert parts_of(score_of(account, ago(30)))["support_load"]["waiting"] == 1
    assert parts_of(score_of(account))["support_load"]["waiting"] == 0


def test_a_conversation_in_another_age_is_worth_nothing(workspace):
    found = part(Known(two_way=[TODAY.replace(year=1)]), "engagement")
    assert (found["value"], found["days"] > 700_000) == (0.0, True)


def test_parts_are_stored_as_numbers_and_read_back():
    parts = from_numbers([None] * len(PLACES))
    assert parts == []
    parts = [
        {"key": "usage_trend", "weight": 30, "value": 77.8, "points": 23.3, "coverage": 1.0}
        | {"metric": "logins", "last": 1240, "before": None},
        {"key": "survey_voice", "weight": 25, "value": 40.0, "points": -0.0, "coverage": 0.5}
        | {"n": 3, "mean": 90, "rest": 60, "on": "2026-06-15"},
    ]
    assert from_numbers(to_numbers(parts)) == parts
    assert "-" not in str(from_numbers(to_numbers(parts))[1]["points"])
