import pytest

from lib import scales


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([None, None], []),
        ([1, 2, 3], [[0, 1, 2]]),
        ([1, None, 3], [[0], [2]]),
        ([None, 0, 0, None, 5], [[1, 2], [4]]),
    ],
)
def test_runs_are_cut_where_a_value_is_missing(values, expected):
    assert scales.runs(values) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (0, 9, [0, 2.5, 5, 7.5, 10]),
        (41, 58, [40, 45, 50, 55, 60]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (0, 0.4, [0, 0.1, 0.2, 0.3, 0.4]),
        (50, 50, [40, 60]),
        (0, 0, [0, 0.25]),
    ],
)
def test_ticks_are_round_and_cover_the_range(low, high, expected):
    found = scales.ticks(low, high)

    assert found[0] <= low
    assert found[-1] >= high
    assert found == expected


def test_spread_moves_labels_apart_and_keeps_their_order():
    assert scales.spread([10, 50, 12], 14) == [10, 50, 24]
    assert scales.spread([], 14) == []


def test_known_drops_what_is_missing():
    assert scales.known([1, None], [None, 0]) == [1.0, 0.0]
