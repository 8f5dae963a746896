"""An additive model of steps: each column cut into ranges, each range its own log-odds, neighbours held together.

logit P = a + sum_k b_k[range of c_k], least  -ln L + SMOOTH / 2 x sum (b_k[i + 1] - b_k[i])^2 + RIDGE / 2 x sum b^2.
Missing is a range of its own, without neighbours. Cut at quantiles of the training rows. A generalised additive model
(Hastie and Tibshirani 1986) whose smooth functions are steps (P-splines of degree 0, Eilers and Marx 1996), fitted by
Newton's method, which for a logistic model is iteratively reweighted least squares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk.prediction.arrays import Bools, Floats, Ints
from risk.prediction.columns import Column
from risk.prediction.newton import log_loss, minimise, sigmoid
from risk.prediction.steps import Step, places

RANGES = 12
SMOOTH = 12.0  # with RIDGE and RANGES chosen on earlier years of OULAD and folds of telco, never on what a test reports
RIDGE = 1.0


@dataclass(frozen=True)
class Binned:
    """A fitted model; each column's steps average 0 over the training rows."""

    intercept: float
    fitted: tuple[Step, ...]

    def steps(self) -> list[Step]:
        return list(self.fitted)


def fit(values: Floats, labels: Bools, columns: Sequence[Column], ranges: int = RANGES) -> Binned:
    """Learn from rows of `values` (NaN: missing), one for each of `labels` (left or not)."""
    edges = [column.edges or quantile_edges(values[:, index], ranges) for index, column in enumerate(columns)]
    spans = [places(values[:, index], cut) for index, cut in enumerate(edges)]
    problem = _Problem(spans, [len(cut) for cut in edges], labels)
    point = problem.solve()
    intercept, steps = float(point[0]), []
    for index, column in enumerate(columns):
        part = point[problem.starts[index] : problem.starts[index] + len(edges[index]) + 2]
        mean = float(part[spans[index]].mean()) if len(values) else 0.0
        intercept += mean
        *known, missing = (part - mean).tolist()
        steps.append(Step(column.name, edges[index], tuple(known), missing))
    return Binned(intercept, tuple(steps))


def quantile_edges(values: Floats, ranges: int) -> tuple[float, ...]:
    """Where to cut: between distinct values when there are few, else at quantiles; no cut leaves a side empty."""
    known = np.sort(values[~np.isnan(values)])
    distinct = np.unique(known)
    if len(distinct) <= ranges:
        return tuple(distinct[1:].tolist())
    wanted = known[(np.arange(1, ranges) * len(known)) // ranges]
    return tuple(float(edge) for edge in np.unique(wanted) if edge > distinct[0])


class _Problem:
    """One fit. A point holds the intercept, then for each column its ranges and the missing one."""

    def __init__(self, spans: list[Ints], cuts: list[int], labels: Bools) -> None:
        self.spans, self.labels = spans, labels.astype(np.float64)
        self.widths = [cut + 2 for cut in cuts]
        self.starts = np.cumsum([1, *self.widths])[:-1].tolist() if cuts else []
        self.penalty = self._penalty()

    def solve(self) -> Floats:
        share = (self.labels.sum() + 0.5) / (len(self.labels) + 1.0)
        start = np.zeros(len(self.penalty))
        start[0] = np.log(share / (1.0 - share))
        if not self.labels.any() or self.labels.all():
            return start
        found = minimise(start, self._loss, self._slopes)
        return start if found is None else found

    def _penalty(self) -> Floats:
        size = 1 + sum(self.widths)
        penalty = np.zeros((size, size))
        for start, width in zip(self.starts, self.widths, strict=True):
            between = np.diff(np.eye(width - 1), axis=0)
            known = slice(start, start + width - 1)
            penalty[known, known] += SMOOTH * between.T @ between
            whole = np.arange(start, start + width)
            penalty[whole, whole] += RIDGE
        return penalty

    def _logits(self, point: Floats) -> Floats:
        logits = np.full(len(self.labels), point[0])
        for start, width, spans in zip(self.starts, self.widths, self.spans, strict=True):
            logits += point[start : start + width][spans]
        return logits

    def _loss(self, point: Floats) -> float:
        return log_loss(self.labels, self._logits(point)) + float(point @ self.penalty @ point) / 2

    def _slopes(self, point: Floats) -> tuple[Floats, Floats]:
        chances = sigmoid(self._logits(point))
        errors, bends = chances - self.labels, chances * (1.0 - chances)
        gradient, hessian = self.penalty @ point, self.penalty.copy()
        gradient[0] += errors.sum()
        hessian[0, 0] += bends.sum()
        for index, (start, width, spans) in enumerate(zip(self.starts, self.widths, self.spans, strict=True)):
            own = slice(start, start + width)
            gradient[own] += np.bincount(spans, errors, width)
            counts = np.bincount(spans, bends, width)
            hessian[0, own] += counts
            hessian[own, 0] += counts
            hessian[np.arange(start, start + width), np.arange(start, start + width)] += counts
            self._cross(hessian, bends, index)
        return gradient, hessian

    def _cross(self, hessian: Floats, bends: Floats, index: int) -> None:
        """Fill what a column shares with each one before it: sums of `bends` over pairs of ranges."""
        own, width, start = self.spans[index], self.widths[index], self.starts[index]
        for other in range(index):
            wide, first = self.widths[other], self.starts[other]
            pairs = np.bincount(self.spans[other] * width + own, bends, wide * width).reshape(wide, width)
            hessian[first : first + wide, start : start + width] += pairs
            hessian[start : start + width, first : first + wide] += pairs.T
