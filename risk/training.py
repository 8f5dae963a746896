"""From remembered days to a model, in the worker: beside `prediction`, the only module here that needs numpy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from risk.columns import AGE, CONTRACT, NAMES, RENEWAL
from risk.known import RECORDED
from risk.prediction import anchored, backtest, challenger, points
from risk.prediction.arrays import Floats, Ints
from risk.prediction.card import Card
from risk.prediction.columns import Column
from risk.prediction.figures import Adopted, Backtest
from risk.prediction.snapshots import Snapshots

RESTS_ON = [RECORDED.index("contract" if name in {RENEWAL, AGE, CONTRACT} else "health") for name in NAMES]


@dataclass(frozen=True)
class Day:
    """One remembered day with what came after it, as PostgreSQL writes arrays: numbers with commas between them.

    `numbers`: as many for each of `accounts`: of the NAMES there were when it was written, then of RECORDED; names that
    came later are missing. `places`: which of them are still there and were customers; `left_in` and `money` are of
    these.
    """

    day: date
    accounts: str
    numbers: str
    places: str
    left_in: str
    money: str

    def snapshots(self) -> Snapshots:
        accounts, rows = _numbers(self.accounts).astype(np.int64), _numbers(self.places).astype(np.int64)
        numbers = _numbers(self.numbers).reshape(len(accounts), -1)[rows]
        values, known = numbers[:, : -len(RECORDED)], numbers[:, -len(RECORDED) :]
        values = np.pad(values, ((0, 0), (0, len(NAMES) - values.shape[1])), constant_values=np.nan)
        left_in = _numbers(self.left_in)
        return Snapshots(
            account=accounts[rows],
            day=np.full(len(rows), self.day.toordinal(), dtype=np.int64),
            values=values,
            recorded=np.where(np.isnan(values), np.nan, known[:, RESTS_ON]),
            label=~np.isnan(left_in),
            left_in=left_in,
            money=_numbers(self.money).astype(np.int64),
        )


def history(days: Sequence[Day]) -> Snapshots:
    """All rows of all days."""
    parts = [day.snapshots() for day in days]
    names = Snapshots.__dataclass_fields__
    return Snapshots(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def values(text: str) -> Floats:
    """Rows of customers, columns of NAMES."""
    return _numbers(text).reshape(-1, len(NAMES))


def test(
    days: Sequence[Day],
    columns: Sequence[Column],
    settings: backtest.Settings,
    adopted: Adopted | None,
    live: str,
) -> Backtest:
    """`live`: what is known of customers today. Raises what `backtest.run` raises."""
    return backtest.run(history(days), columns, settings, challenger.find(), adopted, values(live))


@dataclass(frozen=True)
class Hand:
    """The hand weights as a card, and what its average risk rests on."""

    card: Card
    rows: int
    departures: int


def hand(days: Sequence[Day], columns: Sequence[Column]) -> Hand | None:
    """None without a single row."""
    rows = history(days) if days else None
    if rows is None or not len(rows):
        return None
    card = points.card_of(anchored.hand(rows.values, rows.label, columns))
    return Hand(card, len(rows), len(_distinct(rows.account[rows.label])))


def _distinct(accounts: Ints) -> Ints:
    return np.unique(accounts)


def _numbers(text: str) -> Floats:
    found: Floats = np.fromstring(text, dtype=np.float64, sep=",") if text else np.empty(0)
    return found
