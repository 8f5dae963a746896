"""Which model, whether it may take over, and the verdict."""

from dataclasses import replace

import numpy as np
import pytest

from risk.prediction import gate, ladder, verdict
from risk.prediction.figures import Interval
from risk.prediction.gate import Window


# ---------------------------------------------------------------------------------------------------------- ladder
@pytest.mark.parametrize(
    ("departures", "rung", "strength", "reason"),
    [
        (0, "hand", None, "fewer_than_10_departures"),
        (9, "hand", None, "fewer_than_10_departures"),
        (10, "anchored", 100.0, "10_to_99_departures"),
        (99, "anchored", 100.0, "10_to_99_departures"),
        (100, "anchored", 30.0, "100_to_299_departures"),
        (299, "anchored", 30.0, "100_to_299_departures"),
        (300, "binned", None, "300_or_more_departures"),
    ],
)
def test_ladder(departures, rung, strength, reason):
    choice = ladder.choose(departures)

    assert (choice.rung, choice.strength, choice.reason) == (rung, strength, reason)
    assert choice.may_adopt is (departures >= 10)


# ------------------------------------------------------------------------------------------------------------ gate
@pytest.fixture(autouse=True)
def _few_draws(monkeypatch):
    monkeypatch.setattr(gate, "DRAWS", 100)


def window(seed, ours=2.0, theirs=0.5, count=1500, stretch=1.0):
    """Two models that see the same truth through more or less noise."""
    random = np.random.default_rng(seed)
    truth = random.normal(0.0, 1.0, count)
    left = random.random(count) < 1 / (1 + np.exp(3.0 - 1.5 * truth))
    challenger = truth + random.normal(0.0, 1.0, count) / ours
    slope = 1.5 / (1 + 1 / ours**2) * 0.95
    return Window(
        accounts=np.arange(count),
        labels=left,
        in_use=truth + random.normal(0.0, 1.0, count) / theirs,
        challenger=challenger,
        probabilities=1 / (1 + np.exp(2.7 - stretch * slope * challenger)),
    )


def decide(*windows, reversed_columns=(), approved=()):
    return gate.decide(windows, reversed_columns=reversed_columns, approved=approved, share=0.1, seed=1)


def test_gate_opens_for_a_better_and_calibrated_model():
    found = decide(window(1), window(2))

    assert found.is_passed
    assert found.reasons == ()
    assert min(found.better_auc) > 0.9
    assert 0.8 <= found.slope <= 1.25


@pytest.mark.parametrize(
    ("windows", "reasons"),
    [
        ([], ("fewer_than_two_windows", "not_better", "badly_calibrated")),
        ([window(1)], ("fewer_than_two_windows", "not_better")),
        ([window(1, ours=0.5, theirs=2.0), window(2, ours=0.5, theirs=2.0)], ("not_better",)),
        ([window(1), window(2, ours=1.0, theirs=2.0)], ("not_better",)),  # the newest counts
        ([window(1, ours=0.6, theirs=2.0), window(2), window(3)], ()),  # two in a row are enough
        ([window(1, stretch=2.0), window(2, stretch=2.0)], ("badly_calibrated",)),
        ([window(1, stretch=0.5), window(2, stretch=0.5)], ("badly_calibrated",)),
    ],
)
def test_gate_says_what_stands_in_the_way(windows, reasons):
    found = decide(*windows)

    assert found.reasons == reasons
    assert found.is_passed is (not reasons)


def test_gate_wants_a_reversed_sign_approved():
    found = decide(window(1), window(2), reversed_columns=["support", "usage"], approved=["usage"])

    assert (found.is_passed, found.reasons, found.reversed_columns) == (False, ("sign_reversed",), ("support",))
    assert decide(window(1), window(2), reversed_columns=["usage"], approved=["usage"]).is_passed


def test_gate_knows_nothing_where_nobody_left():
    quiet = window(1)
    quiet = Window(quiet.accounts, np.zeros(1500, dtype=bool), quiet.in_use, quiet.challenger, quiet.probabilities)

    found = decide(quiet, quiet)

    assert found.better_auc == found.better_lift == (None, None)
    assert found.slope is None
    assert found.reasons == ("not_better", "badly_calibrated")


def test_the_same_ranking_twice_is_a_draw():
    one = window(1)
    same = Window(one.accounts, one.labels, one.challenger, one.challenger, one.probabilities)

    assert decide(same, same).better_auc == (0.5, 0.5)


def test_what_is_adopted_is_beaten_by_the_same_condition():
    better, same = gate.rival([window(1), window(2)], run=7, share=0.1, seed=1), window(3)
    draw = gate.rival([replace(same, in_use=same.challenger)] * 2, run=7, share=0.1, seed=1)

    assert (better.run, better.is_beaten) == (7, True)
    assert (draw.better_auc, draw.is_beaten) == ((0.5, 0.5), False)


def test_gate_is_closed_where_there_is_nothing_to_adopt():
    found = gate.refused(decide(window(1), window(2)), "fewer_than_10_departures")

    assert (found.is_passed, found.reasons) == (False, ("fewer_than_10_departures",))


# --------------------------------------------------------------------------------------------------------- verdict
GOOD, LIFTED = Interval(0.75, 0.65, 0.85), Interval(3.0, 2.0, 4.0)
CHANCE, BETTER = Interval(0.51, 0.45, 0.57), Interval(0.02, -0.01, 0.05)


@pytest.mark.parametrize(
    ("departures", "auc", "lift", "hand", "gain", "expected"),
    [
        (9, GOOD, LIFTED, GOOD, BETTER, "not_enough_departures"),
        (0, None, None, None, None, "not_enough_departures"),
        (10, GOOD, LIFTED, GOOD, BETTER, "proven"),
        (10, GOOD, LIFTED, None, None, "proven"),
        (10, GOOD, Interval(1.5, 0.9, 3.0), GOOD, BETTER, "weak"),
        (10, GOOD, None, GOOD, BETTER, "weak"),
        (10, Interval(0.6, 0.55, 0.65), LIFTED, GOOD, BETTER, "weak"),
        (10, Interval(0.54, 0.51, 0.57), LIFTED, GOOD, BETTER, "no_evidence"),  # surely, and uselessly, above chance
        (10, CHANCE, LIFTED, CHANCE, BETTER, "no_evidence"),
        (10, None, None, None, None, "no_evidence"),
        (10, GOOD, LIFTED, GOOD, Interval(-0.05, -0.09, -0.01), "worse_than_hand"),
        (10, CHANCE, LIFTED, CHANCE, Interval(-0.05, -0.09, -0.01), "no_evidence"),  # the hand weights know nothing
        (10, CHANCE, LIFTED, None, Interval(-0.05, -0.09, -0.01), "no_evidence"),
    ],
)
def test_verdict(departures, auc, lift, hand, gain, expected):
    assert verdict.judge(departures=departures, auc=auc, lift=lift, hand=hand, gain=gain) == expected
