"""How well a risk foretells departures: ranking, calibration and drift, each with what is known about its own error.

Labels are booleans (left or not), `risks` any numbers that rise with risk, `probabilities` lie in 0..1. Weights count
a row several times. A measure that is not defined (nobody left, nobody stayed, no rows) is None, never NaN.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from lib.intervals import wilson
from risk.prediction.arrays import Bools, Floats, Ints
from risk.prediction.figures import Group, Interval
from risk.prediction.newton import log_loss, minimise, sigmoid

NEAREST_TO_CERTAIN = 1e-6

Measure = Callable[[Floats], float | None]  # of the weights of rows


class Ranking:
    """Rows from the riskiest down, equals in one place: ranked once, measured under many weights."""

    def __init__(self, labels: Bools, risks: Floats) -> None:
        distinct, places = np.unique(-risks, return_inverse=True)
        self.count, self.places = len(distinct), places
        self.leavers = np.flatnonzero(labels)
        self.hit = np.unique(places[self.leavers])  # places of somebody who left: few, so sums over them are quick

    def auc(self, weights: Floats | None = None) -> float | None:
        """The chance that somebody who left ranked above somebody who stayed; a tie is half a win.

        Mann and Whitney, "On a test of whether one of two random variables is stochastically larger" (1947).
        """
        left, stayed = self._totals(weights)
        all_left, all_stayed = left.sum(), stayed.sum()
        if all_left <= 0.0 or all_stayed <= 0.0:
            return None
        beaten = all_stayed - np.cumsum(stayed)[self.hit] + stayed[self.hit] / 2.0
        return float(left[self.hit] @ beaten / (all_left * all_stayed))

    def captured(self, shares: Floats, weights: Floats | None = None) -> Floats | None:
        """The part of all departures among the riskiest `shares` of rows; equals at the border count in proportion."""
        left, stayed = self._totals(weights)
        if left.sum() <= 0.0:
            return None
        rows = np.cumsum(left + stayed)
        hits = np.cumsum(left)
        found: Floats = np.interp(shares, np.r_[0.0, rows / rows[-1]], np.r_[0.0, hits / hits[-1]])
        return found

    def lift(self, share: float, weights: Floats | None = None) -> float | None:
        """How many times more departures the riskiest `share` of rows holds than as many random rows would."""
        found = self.captured(np.array([share]), weights)
        return None if found is None or share <= 0.0 else float(found[0] / share)

    def _totals(self, weights: Floats | None) -> tuple[Floats, Floats]:
        """The weight of those who left and of those who stayed, in each place."""
        counted = np.ones(len(self.places)) if weights is None else weights
        left: Floats = np.bincount(self.places[self.leavers], counted[self.leavers], self.count).astype(np.float64)
        both: Floats = np.bincount(self.places, counted, self.count).astype(np.float64)
        return left, both - left


def auc(labels: Bools, risks: Floats) -> float | None:
    """`Ranking.auc` of rows that count once."""
    return Ranking(labels, risks).auc()


def lift(labels: Bools, risks: Floats, share: float) -> float | None:
    """`Ranking.lift` of rows that count once."""
    return Ranking(labels, risks).lift(share)


def capture(labels: Bools, risks: Floats, shares: Sequence[float]) -> list[float] | None:
    """`Ranking.captured` of rows that count once."""
    found = Ranking(labels, risks).captured(np.array(shares, dtype=np.float64))
    return None if found is None else [float(value) for value in found]


# ------------------------------------------------------------------------------------------------ probabilities
def brier(labels: Bools, probabilities: Floats) -> float | None:
    """The mean squared distance of the probabilities from what came (Brier 1950); 0 is perfect."""
    if not len(labels):
        return None
    return float(np.mean((probabilities - labels) ** 2))


def calibration(labels: Bools, probabilities: Floats, groups: int = 10) -> list[Group]:
    """Groups of equal size from the lowest probability up, without empty ones; one group where all are equal."""
    if not len(labels):
        return []
    order = np.argsort(probabilities, kind="stable")
    if probabilities[order[0]] == probabilities[order[-1]]:
        groups = 1
    return [_group(labels[rows], probabilities[rows]) for rows in np.array_split(order, groups) if len(rows)]


def _group(labels: Bools, probabilities: Floats) -> Group:
    count, hits = len(labels), int(labels.sum())
    low, high = wilson(hits, count)
    return Group(count, float(probabilities.mean()), hits / count, low, high)


def calibration_slope(labels: Bools, probabilities: Floats) -> float | None:
    """The slope of a logistic regression of what came on the logit of what was foretold (Cox 1958).

    1 is right, below 1 the probabilities are too extreme, above 1 too timid.
    """
    clipped = np.clip(probabilities, NEAREST_TO_CERTAIN, 1.0 - NEAREST_TO_CERTAIN)
    logits = np.log(clipped / (1.0 - clipped))
    if labels.all() or not labels.any() or np.ptp(logits) < 1e-9 or _is_separated(logits[labels], logits[~labels]):
        return None
    design = np.column_stack([np.ones(len(logits)), logits])
    left = labels.astype(np.float64)

    def slopes(point: Floats) -> tuple[Floats, Floats]:
        chances = sigmoid(design @ point)
        bent = design * (chances * (1.0 - chances))[:, None]
        return design.T @ (chances - left), bent.T @ design

    found = minimise(np.array([0.0, 1.0]), lambda point: log_loss(left, design @ point), slopes)
    return None if found is None else float(found[1])


def _is_separated(left: Floats, stayed: Floats) -> bool:
    """Whether one cut tells them apart, so that every steeper slope fits better."""
    return bool(left.min() >= stayed.max() or left.max() <= stayed.min())


# -------------------------------------------------------------------------------------------------------- drift
def psi(before: Floats, now: Floats, groups: int = 10) -> float | None:
    """How far a distribution moved: the population stability index over tenths of `before`, missing a group of its own.

    sum (b - n) ln(b / n). Below 0.1 is called stable and above 0.25 shifted (Siddiqi, "Credit Risk Scorecards", 2006).
    Half a row is added to each group, so that an empty one does not make it infinite.
    """
    known = before[~np.isnan(before)]
    if not len(before) or not len(now):
        return None
    edges = np.unique(np.quantile(known, np.linspace(0.0, 1.0, groups + 1)[1:-1])) if len(known) else np.zeros(0)
    then, today = _shares(before, edges), _shares(now, edges)
    return float((then - today) @ np.log(then / today))


def _shares(values: Floats, edges: Floats) -> Floats:
    places = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
    counts = np.bincount(places, minlength=len(edges) + 2) + 0.5
    shares: Floats = counts / counts.sum()
    return shares


# ----------------------------------------------------------------------------------------------- sampling error
def redraws(accounts: Ints, draws: int, seed: int) -> Iterator[Floats]:
    """Weights of rows in samples of as many accounts, drawn with replacement, each with all of its rows.

    The rows of one account are not independent, so accounts are drawn and not rows (the cluster bootstrap of Davison
    and Hinkley, "Bootstrap Methods and their Application", 1997).
    """
    if not len(accounts):
        return
    names, places = np.unique(accounts, return_inverse=True)
    random = np.random.default_rng(seed)
    for _ in range(draws):
        drawn = random.integers(0, len(names), len(names))
        yield np.bincount(drawn, minlength=len(names)).astype(np.float64)[places]


def interval(value: float | None, drawn: Sequence[float | None]) -> Interval | None:
    """`value` with the middle 95 % of what redrawn accounts gave; None when most draws could not say."""
    known = [one for one in drawn if one is not None]
    if value is None or 2 * len(known) <= len(drawn):
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def bootstrap(accounts: Ints, measure: Measure, draws: int = 400, seed: int = 0) -> Interval | None:
    """The interval of a measure that takes the weights of rows."""
    value = measure(np.ones(len(accounts)))
    return interval(value, [measure(weights) for weights in redraws(accounts, draws, seed)])
