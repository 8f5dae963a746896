"""Measures against values worked out elsewhere, against slow definitions, and where they have no value."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk.prediction import measures

SCORES = st.integers(1, 40).flatmap(
    lambda size: st.tuples(
        arrays(np.bool_, size),
        arrays(np.float64, size, elements=st.integers(0, 6).map(float)),
        arrays(np.float64, size, elements=st.integers(0, 3).map(float)),
    )
)


def labels(text):
    return np.array([one == "1" for one in text])


def by_pairs(label, risk, weight):
    """Mann and Whitney's definition: every pair of one who left and one who stayed."""
    wins = pairs = 0.0
    for one in np.flatnonzero(label):
        for other in np.flatnonzero(~label):
            count = weight[one] * weight[other]
            pairs += count
            wins += count * (0.5 * (risk[one] == risk[other]) + (risk[one] > risk[other]))
    return wins / pairs if pairs else None


# ------------------------------------------------------------------------------------------------------- ranking
@pytest.mark.parametrize(
    ("label", "risks", "expected"),
    [
        ("0011", [0.1, 0.4, 0.35, 0.8], 0.75),  # the example of scikit-learn's manual
        ("01", [0, 1], 1.0),
        ("01", [1, 0], 0.0),
        ("0101", [5, 5, 5, 5], 0.5),
        ("011", [1, 1, 2], 0.75),
        ("000", [1, 2, 3], None),
        ("111", [1, 2, 3], None),
        ("", [], None),
    ],
)
def test_auc(label, risks, expected):
    assert measures.auc(labels(label), np.array(risks, dtype=float)) == expected


@settings(max_examples=50)
@given(SCORES)
def test_auc_is_the_share_of_pairs_in_order_and_weights_count_rows(drawn):
    label, risk, weight = drawn
    expected = by_pairs(label, risk, weight)

    found = measures.Ranking(label, risk).auc(weight)

    assert found == pytest.approx(expected) if expected is not None else found is None
    repeated = np.repeat(np.arange(len(label)), weight.astype(int))
    assert measures.auc(label[repeated], risk[repeated]) == (pytest.approx(found) if found is not None else None)


@pytest.mark.parametrize(
    ("label", "risks", "share", "expected"),
    [
        ("1000000000", range(10, 0, -1), 0.1, 10.0),
        ("0000000001", range(10, 0, -1), 0.1, 0.0),
        ("1100000000", range(10, 0, -1), 0.5, 2.0),
        ("1010101010", [7] * 10, 0.1, 1.0),  # all alike: as good as chance
        ("1000", [9, 9, 1, 0], 0.25, 2.0),  # half of the two that tie at the border
        ("0000", range(4), 0.5, None),
        ("", [], 0.1, None),
        ("10", [1, 2], 0.0, None),
        ("11", [1, 2], 0.5, 1.0),
    ],
)
def test_lift(label, risks, share, expected):
    found = measures.lift(labels(label), np.array(list(risks), dtype=float), share)

    assert found == (pytest.approx(expected) if expected is not None else None)


def test_capture_rises_to_everything():
    found = measures.capture(labels("1101000000"), np.arange(10, 0, -1.0), [0.0, 0.1, 0.2, 0.4, 1.0])

    assert found == pytest.approx([0.0, 1 / 3, 2 / 3, 1.0, 1.0])
    assert measures.capture(labels("00"), np.array([1.0, 2.0]), [0.5]) is None


@settings(max_examples=50)
@given(SCORES, st.randoms())
def test_order_of_rows_does_not_matter(drawn, random):
    label, risk, _ = drawn
    shuffled = list(range(len(label)))
    random.shuffle(shuffled)

    for share in (0.1, 0.5):
        expected = measures.lift(label, risk, share)
        assert measures.lift(label[shuffled], risk[shuffled], share) == (
            pytest.approx(expected) if expected is not None else None
        )


# ------------------------------------------------------------------------------------------------- probabilities
def test_brier():
    # The example of scikit-learn's manual.
    assert measures.brier(labels("0110"), np.array([0.1, 0.9, 0.8, 0.3])) == pytest.approx(0.0375)
    assert measures.brier(labels(""), np.array([])) is None


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (17, 20, 0.6396, 0.9476),
        (15, 148, 0.0624, 0.1605),  # Newcombe, "Two-sided confidence intervals for the single proportion" (1998)
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(hits, count, low, high):
    assert measures.wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


def test_calibration_in_groups_from_the_lowest_up():
    chances = np.array([0.9, 0.1, 0.2, 0.8])

    low, high = measures.calibration(labels("1001"), chances, groups=2)

    assert (low.count, low.foretold, low.observed) == (2, pytest.approx(0.15), 0.0)
    assert (high.count, high.foretold, high.observed) == (2, pytest.approx(0.85), 1.0)
    assert high.low == pytest.approx(0.3424, abs=5e-5)


