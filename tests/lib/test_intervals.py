"""Intervals, against numbers from the literature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import intervals


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe, "Two-sided confidence intervals for the single proportion" (1998)
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(hits, n, low, high):
    assert intervals.wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),  # Newcombe, "Interval estimation for the difference" (1998), table II
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe(counts, low, high):
    assert intervals.difference(*counts) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("freedom", "z", "t"),
    [
        (1, 1.959964, 12.7062),  # the table in Fisher, Statistical Methods for Research Workers
        (2, 1.959964, 4.3027),
        (3, 1.959964, 3.1824),
        (5, 1.959964, 2.5706),
        (10, 1.959964, 2.2281),
        (30, 1.959964, 2.0423),
        (120, 1.959964, 1.9799),
        (2, 2.575829, 9.9248),
        (5, 2.575829, 4.0321),
        (20, 2.575829, 2.8453),
    ],
)
def test_student(freedom, z, t):
    assert intervals.student(freedom, z) == pytest.approx(t, rel=2e-3)


counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counted, counted)
def test_a_difference_turned_round_is_its_mirror(one, other):
    low, high = intervals.difference(*one, *other)
    assert -1.000001 < low <= one[0] / one[1] - other[0] / other[1] <= high < 1.000001
    assert intervals.difference(*other, *one) == pytest.approx((-high, -low))


@given(counted, st.floats(1.0, 3.0))
def test_wilson_of_the_rest_is_the_rest(one, z):
    hits, n = one
    low, high = intervals.wilson(hits, n, z)
    assert intervals.wilson(n - hits, n, z) == pytest.approx((1 - high, 1 - low))


@given(st.integers(1, 200), st.floats(1.0, 2.8))
def test_student_is_wider_than_normal_and_narrows(freedom, z):
    assert z < intervals.student(freedom + 1, z) < intervals.student(freedom, z)
