"""A logistic model that starts at the hand weights and moves as far as departures pull it.

logit P = a - sum_k g_k z_k + facts,  z_k = (c_k - mean_k) / sd_k,  least  -ln L + strength / 2 x sum_k (g_k - m_k)^2
with g_k >= 0 and m_k = 0.75 w_k sd_k / sd(sum_k w_k c_k): a Gaussian prior around the hand weights, in which one
standard deviation of the hand score is worth 0.75 of log-odds. A better component can never raise the risk, so twenty
customers cannot turn the score upside down. A missing component counts as the mean. Facts of the contract enter as
free steps, with a prior around the log-odds that were set by hand for each range, less their mean over the rows; a
range that nobody set, and what is missing, counts as that mean.

A MAP estimate under bounds; the bounds by an active set (Lawson and Hanson, "Solving Least Squares Problems", 1974).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from risk.prediction.arrays import Bools, Floats
from risk.prediction.columns import Column
from risk.prediction.newton import log_loss, minimise, sigmoid
from risk.prediction.steps import Step, places

HAND_LOG_ODDS = 0.75
FACT_STRENGTH = 5.0  # as firm as 20 rows at even odds
RANGES = 50  # into which a component is cut for its points: 2 of 100 each
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Anchored:
    """A fitted model; `slopes` are the g_k, 0 for facts of the contract, whose steps are in `facts` by name."""

    columns: tuple[Column, ...]
    intercept: float
    means: Floats
    deviations: Floats
    slopes: Floats
    lows: Floats
    highs: Floats
    facts: dict[str, Step]

    def steps(self) -> list[Step]:
        """The lines cut into ranges, from `lows` to `highs`: what was learned, within the values seen in training."""
        return [self.facts.get(column.name) or self._line(index) for index, column in enumerate(self.columns)]

    def weights(self) -> list[float]:
        """What the hand weights would be by what was learned, totalling 100; zeros when nothing was."""
        raw = np.divide(self.slopes, self.deviations, out=np.zeros_like(self.slopes), where=self.deviations > 0)
        return [float(value) for value in (100 * raw / raw.sum() if raw.sum() > 0 else raw)]

    def _line(self, index: int) -> Step:
        name, slope = self.columns[index].name, float(self.slopes[index])
        low, high = float(self.lows[index]), float(self.highs[index])
        if slope < NEGLIGIBLE:
            return Step(name, (), (0.0,), 0.0)
        edges = np.unique(np.linspace(low, high, RANGES + 1)[1:-1])
        middles = np.r_[low + edges[0], edges[:-1] + edges[1:], edges[-1] + high] / 2
        values = -slope * (middles - self.means[index]) / self.deviations[index]
        return Step(name, tuple(edges.tolist()), tuple(values.tolist()), 0.0)


def fit(values: Floats, labels: Bools, columns: Sequence[Column], strength: float) -> Anchored:
    """Learn from rows of `values` (NaN: missing), one for each of `labels` (left or not)."""
    problem = _Problem(values, labels, columns, strength)
    return problem.model(problem.solve())


def hand(values: Floats, labels: Bools, columns: Sequence[Column]) -> Anchored:
    """What was set by hand as it is: only the average risk is taken from the rows, and it holds for every value.

    The mean risk over the rows is the share of them that left; without any, or without one that stayed, half a
    departure and half a stay more are counted.
    """
    problem = _Problem(values, labels, columns, strength=1.0)
    model = problem.model(problem.at_hand())
    return replace(model, lows=np.zeros(len(columns)), highs=np.full(len(columns), 100.0))


def hand_score(values: Floats, columns: Sequence[Column], means: Floats) -> Floats:
    """The hand-weighted score, 0 to 100; a missing component counts as its mean, 50 if it never was known."""
    weights = np.array([column.weight if column.is_component else 0.0 for column in columns])
    known = np.where(np.isnan(values), np.nan_to_num(means, nan=50.0), values)
    total = float(weights.sum())
    score: Floats = known @ weights / total if total > 0 else np.full(len(values), 50.0)
    return score


def means_of(values: Floats) -> Floats:
    """The mean of what is known of each column; NaN where nothing is."""
    known = (~np.isnan(values)).sum(axis=0)
    sums = np.nansum(values, axis=0)
    means: Floats = np.divide(sums, known, out=np.full(values.shape[1], np.nan), where=known > 0)
    return means


class _Problem:
    """One fit. A point holds the intercept, one slope for each column, and the steps of the facts."""

    def __init__(self, values: Floats, labels: Bools, columns: Sequence[Column], strength: float) -> None:
        self.columns, self.labels = tuple(columns), labels.astype(np.float64)
        self.is_telling = bool(labels.any() and not labels.all())
        self.share = float((labels.sum() + 0.5) / (len(labels) + 1.0))
        if not self.is_telling:
            self.labels = np.full(len(labels), self.share)
        self.width = len(self.columns)
        self.is_component = np.array([column.is_component for column in columns], dtype=bool)
        self.means = means_of(values)
        filled = np.where(np.isnan(values), np.nan_to_num(self.means), values)
        spread = filled.std(axis=0) if len(filled) else np.zeros(self.width)
        self.deviations = np.where(self.is_component & (spread > NEGLIGIBLE), spread, 0.0)
        self.filled, self.values = filled, values
        self.prior = self._prior()
        self.design = self._design()
        self.penalty = np.r_[
            0.0, np.full(self.width, strength), np.full(len(self.prior) - 1 - self.width, FACT_STRENGTH)
        ]

    def solve(self) -> Floats:
        """The best point with slopes that are not negative."""
        if not self.is_telling:
            return self.at_hand()
        point = self._start()
        may = np.r_[True, self.deviations > 0, np.full(len(point) - 1 - self.width, True)]
        held = ~may
        for _ in range(4 * self.width + 4):
            point = self._best(point, ~held)
            slopes = point[1 : self.width + 1]
            if slopes.size and slopes.min() < 0:
                worst = 1 + int(np.argmin(slopes))
                held[worst], point[worst] = True, 0.0
                continue
            pull = np.where(held & may, self._slopes(point)[0], 0.0)
            if pull.min() >= -NEGLIGIBLE * len(self.labels):
                break
            held[int(np.argmin(pull))] = False
        return np.where(np.arange(len(point)) <= self.width, np.r_[point[0], np.maximum(point[1:], 0.0)], point)

    def at_hand(self) -> Floats:
        """The prior, with the intercept that makes the mean risk that of the rows."""
        point = self._start()
        return self._best(point, np.arange(len(point)) == 0)

    def _start(self) -> Floats:
        point = self.prior.copy()
        point[0] = np.log(self.share / (1.0 - self.share))
        return point

    def model(self, point: Floats) -> Anchored:
        facts, at = {}, 1 + self.width
        for column in self.columns:
            if not column.is_component:
                *known, missing = point[at : at + len(column.edges) + 2].tolist()
                facts[column.name] = Step(column.name, column.edges, tuple(known), missing)
                at += len(column.edges) + 2
        lows = self.filled.min(axis=0) if len(self.filled) else np.zeros(self.width)
        highs = self.filled.max(axis=0) if len(self.filled) else np.zeros(self.width)
        slopes = np.where(self.deviations > 0, point[1 : self.width + 1], 0.0)
        return Anchored(
            self.columns, float(point[0]), np.nan_to_num(self.means), self.deviations, slopes, lows, highs, facts
        )

    def _prior(self) -> Floats:
        weights = np.array([column.weight if column.is_component else 0.0 for column in self.columns])
        spread = float((self.filled @ weights).std()) if len(self.filled) else 0.0
        slopes = HAND_LOG_ODDS * weights * self.deviations / spread if spread > NEGLIGIBLE else np.zeros(self.width)
        facts = [self._by_hand(index) for index, column in enumerate(self.columns) if not column.is_component]
        prior: Floats = np.concatenate([[0.0], slopes, *facts])
        return prior

    def _by_hand(self, index: int) -> Floats:
        """Log-odds of each range of a fact and of what is missing; those of the rows average 0.

        Where it is known of none of the rows, all ranges count alike.
        """
        column = self.columns[index]
        told = np.full(len(column.edges) + 2, np.nan)
        told[: len(column.hand)] = [np.nan if one is None else one for one in column.hand]
        of_rows = told[places(self.values[:, index], column.edges)]
        known = next((seen for seen in (of_rows, told) if not np.isnan(seen).all()), np.zeros(1))
        less: Floats = np.nan_to_num(told - np.nanmean(known))
        return less

    def _design(self) -> Floats:
        scale = np.where(self.deviations > 0, self.deviations, 1.0)
        lines = np.where(self.deviations > 0, -(self.filled - np.nan_to_num(self.means)) / scale, 0.0)
        facts = [
            np.eye(len(column.edges) + 2)[places(self.values[:, index], column.edges)]
            for index, column in enumerate(self.columns)
            if not column.is_component
        ]
        return np.column_stack([np.ones(len(self.filled)), lines, *facts])

    def _best(self, point: Floats, free: Bools) -> Floats:
        """The best point in the `free` directions from `point`."""

        def spread(part: Floats) -> Floats:
            whole = point.copy()
            whole[free] = part
            return whole

        def slopes(part: Floats) -> tuple[Floats, Floats]:
            gradient, hessian = self._slopes(spread(part))
            return gradient[free], hessian[np.ix_(free, free)]

        found = minimise(point[free], lambda part: self._loss(spread(part)), slopes)
        return point.copy() if found is None else spread(found)

    def _loss(self, point: Floats) -> float:
        away = point - self.prior
        return log_loss(self.labels, self.design @ point) + float(self.penalty @ away**2) / 2

    def _slopes(self, point: Floats) -> tuple[Floats, Floats]:
        chances = sigmoid(self.design @ point)
        gradient = self.design.T @ (chances - self.labels) + self.penalty * (point - self.prior)
        bent = self.design * (chances * (1.0 - chances))[:, None]
        return gradient, bent.T @ self.design + np.diag(self.penalty)
