"""Making a card of a fitted model, and adding its points for many rows at once."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from risk.prediction.arrays import Floats, Ints
from risk.prediction.card import PER_DOUBLING, PER_LOG_ODDS, Card, Term
from risk.prediction.columns import Column
from risk.prediction.newton import sigmoid
from risk.prediction.steps import Fitted, Step, places

LEAST_POINTS = 2.0  # for one standard deviation of a column; less is no direction
TURNED_POINTS = 5  # between two ranges of a fact, odds of 1.2; less is no order
TURNED_ROWS = 20  # of each; of fewer, neighbours and the prior say more than they do


def card_of(model: Fitted) -> Card:
    """The model in whole points. Neighbouring ranges of equal points become one."""
    return Card(_round(model.intercept), tuple(_term(step) for step in model.steps()))


def each(card: Card, values: Floats) -> Ints:
    """Points of every row (down) and term (across); the columns of `values` are in the order of the card."""
    shown = np.empty((len(values), len(card.terms)), dtype=np.int64)
    for index, term in enumerate(card.terms):
        shown[:, index] = _points(term, values[:, index])
    return shown


def totals(card: Card, values: Floats) -> Ints:
    """The score of every row."""
    total = np.full(len(values), card.baseline, dtype=np.int64)
    for index, term in enumerate(card.terms):
        total += _points(term, values[:, index])
    return total


def probabilities(total: Ints) -> Floats:
    """The chance of leaving that each total stands for."""
    return sigmoid(total / (PER_DOUBLING / np.log(2.0)))


def direction(term: Term, values: Floats) -> int:
    """1 where higher values of the column mean more risk, -1 where less, 0 where there is hardly a slope."""
    known = values[~np.isnan(values)]
    if not len(known) or np.ptp(known) == 0.0:
        return 0
    per_deviation = float(np.mean((known - known.mean()) * _points(term, known))) / float(known.std())
    return int(np.sign(per_deviation)) if abs(per_deviation) >= LEAST_POINTS else 0


def is_turned(term: Term, column: Column, values: Floats) -> bool:
    """Whether two ranges of a fact stand the other way round than their log-odds by hand.

    Compared are ranges that were set by hand differently and that enough of `values` lie in.
    """
    rows = np.bincount(places(values, column.edges), minlength=len(column.edges) + 2)
    told = [
        (hand, _inside(column.edges, place))
        for place, hand in enumerate(column.hand)
        if hand is not None and rows[place] >= TURNED_ROWS
    ]
    return any(
        more > less and term.points_of(low) - term.points_of(high) >= TURNED_POINTS
        for (more, high), (less, low) in permutations(told, 2)
    )


def _inside(edges: Sequence[float], place: int) -> float:
    """A value in the range between its edges."""
    return edges[0] - 1.0 if place == 0 else edges[place - 1]


def _points(term: Term, values: Floats) -> Ints:
    return np.array([*term.points, term.missing], dtype=np.int64)[places(values, term.edges)]


def _term(step: Step) -> Term:
    points = [_round(value) for value in step.values]
    kept = [index for index in range(len(step.edges)) if points[index] != points[index + 1]]
    edges = tuple(step.edges[index] for index in kept)
    return Term(step.column, edges, tuple(points[index] for index in [*kept, len(step.edges)]), _round(step.missing))


def _round(log_odds: float) -> int:
    return round(log_odds * PER_LOG_ODDS)
