"""A portfolio's history as a backtest takes it: what was known of each account on each of some days."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from risk.prediction.arrays import Bools, Floats, Ints
from risk.prediction.columns import Column


class BadSnapshots(Exception):
    """The arrays do not fit together, or hold what is neither a number nor missing."""


class LeakedColumns(Exception):
    """Columns whose values were recorded after the day they claim to describe, or at no known time."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True)
class Snapshots:
    """One row an account and day; all arrays are as long.

    `day` is an ordinal (`date.toordinal`). `values` has a row for each and a column for each `Column`, NaN where
    missing. `recorded`, of the same shape, is the ordinal at which the newest fact behind a value was recorded, a part
    of a day as a fraction (NaN where the value is missing): without it nobody can tell what was known then. `label`:
    left within the horizon after `day`. `left_in`: days from `day` until it left, NaN where it did not or it is not
    known. `money`: yearly revenue in minor units.
    """

    account: Ints
    day: Ints
    values: Floats
    recorded: Floats
    label: Bools
    left_in: Floats
    money: Ints

    def __len__(self) -> int:
        return len(self.day)

    def only(self, rows: Bools | Ints) -> "Snapshots":
        """The rows that a mask or places select."""
        return replace(self, **{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    def sorted(self) -> "Snapshots":
        """By day, then account."""
        return self.only(np.lexsort((self.account, self.day)))


def check(snapshots: Snapshots, columns: Sequence[Column]) -> None:
    """Raise BadSnapshots, or LeakedColumns naming every column that knows the future."""
    rows = len(snapshots)
    lengths = {len(getattr(snapshots, one.name)) for one in fields(snapshots)}
    shape = (rows, len(columns))
    if lengths != {rows} or snapshots.values.shape != shape or snapshots.recorded.shape != shape:
        raise BadSnapshots("arrays of different lengths")
    if len({column.name for column in columns}) != len(columns):
        raise BadSnapshots("two columns of one name")
    if np.isinf(snapshots.values).any():
        raise BadSnapshots("values must be finite or missing")
    ordered = snapshots.sorted()
    if ((np.diff(ordered.account) == 0) & (np.diff(ordered.day) == 0)).any():
        raise BadSnapshots("an account has two rows on one day")
    is_known = ~np.isnan(snapshots.values)
    in_time = snapshots.recorded < snapshots.day[:, None] + 1.0  # the day itself counts; NaN is never in time
    late = (is_known & ~in_time).sum(axis=0).tolist()
    if any(late):
        raise LeakedColumns([column.name for column, rows in zip(columns, late, strict=True) if rows])
