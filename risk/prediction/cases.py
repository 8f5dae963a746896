"""What alerts at a budget would have done: who was announced, who was not, and what the score had said of them."""

from dataclasses import dataclass

import numpy as np

from risk.prediction.arrays import Bools, Floats, Ints
from risk.prediction.figures import Before, Case, Cell, Confusion
from risk.prediction.snapshots import Snapshots

COOL_DOWN_DAYS = 42
LOOKED_BACK = (30, 60, 90)
OLDEST_DAYS = 45  # a snapshot older than this before the asked day says nothing about it
LISTED = 200


@dataclass(frozen=True)
class History:
    """All snapshots by day, with the hand score (0 to 100) and the learned risk (0 to 1) of each."""

    snapshots: Snapshots
    health: Floats
    risk: Floats

    def before(self, account: int, day: int) -> tuple[Before, ...]:
        """What was shown 30, 60 and 90 days before `day`, by the newest snapshot then."""
        rows = np.flatnonzero(self.snapshots.account == account)
        days = self.snapshots.day[rows]
        found = []
        for back in LOOKED_BACK:
            at = int(np.searchsorted(days, day - back, side="right")) - 1
            if at >= 0 and day - back - days[at] <= OLDEST_DAYS:
                found.append(Before(back, round(float(self.health[rows[at]]), 1), float(self.risk[rows[at]])))
        return tuple(found)


@dataclass(frozen=True)
class Alerts:
    """The alerts of the tested days: `is_alert` a row, and where each account stands in the end."""

    tested: Snapshots
    is_alert: Bools

    def confusion(self) -> Confusion:
        """Each account once; caught when it left within the horizon of one of its alerts."""
        accounts, money = self._last_money()
        caught, left, alerted = (
            np.isin(accounts, self.tested.account[rows])
            for rows in (self.is_alert & self.tested.label, self.tested.label, self.is_alert)
        )

        def cell(which: Bools) -> Cell:
            return Cell(int(which.sum()), int(money[which].sum()))

        return Confusion(cell(caught), cell(left & ~caught), cell(alerted & ~left), cell(~alerted & ~left))

    def lead_days(self) -> tuple[int, ...]:
        """From the first alert within the horizon to the day it left, shortest first."""
        rows = self._first(self.is_alert & self.tested.label & ~np.isnan(self.tested.left_in))
        return tuple(sorted(int(days) for days in self.tested.left_in[rows]))

    def missed(self, history: History) -> tuple[Case, ...]:
        """Accounts that left without an alert within the horizon, the most revenue first."""
        caught = np.unique(self.tested.account[self.is_alert & self.tested.label])
        unseen = self.tested.label & ~np.isin(self.tested.account, caught) & ~np.isnan(self.tested.left_in)
        rows = self._first(unseen)
        days = self.tested.day[rows] + self.tested.left_in[rows].astype(np.int64)
        return self._cases(rows, days, history)

    def false_alarms(self, history: History) -> tuple[Case, ...]:
        """Accounts with an alert that did not leave within the horizon of any tested day, the most revenue first."""
        left = np.unique(self.tested.account[self.tested.label])
        rows = self._first(self.is_alert & ~np.isin(self.tested.account, left))
        return self._cases(rows, self.tested.day[rows], history)

    def caught(self, history: History) -> tuple[Case, ...]:
        """Accounts that left within the horizon of an alert, by the day they left, the most revenue first."""
        rows = self._first(self.is_alert & self.tested.label & ~np.isnan(self.tested.left_in))
        days = self.tested.day[rows] + self.tested.left_in[rows].astype(np.int64)
        return self._cases(rows, days, history)

    def quiet(self, history: History) -> tuple[Case, ...]:
        """Accounts that neither had an alert nor left, by the day they were last looked at, the most revenue first."""
        stirred = np.unique(self.tested.account[self.is_alert | self.tested.label])
        rows = len(self.tested) - 1 - np.unique(self.tested.account[::-1], return_index=True)[1]
        rows = rows[~np.isin(self.tested.account[rows], stirred)]
        return self._cases(rows, self.tested.day[rows], history)

    def _first(self, which: Bools) -> Ints:
        """The place of the first such row of each account."""
        rows = np.flatnonzero(which)
        return rows[np.unique(self.tested.account[rows], return_index=True)[1]]

    def _last_money(self) -> tuple[Ints, Ints]:
        accounts, last = np.unique(self.tested.account[::-1], return_index=True)
        return accounts, self.tested.money[::-1][last]

    def _cases(self, rows: Ints, days: Ints, history: History) -> tuple[Case, ...]:
        money, accounts = self.tested.money[rows], self.tested.account[rows]
        dearest = np.lexsort((accounts, -money))[:LISTED]
        found = ((int(accounts[at]), int(days[at]), int(money[at])) for at in dearest)
        return tuple(Case(account, day, value, history.before(account, day)) for account, day, value in found)


def alerts(tested: Snapshots, risks: Floats | Ints, budget: float) -> Alerts:
    """Alert, every tested day, the riskiest `budget` of 100 accounts that had no alert in the 42 days before.

    `tested` is sorted by day. Equal risks: the lower account number first, so that the same history gives the same
    alerts.
    """
    is_alert = np.zeros(len(tested), dtype=bool)
    alerted_on: dict[int, int] = {}
    for day in np.unique(tested.day).tolist():
        rows = np.flatnonzero(tested.day == day)
        count = round(len(rows) * budget / 100.0)
        quiet_until = day - COOL_DOWN_DAYS
        for row in rows[np.lexsort((tested.account[rows], -risks[rows]))].tolist():
            account = int(tested.account[row])
            if count <= 0:
                break
            if alerted_on.get(account, quiet_until) <= quiet_until:
                is_alert[row], alerted_on[account] = True, day
                count -= 1
    return Alerts(tested, is_alert)
