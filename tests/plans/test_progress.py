from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from plans import progress
from plans.actions import limits
from plans.progress import Course, Standing

FIRST = date(2026, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


UP = Course(baseline=20, target=120, starts_on=day(0), due_on=day(100))
DOWN = Course(baseline=14, target=4, starts_on=day(0), due_on=day(100))


@pytest.mark.parametrize(
    ("course", "value", "on", "attained", "expected", "pace", "standing"),
    [
        (UP, 70, 50, 0.5, 0.5, 1.0, Standing.ON_TRACK),
        (UP, 65, 50, 0.45, 0.5, 0.9, Standing.ON_TRACK),
        (UP, 45, 50, 0.25, 0.5, 0.5, Standing.BEHIND),
        (UP, 95, 50, 0.75, 0.5, 1.0, Standing.AHEAD),
        (UP, 20, 50, 0.0, 0.5, 0.0, Standing.BEHIND),
        (UP, 10, 50, -0.1, 0.5, 0.0, Standing.BEHIND),
        (UP, 220, 50, 2.0, 0.5, 1.0, Standing.AHEAD),
        (UP, 20, 0, 0.0, 0.0, None, Standing.ON_TRACK),
        (UP, 20, -10, 0.0, 0.0, None, Standing.ON_TRACK),
        (UP, 45, -10, 0.25, 0.0, None, Standing.AHEAD),
        (UP, 119, 100, 0.99, 1.0, 0.99, Standing.BEHIND),
        (UP, 120, 100, 1.0, 1.0, 1.0, Standing.ON_TRACK),
        (UP, 120, 400, 1.0, 1.0, 1.0, Standing.ON_TRACK),
        (DOWN, 9, 50, 0.5, 0.5, 1.0, Standing.ON_TRACK),
        (DOWN, 14, 50, 0.0, 0.5, 0.0, Standing.BEHIND),
        (DOWN, 4, 50, 1.0, 0.5, 1.0, Standing.AHEAD),
        (DOWN, 20, 50, -0.6, 0.5, 0.0, Standing.BEHIND),
    ],
)
def test_what_was_attained_is_held_against_the_straight_line(course, value, on, attained, expected, pace, standing):
    found = progress.measured(course, day(on), value=value, read_on=day(on))
    assert found.attained == pytest.approx(attained)
    assert found.expected == pytest.approx(expected)
    assert found.pace == (None if pace is None else pytest.approx(pace))
    assert (found.value, found.standing, found.is_met) == (value, standing, attained >= 1)


@pytest.mark.parametrize(
    ("on", "closed", "standing"),
    [
        (50, {}, Standing.UNREAD),
        (-1, {}, Standing.COMING),
        (0, {}, Standing.UNREAD),
        (400, {}, Standing.UNREAD),
        (50, {"reached_on": day(40)}, Standing.REACHED),
        (50, {"ended_on": day(40)}, Standing.ENDED),
    ],
)
def test_nothing_read_is_no_zero(on, closed, standing):
    found = progress.measured(UP, day(on), value=None, read_on=None, **closed)
    assert (found.value, found.attained, found.pace, found.standing, found.is_met) == (
        None,
        None,
        None,
        standing,
        False,
    )


@pytest.mark.parametrize(
    ("due", "done", "late"), [(10, None, -10), (0, None, 0), (-3, None, 3), (-3, -3, 0), (-3, -1, 2), (5, -2, -7)]
)
def test_days_late(due, done, late):
    assert progress.days_late(day(due), None if done is None else day(done), FIRST) == late


NUMBERS = st.floats(-limits.MOST, limits.MOST)


@given(baseline=NUMBERS, target=NUMBERS, value=st.floats(allow_nan=False, allow_infinity=False),
       length=st.integers(1, 20_000), on=st.integers(-20_000, 40_000))  # fmt: skip
@example(baseline=0.0, target=1e-8, value=1.7e308, length=1, on=1)
def test_shares_stay_in_their_bounds_and_begin_and_end_where_the_goal_does(baseline, target, value, length, on):
    assume(not limits.is_same(baseline, target))
    course = Course(baseline, target, FIRST, day(length))

    found = progress.measured(course, day(on), value=value, read_on=day(on))

    assert abs(found.attained) <= progress.FARTHEST
    assert 0 <= found.expected <= 1
    assert found.pace is None or 0 <= found.pace <= 1
    assert (found.pace is None) == (found.expected == 0)
    assert found.standing in {Standing.AHEAD, Standing.ON_TRACK, Standing.BEHIND}
    assert (progress.attained(course, baseline), progress.attained(course, target)) == (0, 1)
    assert (progress.expected(course, FIRST), progress.expected(course, day(length))) == (0, 1)


@given(days=st.lists(st.integers(-100, 400), min_size=2, max_size=2), length=st.integers(1, 300))
def test_the_line_never_falls(days, length):
    course = Course(0, 1, FIRST, day(length))
    earlier, later = sorted(days)
    assert progress.expected(course, day(earlier)) <= progress.expected(course, day(later))
