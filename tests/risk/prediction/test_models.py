"""The two learners and the search for their least loss."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.prediction import anchored, binned, newton, points
from risk.prediction.columns import Column
from risk.prediction.measures import auc
from risk.prediction.steps import logits, places

TWO = [Column("usage", 3.0), Column("support", 1.0)]
RENEWAL = Column("months_to_renewal", edges=(2.0, 4.0, 7.0))


def world(seed, count=4000, effects=(-1.0, -0.5), base=-1.5):
    """Components around 50 with a spread of 20, some missing, and who left."""
    random = np.random.default_rng(seed)
    state = random.normal(0.0, 1.0, (count, len(effects)))
    left = random.random(count) < newton.sigmoid(base + state @ np.array(effects))
    values = np.where(random.random(state.shape) < 0.1, np.nan, 50.0 + 20.0 * state)
    return values, left


def gradient(model, values, left, strength):
    """The slope of the loss along each g_k, by the formula of the docstring."""
    filled = np.where(np.isnan(values), model.means, values)
    scaled = (filled - model.means) / model.deviations
    weights = np.array([column.weight for column in model.columns])
    hand = 0.75 * weights * model.deviations / (filled @ weights).std()
    chances = newton.sigmoid(model.intercept - scaled @ model.slopes)
    return -scaled.T @ (chances - left) + strength * (model.slopes - hand)


# ------------------------------------------------------------------------------------------------------ anchored
def test_anchored_finds_what_drives_departures():
    values, left = world(1)

    model = anchored.fit(values, left, TWO, strength=1.0)

    assert model.slopes == pytest.approx([0.95, 0.45], abs=0.1)
    assert sum(model.weights()) == pytest.approx(100)


def test_anchored_stays_at_the_hand_weights_when_held_firmly():
    values, left = world(1)
    model = anchored.fit(values, left, TWO, strength=1e9)

    assert model.slopes == pytest.approx(anchored.hand(values, left, TWO).slopes, abs=1e-4)
    assert model.weights() == pytest.approx([75.0, 25.0], abs=0.01)


@given(st.integers(0, 10_000), st.sampled_from([0.5, 10.0, 100.0]), st.integers(20, 200))
@settings(max_examples=40)
def test_anchored_is_the_best_point_without_a_negative_slope(seed, strength, count):
    values, left = world(seed, count, effects=(-0.5, 1.0, 0.0))
    columns = [*TWO, Column("unweighted")]
    model = anchored.fit(values, left, columns, strength)
    if not left.any() or left.all():
        return

    slopes = gradient(model, values, left, strength)

    assert (model.slopes >= 0).all()
    assert slopes[model.slopes > 0] == pytest.approx(0.0, abs=1e-3)
    assert (slopes[model.slopes == 0] >= -1e-3).all()  # raising it would not help


def test_anchored_does_not_turn_a_component_upside_down():
    values, left = world(2, effects=(-1.0, 0.8))

    model = anchored.fit(values, left, TWO, strength=1.0)

    assert model.slopes[1] == 0.0
    assert model.weights() == [100.0, 0.0]
    assert model.steps()[1].values == (0.0,)


def test_a_component_that_was_held_back_returns_when_another_is_dropped():
    mixed = np.random.default_rng(39)  # of 40 worlds of related components the first in which it happens
    mix = mixed.normal(0.0, 1.0, (4, 4))
    values = mixed.normal(0.0, 1.0, (200, 4)) @ mix
    chance = mixed.random(200)
    left = chance < newton.sigmoid(values @ mixed.normal(0.0, 1.0, 4))

    model = anchored.fit(values, left, [Column(name, float(name == "a")) for name in "abcd"], strength=0.1)

    slopes = gradient(model, values, left, 0.1)
    assert slopes[model.slopes > 0] == pytest.approx(0.0, abs=1e-3)
    assert (slopes[model.slopes == 0] >= -1e-3).all()


def test_anchored_repeats_itself_to_the_bit():
    values, left = world(3)

    one, other = (anchored.fit(values, left, TWO, 30.0) for _ in range(2))

    assert one.slopes.tobytes() == other.slopes.tobytes()
    assert one.intercept == other.intercept


def test_missing_counts_as_the_mean():
    values, left = world(4)
    model = anchored.fit(values, left, TWO, 10.0)
    rows = np.array([[np.nan, np.nan], model.means])

    assert logits(model, rows) == pytest.approx([model.intercept] * 2, abs=0.04)


def test_renewal_timing_enters_beside_the_health():
    values, left = world(5)
    random = np.random.default_rng(5)
    months = np.where(left, random.integers(0, 3, len(left)), random.integers(0, 12, len(left))).astype(float)
    months[::7] = np.nan
    with_timing = np.column_stack([values, months])

    model = anchored.fit(with_timing, left, [*TWO, RENEWAL], 100.0)

    soon, *_, late = model.steps()[2].values
    assert soon > 0.5 > 0.0 > late
    assert (
        auc(left, logits(model, with_timing)) > auc(left, logits(anchored.fit(values, left, TWO, 100.0), values)) + 0.05
    )
    assert model.weights()[2] == 0.0
    assert anchored.hand(with_timing, left, [*TWO, RENEWAL]).steps()[2].values == (0.0,) * 4


HAND = (1.1, 0.7, None, 0.0)
BY_HAND = Column("months_to_renewal", edges=(2.0, 4.0, 7.0), hand=HAND)
GAP = float("nan")


@pytest.mark.parametrize(
    ("hand", "months", "values", "missing"),
    [
        (HAND, [0.0, 3.0, 5.0, 9.0, 10.0, 11.0, GAP], (0.74, 0.34, 0.0, -0.36), 0.0),  # 0.36: the mean of five rows
        (HAND, [0.0] * 7, (0.0, -0.4, 0.0, -1.1), 0.0),
        (HAND, [GAP] * 7, (0.5, 0.1, 0.0, -0.6), 0.0),  # known of nobody: 0.6, the mean of the ranges
        (HAND, [5.0] * 7, (0.5, 0.1, 0.0, -0.6), 0.0),
        ((None,) * 4, [0.0, 3.0, 5.0, 9.0, 10.0, 11.0, GAP], (0.0,) * 4, 0.0),
        ((), [0.0, 3.0, 5.0, 9.0, 10.0, 11.0, GAP], (0.0,) * 4, 0.0),
    ],
)
def test_what_a_fact_counts_by_hand_is_less_its_mean(hand, months, values, missing):
    left = np.array([True, *[False] * 6])
    column = Column("months_to_renewal", edges=(2.0, 4.0, 7.0), hand=hand)

    (step,) = anchored.hand(np.array([months]).T, left, [column]).steps()

    assert (list(step.values), step.missing) == (pytest.approx(list(values)), missing)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 1.0])
def test_the_mean_risk_by_hand_is_the_share_that_left(share):
    values, _ = world(6, count=2000)
    months = np.random.default_rng(6).integers(0, 12, 2000).astype(float)
    left = np.arange(2000) < 2000 * share

    model = anchored.hand(np.column_stack([values, months]), left, [*TWO, BY_HAND])

    expected = share if 0 < share < 1 else (2000 * share + 0.5) / 2001
    risk = newton.sigmoid(logits(model, np.column_stack([values, months]))).mean()
    assert risk == pytest.approx(expected, rel=0.02)


def test_what_a_fact_counts_is_learned_from_where_the_hand_put_it():
    values, left = world(7, count=300, base=-4.0)
    months = np.random.default_rng(7).integers(0, 12, 300).astype(float)
    rows = np.column_stack([values, months])

    free = anchored.fit(rows, left, [*TWO, RENEWAL], 100.0).steps()[2].values
    held = anchored.fit(rows, left, [*TWO, BY_HAND], 100.0).steps()[2].values

    assert 0 < left.sum() < 20
    assert held[0] - held[3] > free[0] - free[3] + 0.5


@pytest.mark.parametrize(
    ("edges", "hand"), [((), (1.0,)), ((2.0,), (1.0,)), ((2.0,), (1.0, float("inf"))), ((2.0,), (1.0, 0.0, None))]
)
def test_what_is_set_by_hand_fits_the_ranges(edges, hand):
    with pytest.raises(ValueError, match="log-odds by hand"):
        Column("months", edges=edges, hand=hand)


def test_hand_weights_hold_below_and_above_what_was_seen_and_learned_ones_do_not():
    values, left = world(5)
    values = np.clip(values, 40.0, 60.0)
    rows = np.array([[0.0, 50.0], [40.0, 50.0], [60.0, 50.0], [100.0, 50.0]])

    lowest, low, high, highest = logits(anchored.hand(values, left, TWO), rows)
    assert lowest > low + 0.5 > high + 0.5 > highest + 1.0
    lowest, low, high, highest = logits(anchored.fit(values, left, TWO, 100.0), rows)
    assert (lowest, highest) == (low, high)


@pytest.mark.parametrize("left", [[False] * 6, [True] * 6])
def test_one_kind_of_outcome_leaves_the_hand_weights(left):
    values = np.arange(12.0).reshape(6, 2)
    hand = anchored.hand(values, np.array(left), TWO)
    model = anchored.fit(values, np.array(left), TWO, 10.0)

    assert model.slopes.tolist() == hand.slopes.tolist()
    assert model.intercept == hand.intercept
    assert newton.sigmoid(logits(model, values)).mean() == pytest.approx(13 / 14 if left[0] else 1 / 14, abs=0.002)


@pytest.mark.parametrize(
    "values",
    [np.full((5, 2), 40.0), np.full((5, 2), np.nan), np.zeros((0, 2))],
    ids=["constant", "all missing", "empty"],
)
@pytest.mark.parametrize("learn", [lambda *args: anchored.fit(*args, 10.0), anchored.hand, binned.fit])
def test_nothing_to_learn_from_is_a_model_all_the_same(values, learn):
    left = np.array([True, False, False, False, False])[: len(values)]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = learn(values, left, TWO)
        risk = logits(model, np.array([[10.0, np.nan], [90.0, 90.0]]))

    assert np.isfinite(risk).all()
    assert risk[0] == pytest.approx(risk[1])


def test_no_columns_at_all():
    left = np.array([True, False, False])

    for learn in (lambda *args: anchored.fit(*args, 10.0), binned.fit):
        model = learn(np.zeros((3, 0)), left, [])
        assert logits(model, np.zeros((1, 0))) == pytest.approx([np.log(1 / 2)], abs=1e-4)


def test_hand_score_takes_means_for_what_is_missing():
    means = np.array([40.0, np.nan])
    values = np.array([[80.0, 20.0], [np.nan, 20.0], [np.nan, np.nan]])

    assert anchored.hand_score(values, TWO, means).tolist() == [65.0, 35.0, 42.5]
    assert anchored.hand_score(values, [Column("a"), Column("b")], means).tolist() == [50.0] * 3


# -------------------------------------------------------------------------------------------------------- binned
def test_binned_finds_a_bend_that_a_line_cannot():
    random = np.random.default_rng(8)
    values = random.uniform(0.0, 100.0, (6000, 1))
    left = random.random(6000) < np.where(np.abs(values[:, 0] - 50.0) < 20.0, 0.05, 0.4)
    column = [Column("usage", 1.0)]

    bent, straight = binned.fit(values, left, column), anchored.fit(values, left, column, 1.0)

    assert auc(left, logits(bent, values)) > 0.7
    assert auc(left, logits(straight, values)) < 0.55


def test_missing_is_a_range_of_its_own():
    random = np.random.default_rng(9)
    values = random.uniform(0.0, 100.0, (4000, 1))
    values[:1000] = np.nan
    left = random.random(4000) < np.where(np.isnan(values[:, 0]), 0.5, 0.1)

    (step,) = binned.fit(values, left, [Column("usage", 1.0)]).steps()

    assert step.missing > 1.2
    assert max(step.values) < 0.0


def test_steps_average_to_nothing_and_the_risk_to_the_share_of_departures():
    values, left = world(10)
    model = binned.fit(values, left, TWO)

    risk = newton.sigmoid(logits(model, values))

    assert risk.mean() == pytest.approx(left.mean(), abs=1e-6)
    for index, step in enumerate(model.steps()):
        assert np.array([*step.values, step.missing])[places(values[:, index], step.edges)].mean() == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("values", "ranges", "expected"),
    [
        ([], 4, ()),
        ([7.0] * 5, 4, ()),
        ([0.0, 0.0, 1.0, 3.0, np.nan], 4, (1.0, 3.0)),
        ([*range(100)], 4, (25.0, 50.0, 75.0)),
        ([0.0] * 90 + [*range(1, 11)], 4, ()),  # nine in ten are equal: quantiles see nothing else
    ],
)
def test_quantile_edges(values, ranges, expected):
    assert binned.quantile_edges(np.array(values, dtype=float), ranges) == expected


@given(st.lists(st.integers(0, 30) | st.just(None), max_size=60), st.integers(2, 12))
def test_no_range_is_empty(values, ranges):
    given_values = np.array([np.nan if one is None else float(one) for one in values])

    edges = binned.quantile_edges(given_values, ranges)

    counts = np.bincount(places(given_values, edges), minlength=len(edges) + 2)
    assert len(edges) < ranges
    assert not len(edges) or counts[:-1].min() > 0


# -------------------------------------------------------------------------------------------------------- newton
def test_minimise_gives_up_where_there_is_no_least_loss():
    flat = newton.minimise(np.zeros(1), lambda x: float(-x[0]), lambda x: (np.array([-1.0]), np.zeros((1, 1))))
    endless = newton.minimise(np.zeros(1), lambda x: float(-x[0]), lambda x: (np.array([-1.0]), np.eye(1)))
    uphill = newton.minimise(np.zeros(1), lambda x: float(x[0] ** 2), lambda x: (np.array([1.0]), np.eye(1)))

    assert (flat, endless, uphill) == (None, None, None)


def test_sigmoid_and_log_loss_do_not_overflow():
    assert newton.sigmoid(np.array([-1e5, 0.0, 1e5])).tolist() == [0.0, 0.5, 1.0]
    assert newton.log_loss(np.array([1.0, 0.0]), np.array([1e5, -1e5])) == 0.0


def test_card_of_a_model_ranks_as_the_model_does():
    values, left = world(11)
    for model in (anchored.fit(values, left, TWO, 30.0), binned.fit(values, left, TWO)):
        total = points.totals(points.card_of(model), values).astype(float)
        assert auc(left, total) == pytest.approx(auc(left, logits(model, values)), abs=0.003)
