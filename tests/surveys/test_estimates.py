"""The formulas, against numbers worked out elsewhere, bounds, mirrors, and how often they hold."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import estimates
from surveys.estimates import Score, Tally


def nps_of(promoters, passives, detractors):
    return estimates.nps(Tally.of([1] * promoters + [0] * passives + [-1] * detractors))


def share_of(hits, n):
    return estimates.share(Tally.of([1] * hits + [0] * (n - hits)))


def ease_of(*values):
    return estimates.mean(Tally.of(values), (1, 7))


# ------------------------------------------------------------------ tables of examples
@pytest.mark.parametrize(
    ("counts", "value", "middle", "margin"),
    [
        ((5, 3, 2), 30.0, 23.0769, 42.1283),
        ((50, 30, 20), 30.0, 29.1262, 15.0754),
        ((180, 120, 60), 33.3333, 33.0579, 7.6708),
        ((3, 4, 3), 0.0, 0.0, 41.2899),
        ((0, 10, 0), 0.0, 0.0, 18.4654),
    ],
)
def test_nps_with_the_adjusted_interval(counts, value, middle, margin):
    score = nps_of(*counts)
    assert (score.value, score.low, score.high) == pytest.approx((value, middle - margin, middle + margin), abs=2e-4)


@pytest.mark.parametrize(
    ("counts", "value", "low", "high"),
    [
        ((10, 0, 0), 100.0, 76.9231 - 29.4201, 100.0),  # cut at the end of the scale
        ((0, 0, 5), -100.0, -100.0, -62.5 + 45.0094),
        ((1, 0, 0), 100.0, 25.0 - 73.5, 100.0),  # and never without the score itself
    ],
)
def test_nps_at_the_ends_of_its_scale(counts, value, low, high):
    score = nps_of(*counts)
    assert (score.value, score.low, score.high) == pytest.approx((value, low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(8, 10, 49.0, 94.3), (80, 100, 71.1, 86.7), (42, 50, 71.5, 91.7), (5, 5, 56.6, 100), (0, 5, 0, 43.4)],
)
def test_a_share_with_wilsons_interval(hits, n, low, high):
    score = share_of(hits, n)
    assert (score.value, score.low, score.high) == pytest.approx((100 * hits / n, low, high), abs=0.05)


def test_a_mean_with_students_interval():
    # s = 1.5811, t(4) = 2.7764: 5 +- 1.9632
    score = ease_of(3, 4, 5, 6, 7)
    assert (score.value, score.low, score.high) == pytest.approx((5.0, 3.0368, 6.9632), abs=5e-3)
    assert ease_of(1, 2, 6, 7).high == 7.0


def test_equal_answers_do_not_claim_to_be_exact():
    assert ease_of(*[6] * 10).low == pytest.approx(6 - 2.2622 * (1 / 12 / 10) ** 0.5, abs=5e-4)
    assert share_of(5, 5).low < 60
    assert nps_of(10, 0, 0).low < 50


def test_one_answer_has_no_mean_interval():
    assert ease_of(4) == Score(1, 4.0, None, None, 1)


def test_no_answers_are_no_score_and_not_zero():
    assert nps_of(0, 0, 0) == share_of(0, 0) == ease_of() == Score(0)
    assert nps_of(1, 0, 1).value == 0.0


def test_an_account_with_one_answer_counts_as_that_answer():
    """Means of accounts go through the same formulas: three accounts of one answer are three answers."""
    answers, accounts = Tally.of([1, 1, -1]), Tally(3, 3, 1.0, 3.0)
    assert estimates.nps(answers) == estimates.nps(accounts)
    split = Tally(4, 2, 1.0, 1.0)  # one account of +1 and +1, one of +1 and -1
    assert (estimates.nps(split).value, estimates.nps(split).n, estimates.nps(split).units) == (50.0, 4, 2)


# ------------------------------------------------------------------ differences
def test_a_change_is_one_only_if_it_is():
    before, after = nps_of(50, 30, 20), nps_of(55, 30, 15)
    small = estimates.difference(after, before)
    assert (small.by, small.is_real) == (pytest.approx(10.0), False)
    assert small.low == pytest.approx(-10.9, abs=0.2)
    large = estimates.difference(nps_of(500, 300, 200), nps_of(550, 300, 150))
    assert (large.by, large.is_real) == (pytest.approx(-10.0), True)


def test_a_difference_of_shares_is_newcombes():
    found = estimates.difference(share_of(56, 70), share_of(48, 80))
    assert (found.low, found.high) == pytest.approx((5.24, 33.39), abs=5e-3)


@pytest.mark.parametrize("other", [Score(0), Score(1, 4.0, None, None, 1)])
def test_nothing_differs_from_what_has_no_interval(other):
    assert estimates.difference(ease_of(4, 5), other) is None
    assert estimates.difference(other, ease_of(4, 5)) is None


def test_each_is_compared_with_the_one_before_that_has_a_value():
    found = estimates.in_turn([Score(0), nps_of(5, 0, 0), Score(0), nps_of(0, 0, 5)])
    assert [one and (one.by, one.is_real) for one in found] == [None, None, None, (-200.0, True)]


def test_many_comparisons_share_one_chance():
    assert estimates.z_of_many(1) == 1.96
    assert estimates.z_of_many(10) == pytest.approx(2.807, abs=5e-4)


# ------------------------------------------------------------------ what always holds
tallies = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).filter(any)


@given(tallies)
def test_nps_is_bounded_and_mirrors(counts):
    score, mirror = nps_of(*counts), nps_of(*reversed(counts))
    assert -100 <= score.low <= score.value <= score.high <= 100
    assert score.low < score.high
    assert (mirror.value, mirror.low, mirror.high) == pytest.approx((-score.value, -score.high, -score.low))


@given(st.lists(st.integers(1, 7), min_size=2, max_size=80))
def test_a_mean_is_bounded_and_mirrors(values):
    score, mirror = ease_of(*values), ease_of(*(8 - value for value in values))
    assert 1 <= score.low <= score.value <= score.high <= 7
    assert score.low < score.high
    assert (mirror.value, mirror.low, mirror.high) == pytest.approx((8 - score.value, 8 - score.high, 8 - score.low))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40))
def test_means_of_accounts_are_bounded(marks):
    score = estimates.nps(Tally.of(marks))
    assert -100 <= score.low <= score.value <= score.high <= 100


@given(tallies, tallies)
def test_a_difference_turned_round_is_its_mirror(one, other):
    found, turned = (
        estimates.difference(nps_of(*one), nps_of(*other)),
        estimates.difference(nps_of(*other), nps_of(*one)),
    )
    assert (found.by, found.low, found.high) == pytest.approx((-turned.by, -turned.high, -turned.low))
    assert found.is_real == turned.is_real


@given(tallies, tallies)
def test_tallies_add_up_and_come_apart(one, other):
    first, second = (Tally.of([1] * p + [0] * n + [-1] * d) for p, n, d in (one, other))
    assert (first + second) - second == first


# ------------------------------------------------------------------ how often it holds
ROUNDS = 1500


def held(score_of, truth, draw, n):
    """How often the interval of `n` answers holds the truth."""
    dice = random.Random(20261122)
    scores = (score_of([draw(dice) for _ in range(n)]) for _ in range(ROUNDS))
    return sum(score.low <= truth <= score.high for score in scores) / ROUNDS


@pytest.mark.parametrize("n", [5, 10, 30, 100])
@pytest.mark.parametrize("weights", [(0.5, 0.3, 0.2), (0.8, 0.15, 0.05), (0.3, 0.4, 0.3)])
def test_the_nps_interval_holds_nineteen_times_out_of_twenty(weights, n):
    truth = 100 * (weights[0] - weights[2])
    found = held(
        lambda marks: estimates.nps(Tally.of(marks)), truth, lambda dice: dice.choices((1, 0, -1), weights)[0], n
    )
    assert found >= 0.925


@pytest.mark.parametrize("n", [5, 10, 30, 100])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_the_interval_of_a_share_holds(share, n):
    found = held(
        lambda marks: estimates.share(Tally.of(marks)), 100 * share, lambda dice: int(dice.random() < share), n
    )
    assert found >= 0.915  # Wilson's holds 95 % on average over shares, not for each


@pytest.mark.parametrize("n", [5, 10, 30])
@pytest.mark.parametrize("weights", [(1, 1, 1, 1, 1, 1, 1), (0, 1, 2, 3, 5, 6, 3), (0, 0, 0, 0, 1, 4, 5)])
def test_the_interval_of_a_mean_holds(weights, n):
    truth = sum((value + 1) * weight for value, weight in enumerate(weights)) / sum(weights)
    found = held(
        lambda values: estimates.mean(Tally.of(values), (1, 7)),
        truth,
        lambda dice: dice.choices(range(1, 8), weights)[0],
        n,
    )
    assert found >= 0.925


@pytest.mark.parametrize("n", [10, 40])
def test_chance_alone_is_called_a_change_once_in_twenty(n):
    dice = random.Random(5)
    weights = (0.5, 0.3, 0.2)

    def draw():
        return estimates.nps(Tally.of(dice.choices((1, 0, -1), weights, k=n)))

    assert sum(estimates.difference(draw(), draw()).is_real for _ in range(4000)) / 4000 <= 0.065