@pytest.mark.parametrize(("count", "groups"), [(0, 0), (3, 3), (25, 10)])
def test_calibration_has_no_empty_group(count, groups):
    found = measures.calibration(np.zeros(count, dtype=bool), np.linspace(0.1, 0.2, count))

    assert len(found) == groups
    assert sum(group.count for group in found) == count


def test_calibration_of_a_constant_is_one_group():
    (group,) = measures.calibration(labels("0001"), np.full(4, 0.25))

    assert (group.count, group.foretold, group.observed) == (4, 0.25, 0.25)


@pytest.mark.parametrize("stretch", [0.5, 1.0, 2.0])
def test_calibration_slope_undoes_the_stretch(stretch):
    random = np.random.default_rng(3)
    logit = random.normal(-1.0, 1.0, 40_000)
    left = random.random(40_000) < 1 / (1 + np.exp(-logit))

    assert measures.calibration_slope(left, 1 / (1 + np.exp(-stretch * logit))) == pytest.approx(1 / stretch, rel=0.06)


@pytest.mark.parametrize(
    ("label", "chances"),
    [
        ("", []),
        ("01", [0.5, 0.5]),  # constant
        ("00", [0.1, 0.9]),
        ("11", [0.1, 0.9]),
        ("0011", [0.1, 0.2, 0.8, 0.9]),  # separated: the slope has no upper end
        ("0011", [0.0, 0.0, 1.0, 1.0]),
    ],
)
def test_calibration_slope_is_undefined(label, chances):
    assert measures.calibration_slope(labels(label), np.array(chances, dtype=float)) is None


# --------------------------------------------------------------------------------------------------------- drift
def test_psi_by_hand():
    before, now = np.array([1.0] * 5 + [2.0] * 5), np.array([1.0] * 9 + [2.0])
    # Two groups and a missing one, half a row more in each: 5.5, 5.5, .5 against 9.5, 1.5, .5 of 11.5.
    expected = sum((b - n) / 11.5 * math.log(b / n) for b, n in ((5.5, 9.5), (5.5, 1.5), (0.5, 0.5)))

    assert measures.psi(before, now, groups=2) == pytest.approx(expected)


def test_psi_sees_what_went_missing_and_nothing_in_the_same_rows():
    values = np.arange(100.0)
    gone = np.where(values < 50, np.nan, values)

    assert measures.psi(values, values) == pytest.approx(0.0)
    assert measures.psi(values, gone) > 0.25
    assert measures.psi(np.full(9, np.nan), np.full(9, np.nan)) == pytest.approx(0.0)
    assert measures.psi(values, values[:0]) is None
    assert measures.psi(values[:0], values) is None


# ------------------------------------------------------------------------------------------------ sampling error
def test_redraws_keep_an_accounts_rows_together_and_repeat_with_the_seed():
    accounts = np.array([7, 3, 7, 9])

    drawn = list(measures.redraws(accounts, draws=50, seed=1))

    assert all(weights[0] == weights[2] and weights[0] + weights[1] + weights[3] == 3 for weights in drawn)
    assert len({weights.tobytes() for weights in drawn}) > 5
    assert np.array_equal(drawn, list(measures.redraws(accounts, draws=50, seed=1)))
    assert list(measures.redraws(accounts[:0], draws=5, seed=1)) == []


def test_bootstrap_of_independent_rows_has_the_error_of_theory():
    random = np.random.default_rng(0)
    values = random.normal(0.0, 1.0, 400)

    found = measures.bootstrap(np.arange(400), lambda weights: float(values @ weights / weights.sum()), draws=2000)

    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.08)


def test_repeated_rows_of_an_account_are_not_new_evidence():
    random = np.random.default_rng(5)
    left, risk = random.random(200) < 0.3, random.normal(0.0, 1.0, 200)
    once, often = measures.Ranking(left, risk), measures.Ranking(np.tile(left, 6), np.tile(risk, 6))

    one = measures.bootstrap(np.arange(200), once.auc)
    many = measures.bootstrap(np.tile(np.arange(200), 6), often.auc)

    assert (many.low, many.high) == pytest.approx((one.low, one.high))


@pytest.mark.parametrize("label", ["", "000", "111"])
def test_interval_is_none_where_the_measure_is(label):
    risks = np.arange(float(len(label)))

    assert measures.bootstrap(np.arange(len(label)), measures.Ranking(labels(label), risks).auc) is None


def test_interval_is_none_where_most_draws_cannot_say():
    assert measures.interval(0.7, [None, None, 0.7, 0.6]) is None
    assert measures.interval(0.7, [None, 0.6, 0.7, 0.8]).value == 0.7


@settings(max_examples=50)
@given(SCORES)
def test_nothing_is_ever_nan(drawn):
    label, risk, _ = drawn
    chances = risk / 6.0

    found = [
        measures.auc(label, risk),
        measures.lift(label, risk, 0.1),
        measures.brier(label, chances),
        measures.calibration_slope(label, chances),
        measures.psi(risk, risk[::-1]),
        *(number for group in measures.calibration(label, chances) for number in (group.low, group.high)),
    ]

    assert [one for one in found if one is not None and not math.isfinite(one)] == []
