"""The formulas, against numbers worked out elsewhere."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import estimates
from surveys.measures import usual
from surveys.scales import scale


def test_nps_of_counts_by_value():
    score = usual("nps").score_of({10: 3, 9: 2, 8: 1, 7: 2, 6: 1, 0: 1})
    assert (score.n, score.value, score.is_thin) == (10, 30.0, False)
    assert (score.low, score.high) == pytest.approx((23.0769 - 42.1283, 23.0769 + 42.1283), abs=1e-4)


def test_csat_is_the_share_of_four_and_five():
    score = usual("csat").score_of({5: 6, 4: 2, 3: 1, 1: 1})
    assert (score.n, score.value) == (10, 80.0)
    assert (score.low, score.high) == pytest.approx((49.0, 94.3), abs=0.05)


@pytest.mark.parametrize("metric", ["csat", "ces", "nps"])
def test_no_answers_are_no_score_and_not_zero(metric):
    assert usual(metric).score_of({}) == usual(metric).score_of({5: 0}) == estimates.Score(0)


def test_few_answers_say_so():
    assert [usual("csat").score_of({5: n}).is_thin for n in (0, 4, 5)] == [True, True, False]


@pytest.mark.parametrize(
    ("metric", "value", "rating", "is_bad"),
    [
        ("csat", 1, 0, True),
        ("csat", 2, 25, True),
        ("csat", 3, 50, False),
        ("csat", 5, 100, False),
        ("nps", 0, 0, True),
        ("nps", 6, 60, True),
        ("nps", 7, 70, False),
        ("nps", 10, 100, False),
    ],
)
def test_values_move_onto_one_scale(metric, value, rating, is_bad):
    assert (scale(metric).rating(value), scale(metric).is_bad(value)) == (rating, is_bad)


answers = st.sampled_from(["csat", "nps"]).flatmap(
    lambda metric: st.tuples(st.just(metric), st.lists(st.sampled_from(scale(metric).values), min_size=1, max_size=60))
)


@given(answers)
def test_a_score_stays_on_its_scale_and_its_interval_has_width(given_answers):
    metric, values = given_answers
    score = usual(metric).score_of(Counter(values))
    bottom = 0 if metric == "csat" else -100
    assert score.n == len(values)
    assert bottom <= score.value <= 100
    assert bottom <= score.low < score.high <= 100


@given(answers)
def test_a_better_answer_never_lowers_a_score(given_answers):
    metric, values = given_answers
    better = [max(values[0], scale(metric).values[-1]), *values[1:]]
    before, after = usual(metric).score_of(Counter(values)), usual(metric).score_of(Counter(better))
    assert (after.value, after.low, after.high) >= (before.value, before.low, before.high)


@given(answers, st.integers(2, 5))
def test_more_of_the_same_narrows_the_interval(given_answers, times):
    metric, values = given_answers
    one, many = (usual(metric).score_of(Counter(values * n)) for n in (1, times))
    assert many.value == pytest.approx(one.value)
    assert many.high - many.low <= one.high - one.low + 1e-9
