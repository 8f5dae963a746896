"""What every fitted model comes down to: for each column, the log-odds of leaving in each range of its values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from risk.prediction.arrays import Floats, Ints


@dataclass(frozen=True)
class Step:
    """Log-odds by range of one column; `values[i]` holds where exactly i of the rising `edges` are at or below."""

    column: str
    edges: tuple[float, ...]
    values: tuple[float, ...]
    missing: float


class Fitted(Protocol):
    """A model that can be written as steps."""

    @property
    def intercept(self) -> float: ...

    def steps(self) -> list[Step]: ...


def places(values: Floats, edges: Sequence[float]) -> Ints:
    """The range each value is in: how many edges are at or below it; one more than the last range where missing."""
    edge = np.asarray(edges, dtype=np.float64)
    return np.where(np.isnan(values), len(edge) + 1, np.searchsorted(edge, values, side="right")).astype(np.int64)


def logits(model: Fitted, values: Floats) -> Floats:
    """Log-odds of leaving of each row, whose columns are in the order of the model's steps."""
    total = np.full(len(values), model.intercept)
    for index, step in enumerate(model.steps()):
        total += np.array([*step.values, step.missing])[places(values[:, index], step.edges)]
    return total
