"""What is agreed with a customer, counted by hand: odds of leaving, as points of 20 for each doubling."""

import pytest

from health.parts import DEFAULT_WEIGHTS
from risk import columns
from risk.prediction.card import PER_LOG_ODDS


def points(log_odds):
    return None if log_odds is None else round(PER_LOG_ODDS * log_odds)


@pytest.mark.parametrize(
    ("horizon_days", "expected"),
    [  # ended; ends within 0-1, 2-3, 4-6, 7 and more months; no contract
        (30, [32, 20, 0, 0, 0, None]),
        (60, [32, 32, 0, 0, 0, None]),
        (90, [32, 32, 20, 0, 0, None]),
        (180, [32, 32, 32, 20, 0, None]),
    ],
)
def test_an_end_within_the_horizon_is_three_times_the_odds_and_two_where_it_may_be(horizon_days, expected):
    assert [points(one) for one in columns.renewal_by_hand(horizon_days)] == expected


def test_renewing_by_itself_halves_the_odds_and_a_month_gathers_less_than_a_year():
    *_, contract = columns.columns(DEFAULT_WEIGHTS, 90)
    assert [points(one) for one in contract.hand] == [0, -20, -12]


def test_facts_of_the_contract_have_no_weight_in_the_health_score():
    told = columns.columns(DEFAULT_WEIGHTS, 90)
    assert tuple(one.name for one in told) == columns.NAMES
    assert [one.name for one in told if one.weight == 0] == [columns.RENEWAL, columns.AGE, columns.CONTRACT]
    assert sum(one.weight for one in told) == 100
