"""What the risk would have said, had it been there: learned on old months, tested on newer ones it never saw.

The training days end so early that what they learned from had happened before the first tested day (the purge of
Lopez de Prado, "Advances in Financial Machine Learning", 2018). Accounts are redrawn whole for every interval. Nothing
is resampled for balance, which inflates every figure when done before the split and harms calibration after it. The
learned model is measured as the card of whole points that will score, and so is what was set by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from risk.prediction import anchored, binned, cases, gate, measures, points, verdict
from risk.prediction.arrays import Bools, Floats, Ints
from risk.prediction.card import Card
from risk.prediction.challenger import Train
from risk.prediction.columns import Column
from risk.prediction.figures import WINDOWS, Adopted, Backtest, ColumnLine, Gate, Interval, PeriodLine, Reading, Rival
from risk.prediction.ladder import Choice, Rung, choose
from risk.prediction.snapshots import BadSnapshots, LeakedColumns, Snapshots, check

__all__ = ["BadSnapshots", "LeakedColumns", "Settings", "Snapshots", "TooShort", "run"]

SHARES = tuple(percent / 100 for percent in range(0, 101, 5))


class TooShort(Exception):
    """The history has no day to test on, or none to learn from that ends early enough."""


@dataclass(frozen=True)
class Settings:
    """How a run is made; stored with what it found.

    `horizon_days`: left within so many days. `periods`: how many of the newest days are tested, at most half of all.
    `share`: the riskiest part that the lift is about. `budget`: alerts for 100 accounts and period. `approved`:
    columns whose reversed sign a person has accepted. `grace_days`: how long after the horizon it is seen who left.
    """

    horizon_days: int = 90
    grace_days: int = 0
    periods: int = 6
    share: float = 0.1
    budget: float = 5.0
    draws: int = 400
    seed: int = 0
    approved: tuple[str, ...] = ()


def run(
    snapshots: Snapshots,
    columns: Sequence[Column],
    settings: Settings,
    challenger: Train | None = None,
    adopted: Adopted | None = None,
    live: Floats | None = None,
) -> Backtest:
    """Test the hand weights, the model the ladder allows, and the `challenger` if there is one.

    What was learned is compared with what is `adopted` too. `live` are values of today's accounts, whom it would score;
    without them those of the newest tested day stand for today. Raises BadSnapshots, LeakedColumns or TooShort.
    """
    check(snapshots, columns)
    history = snapshots.sorted()
    is_training, is_tested = split(history.day, settings)
    return _Run(history, columns, settings, is_training, is_tested, adopted, live).report(challenger)


def split(day: Ints, settings: Settings) -> tuple[Bools, Bools]:
    """Masks of the rows to learn from and of those to test on.

    Tested are the newest days: `periods` of them, at most half of all, and one fewer at a time until there is a day to
    learn from. Learned from is every day whose horizon and grace were over by the first tested day; the days between
    are in neither. Raises TooShort where not even one tested day leaves any.
    """
    days = np.unique(day)
    for count in range(min(settings.periods, len(days) // 2), 0, -1):
        is_training = day + settings.horizon_days + settings.grace_days <= days[-count]
        if is_training.any():
            return is_training, day >= days[-count]
    raise TooShort


def train(values: Floats, labels: Bools, columns: Sequence[Column], choice: Choice) -> Card:
    """The card of the model that the ladder chose."""
    if choice.rung is Rung.BINNED:
        return points.card_of(binned.fit(values, labels, columns))
    if choice.strength is not None:
        return points.card_of(anchored.fit(values, labels, columns, choice.strength))
    return points.card_of(anchored.hand(values, labels, columns))


class _Run:
    """One backtest; `training` and `tested` are parts of `history`."""

    def __init__(
        self,
        history: Snapshots,
        columns: Sequence[Column],
        settings: Settings,
        is_training: Bools,
        is_tested: Bools,
        adopted: Adopted | None = None,
        live: Floats | None = None,
    ) -> None:
        self.adopted, self.live = adopted, live
        self.history, self.columns, self.settings = history, columns, settings
        self.is_tested = is_tested
        self.training, self.tested = history.only(is_training), history.only(is_tested)
        self.training_departures = _leavers(self.training)
        self.choice = choose(self.training_departures)
        self.card = train(self.training.values, self.training.label, columns, self.choice)
        self.means = anchored.means_of(self.training.values)
        self.training_risks = points.totals(self.card, self.training.values).astype(np.float64)
        self.points = points.totals(self.card, self.tested.values)
        self.departures = _leavers(self.tested)
        self.is_enough = self.departures >= verdict.LEAST_DEPARTURES
        self.hand = points.card_of(anchored.hand(self.training.values, self.training.label, columns))
        self.hand_points = points.totals(self.hand, self.tested.values)

    def report(self, challenger: Train | None) -> Backtest:
        settings, tested = self.settings, self.tested
        hand = self.reading(self.hand_risks, points.probabilities(self.hand_points))
        learned = self.reading(self.risks, self.chances)
        ceiling = None
        if challenger is not None:
            chances = challenger(self.training.values, self.training.label)(tested.values)
            ceiling = self.reading(chances, chances)
        gain = self.gain()
        history = self.shown()
        alerts = cases.alerts(tested, self.points, settings.budget)
        days = np.unique(tested.day)
        lines = self.column_lines()
        return Backtest(
            horizon_days=settings.horizon_days,
            share=settings.share,
            budget=settings.budget,
            first_day=int(days[0]),
            last_day=int(days[-1]),
            periods=len(days),
            accounts=len(np.unique(tested.account)),
            departures=self.departures,
            training_rows=len(self.training),
            training_departures=self.training_departures,
            choice=self.choice,
            hand=hand,
            learned=learned,
            ceiling=ceiling,
            gain=gain,
            shares=SHARES,
            calibration=tuple(measures.calibration(tested.label, self.chances)),
            confusion=alerts.confusion(),
            lead_days=alerts.lead_days(),
            missed=alerts.missed(history),
            false_alarms=alerts.false_alarms(history),
            caught=alerts.caught(history),
            quiet=alerts.quiet(history),
            columns=lines,
            stability=tuple(self.period_line(day) for day in days.tolist()),
            gate=self.asked(lines),
            verdict=verdict.judge(
                departures=self.departures, auc=learned.auc, lift=learned.lift, hand=hand.auc, gain=gain
            ).value,
            card=self.card,
            knows_today=self.live is not None,
        )

    @property
    def risks(self) -> Floats:
        return self.points.astype(np.float64)

    @property
    def hand_risks(self) -> Floats:
        return self.hand_points.astype(np.float64)

    @property
    def chances(self) -> Floats:
        return points.probabilities(self.points)

    def reading(self, risks: Floats, chances: Floats) -> Reading:
        """Without intervals, and so without a figure, where too few left."""
        label = self.tested.label
        if not self.is_enough:
            return Reading(None, None, None, (), measures.brier(label, chances), None)
        ranking = measures.Ranking(label, risks)
        found = ranking.captured(np.array([self.settings.share, *SHARES]))
        curve = [] if found is None else found.tolist()
        return Reading(
            auc=self.interval(ranking.auc),
            lift=self.interval(lambda weights: ranking.lift(self.settings.share, weights)),
            captured=curve[0] if curve else None,
            curve=tuple(curve[1:]),
            brier=measures.brier(label, chances),
            slope=measures.calibration_slope(label, chances),
        )

    def interval(self, measure: measures.Measure) -> Interval | None:
        return measures.bootstrap(self.tested.account, measure, self.settings.draws, self.settings.seed)

    def gain(self) -> Interval | None:
        """The learned model's area less that of the hand weights, on the same redrawn accounts."""
        ours, theirs = (
            measures.Ranking(self.tested.label, self.risks),
            measures.Ranking(self.tested.label, self.hand_risks),
        )
        if not self.is_enough:
            return None

        def difference(weights: Floats) -> float | None:
            one, other = ours.auc(weights), theirs.auc(weights)
            return None if one is None or other is None else one - other

        return self.interval(difference)

    def shown(self) -> cases.History:
        """What would have been shown on every day, also before the tested ones."""
        total = points.totals(self.card, self.history.values)
        health = anchored.hand_score(self.history.values, self.columns, self.means)
        return cases.History(self.history, health, points.probabilities(total))

    def column_lines(self) -> tuple[ColumnLine, ...]:
        each = points.each(self.card, self.tested.values)
        learned, hand = (self._moves(card) for card in (self.card, self.hand))
        return tuple(
            self._column_line(index, each[:, index], float(learned[index]), float(hand[index]))
            for index in range(len(self.columns))
        )

    def _moves(self, card: Card) -> Floats:
        """By how much each column moves the risk of the rows learned from, of 100."""
        spread = points.each(card, self.training.values).std(axis=0)
        shares: Floats = 100.0 * spread / spread.sum() if spread.sum() > 0 else spread
        return shares

    def _column_line(self, index: int, learned: Ints, importance: float, by_hand: float) -> ColumnLine:
        column, values = self.columns[index], self.tested.values[:, index]
        known = ~np.isnan(values)
        risks = -values[known] if column.is_component else learned[known].astype(np.float64)
        direction = points.direction(self.card.terms[index], self.training.values[:, index])
        weights = sum(one.weight for one in self.columns) or 1.0
        ranking = measures.Ranking(self.tested.label[known], risks)
        return ColumnLine(
            name=column.name,
            auc=measures.bootstrap(
                self.tested.account[known], ranking.auc, self.settings.draws // 4, self.settings.seed
            )
            if self.is_enough
            else None,
            coverage=float(known.mean()),
            weight=100.0 * column.weight / weights if column.is_component else 0.0,
            importance=importance,
            direction=direction,
            is_reversed=self._is_reversed(index, direction),
            outside=self._outside(index),
            moves_by_hand=by_hand,
        )

    def _is_reversed(self, index: int, direction: int) -> bool:
        column = self.columns[index]
        if column.is_component:
            return column.weight > 0 and direction > 0
        return points.is_turned(self.card.terms[index], column, self.training.values[:, index])

    def _outside(self, index: int) -> float:
        """The share of today's known values that lie beyond all of training."""
        live = self.tested.values[self.tested.day == self.tested.day[-1]] if self.live is None else self.live
        now = live[:, index]
        seen = self.training.values[:, index]
        now, seen = now[~np.isnan(now)], seen[~np.isnan(seen)]
        if not len(now):
            return 0.0
        return float(np.mean((now < seen.min()) | (now > seen.max()))) if len(seen) else 1.0

    def period_line(self, day: int) -> PeriodLine:
        rows = self.tested.day == day
        label, risks = self.tested.label[rows], self.risks[rows]
        area = measures.auc(label, risks) if self.is_enough else None
        return PeriodLine(day, int(rows.sum()), int(label.sum()), area, measures.psi(self.training_risks, risks))

    def asked(self, lines: Sequence[ColumnLine]) -> Gate:
        """The tested days in two windows, the older and the newer half; the top is what the budget reaches."""
        days = np.array_split(np.unique(self.tested.day), WINDOWS)
        spans = [np.isin(self.tested.day, part) for part in days if len(part)]
        windows = [self._window(rows) for rows in spans]
        reversed_columns = [line.name for line in lines if line.is_reversed]
        found = gate.decide(
            windows,
            reversed_columns=reversed_columns,
            approved=self.settings.approved,
            share=self.settings.budget / 100.0,
            seed=self.settings.seed,
        )
        found = replace(found, rival=self.rival(spans))
        if not self.is_enough:
            found = gate.refused(found, "fewer_than_10_tested")
        return gate.refused(found, self.choice.reason) if not self.choice.may_adopt else found

    def rival(self, spans: Sequence[Bools]) -> Rival | None:
        """The comparison with the card that scores now, on the same rows; a column it knew and is gone is missing."""
        if self.adopted is None:
            return None
        places = {column.name: place for place, column in enumerate(self.columns)}
        nothing = np.full(len(self.tested), np.nan)
        names = [term.column for term in self.adopted.card.terms]
        values = [self.tested.values[:, places[name]] if name in places else nothing for name in names]
        risks = points.totals(self.adopted.card, np.column_stack(values) if values else self.tested.values)
        windows = [replace(self._window(rows), in_use=risks[rows].astype(np.float64)) for rows in spans]
        return gate.rival(windows, run=self.adopted.run, share=self.settings.budget / 100.0, seed=self.settings.seed)

    def _window(self, rows: Bools) -> gate.Window:
        return gate.Window(
            accounts=self.tested.account[rows],
            labels=self.tested.label[rows],
            in_use=self.hand_risks[rows],
            challenger=self.risks[rows],
            probabilities=self.chances[rows],
        )


def _leavers(snapshots: Snapshots) -> int:
    """How many different accounts left."""
    return len(np.unique(snapshots.account[snapshots.label]))
