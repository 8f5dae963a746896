"""What a backtest found, as plain data: a page and a JSON column need no numpy to read it."""

from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from risk.prediction.card import Card
from risk.prediction.ladder import Choice

WINDOWS = 2  # of the gate: spans of time after training
SURE = 0.9  # in each of them
SLOPES = (0.8, 1.25)  # of calibration, over all


class NotAReport(Exception):
    """The JSON does not describe a backtest."""


@dataclass(frozen=True)
class Interval:
    """A figure and the 95 % interval of its sampling error."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Group:
    """Rows of similar probability: what was foretold for them and what came, with its 95 % interval."""

    count: int
    foretold: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True)
class Reading:
    """How well one model ranked the tested snapshots. `captured` is the share of departures among the riskiest
    `Backtest.share`; `curve` the same for each of `Backtest.shares`. None where it cannot be said."""

    auc: Interval | None
    lift: Interval | None
    captured: float | None
    curve: tuple[float, ...]
    brier: float | None
    slope: float | None


@dataclass(frozen=True)
class Cell:
    """Accounts and their yearly revenue in minor units."""

    accounts: int
    money: int


@dataclass(frozen=True)
class Confusion:
    """What alerts at the budget would have done: each account once, with its revenue when last seen."""

    caught: Cell
    missed: Cell
    false_alarms: Cell
    quiet: Cell


@dataclass(frozen=True)
class Before:
    """What was shown of an account so many days before: hand score 0 to 100, and the learned risk 0 to 1."""

    days: int
    health: float
    risk: float


@dataclass(frozen=True)
class Case:
    """One account. `day`: when it left; where it stayed, its first alert, or without one when it was last seen.

    Days are ordinals, as of `date.toordinal`. `before` lacks what no snapshot tells.
    """

    account: int
    day: int
    money: int
    before: tuple[Before, ...]


@dataclass(frozen=True)
class ColumnLine:
    """One column by itself: `auc` of ranking by it alone (a component as it is, a fact by its learned points),
    `coverage` the share of tested rows that know it, `weight` by hand and `importance` as learned, each of 100,
    `direction` of the learned risk (1: more of it is more risk), `outside` the share of today's values beyond what
    training saw. `moves_by_hand` is what `importance` would be by hand; older runs did not find it out. `is_reversed`:
    more of a component is more risk, or what by hand is more risk of a fact is clearly less."""

    name: str
    auc: Interval | None
    coverage: float
    weight: float
    importance: float
    direction: int
    is_reversed: bool
    outside: float
    moves_by_hand: float | None = None


@dataclass(frozen=True)
class PeriodLine:
    """One tested day: accounts, departures within the horizon, ranking, and how far scores moved since training."""

    day: int
    accounts: int
    departures: int
    auc: float | None
    psi: float | None


@dataclass(frozen=True)
class Adopted:
    """What scores now, because somebody adopted what `run` had learned."""

    run: int
    card: Card


@dataclass(frozen=True)
class Rival:
    """The learned model against the card that scored when it was tested, adopted for `run`.

    `better_auc` and `better_lift` as those of the gate; `is_beaten` by the same condition.
    """

    run: int
    better_auc: tuple[float | None, ...]
    better_lift: tuple[float | None, ...]
    is_beaten: bool


@dataclass(frozen=True)
class Gate:
    """Whether a learned model may replace the one in use; `reasons` are codes of what stands in the way.

    `better_auc` and `better_lift` hold, for each window in time, the chance that the learned model ranks better than
    the hand weights; `rival` the same against a card that somebody had adopted, if one was.
    """

    is_passed: bool
    reasons: tuple[str, ...]
    better_auc: tuple[float | None, ...]
    better_lift: tuple[float | None, ...]
    slope: float | None
    reversed_columns: tuple[str, ...]
    rival: Rival | None = None


@dataclass(frozen=True)
class Backtest:
    """Everything the backtest page shows, in its order.

    `knows_today`: what is beyond training was looked for among the accounts of the run's day, not of the newest tested.
    """

    horizon_days: int
    share: float
    budget: float
    first_day: int
    last_day: int
    periods: int
    accounts: int
    departures: int
    training_rows: int
    training_departures: int
    choice: Choice
    hand: Reading
    learned: Reading
    ceiling: Reading | None
    gain: Interval | None
    shares: tuple[float, ...]
    calibration: tuple[Group, ...]
    confusion: Confusion
    lead_days: tuple[int, ...]
    missed: tuple[Case, ...]
    false_alarms: tuple[Case, ...]
    columns: tuple[ColumnLine, ...]
    stability: tuple[PeriodLine, ...]
    gate: Gate
    verdict: str
    card: Card
    caught: tuple[Case, ...] = ()
    quiet: tuple[Case, ...] = ()
    knows_today: bool = False

    def to_json(self) -> dict[str, Any]:
        """Nested dicts, tuples, numbers and strings, ready for a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Any) -> "Backtest":
        """What `to_json` wrote; raises NotAReport for anything else."""
        try:
            found: Backtest = _read(cls, stored)
        except (KeyError, TypeError, ValueError) as error:
            raise NotAReport(str(error)) from error
        return found


def _read(kind: Any, stored: Any) -> Any:
    """A value of the annotated `kind`: a dataclass, a tuple of one kind, one kind or nothing, or a plain one.

    What older runs did not find out yet takes its default.
    """
    if get_origin(kind) is UnionType:
        known = next(one for one in get_args(kind) if one is not type(None))
        return None if stored is None else _read(known, stored)
    if get_origin(kind) is tuple:
        of = get_args(kind)[0]
        return tuple(_read(of, one) for one in stored)
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = get_type_hints(kind)
        known = [one for one in fields(kind) if one.name in stored or one.default is MISSING]
        return kind(**{one.name: _read(kinds[one.name], stored[one.name]) for one in known})
    if issubclass(kind, Enum | str):
        return kind(stored)
    return _number(kind, stored)


def _number(kind: Any, stored: Any) -> Any:
    if not isinstance(stored, int | float) or (kind is bool) is not isinstance(stored, bool):
        raise TypeError(f"not a number: {stored!r}")
    return kind(stored)
