"""Public churn data as components of 0 to 100 and as raw columns, and a portfolio made up here.

The folder of the data is named by NINEFOLD_DATA: `telco_customer_churn.csv` (IBM, Apache-2.0), and
`oulad_snapshots_28d.csv.gz`, a row for each enrolment and 28 days of the Open University's learning analytics dataset
(Kuzilek, Hlosta and Zdrahal 2017, CC BY 4.0). The hand weights and formulas below were written before any model was run
on them, and are not tuned.
"""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from risk.prediction.arrays import Bools, Floats, Ints
from risk.prediction.backtest import Snapshots
from risk.prediction.columns import Column

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "data" / "prediction"
HORIZON_DAYS = 90
Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """Rows of one data set: `components` for the hand weights, `raw` for a free model."""

    label: Bools
    components: Floats
    columns: list[Column]
    raw: Floats
    raw_columns: list[Column]
    customer: Ints
    is_later: Bools


def folder() -> Path | None:
    """Where the large data lie, if somebody said."""
    named = os.environ.get("NINEFOLD_DATA")
    return Path(named) if named else None


def rows(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        yield from csv.DictReader(lines)


def number(text: str) -> float:
    """NaN for what is empty."""
    return float(text) if text.strip() else float("nan")


def sat(values: Floats, low: float, high: float) -> Floats:
    """0 at `low`, 100 at `high`, straight between, flat beyond."""
    result: Floats = 100.0 * np.clip((values - low) / (high - low), 0.0, 1.0)
    return result


# ---------------------------------------------------------------------------------------------------------- telco
PROTECTION = ["OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport"]
STREAMING = ["StreamingTV", "StreamingMovies"]
TELCO_WEIGHTS = {"commitment": 25, "loyalty": 25, "protection": 20, "price": 15, "payment": 10, "household": 5}
TELCO_NUMBERS = ["tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen"]


def telco(path: Path) -> Table:
    """IBM's sample: 7,043 customers, 26.5 % left."""
    found = list(rows(path))
    words = [name for name in found[0] if name not in {"customerID", "Churn", *TELCO_NUMBERS}]
    raw = [[number(row[name]) for row in found] for name in TELCO_NUMBERS]
    for name in words:
        order = sorted({row[name] for row in found})
        raw.append([float(order.index(row[name])) for row in found])
    return Table(
        label=np.array([row["Churn"] == "Yes" for row in found]),
        components=np.array([_telco_components(row) for row in found]),
        columns=_columns(TELCO_WEIGHTS),
        raw=np.array(raw).T,
        raw_columns=[Column(name) for name in [*TELCO_NUMBERS, *words]],
        customer=np.arange(len(found)),
        is_later=np.zeros(len(found), dtype=bool),
    )


def _telco_components(row: Row) -> list[float]:
    protected = [row[name] == "Yes" for name in PROTECTION]
    has_internet = row["InternetService"] != "No"
    return [
        {"Month-to-month": 0.0, "One year": 60.0, "Two year": 100.0}[row["Contract"]],
        100.0 * min(1.0, float(row["tenure"]) / 48),
        100.0 * sum(protected) / len(protected) if has_internet else float("nan"),
        float(sat(np.array(-float(row["MonthlyCharges"])), -110.0, -20.0)),
        100.0 if "automatic" in row["PaymentMethod"] else 0.0 if "Electronic" in row["PaymentMethod"] else 50.0,
        50.0 * (row["Partner"] == "Yes") + 50.0 * (row["Dependents"] == "Yes"),
    ]


# ---------------------------------------------------------------------------------------------------------- oulad
OULAD_WEIGHTS = {"on_time": 25, "handed_in": 20, "no_gap": 20, "recency": 15, "marks": 15, "trend": 5}
OULAD_NUMBERS = (
    "day n_due n_sub ontime_rate sub_rate miss_run w_rate late_mean recency last_score mean_score trend next_due"
    " prev_due num_of_prev_attempts studied_credits date_registration"
).split()
LATER = "2014J"


def oulad(path: Path, horizon_days: int = 28) -> Table:
    """The Open University's: 198,340 snapshots of enrolments; left: unregistered within the horizon."""
    found = list(rows(path))
    raw = np.array([[number(row[name]) for name in OULAD_NUMBERS] for row in found])
    left_in = np.array([number(row["date_unregistration"]) for row in found]) - raw[:, 0]
    by_name = dict(zip(OULAD_NUMBERS, raw.T, strict=True))
    components = [
        100.0 * by_name["ontime_rate"],
        100.0 * by_name["sub_rate"],
        100.0 * 0.5 ** by_name["miss_run"],
        100.0 * 0.5 ** (by_name["recency"] / 30.0),
        by_name["mean_score"],
        sat(by_name["trend"], -20.0, 10.0),
    ]
    return Table(
        label=(left_in > 0) & (left_in <= horizon_days),
        components=np.array(components).T,
        columns=_columns(OULAD_WEIGHTS),
        raw=raw,
        raw_columns=[Column(name) for name in OULAD_NUMBERS],
        customer=np.array([int(row["eid"]) for row in found]),
        is_later=np.array([row["code_presentation"] == LATER for row in found]),
    )


# ------------------------------------------------------------------------------------------------------ ravenstack
RAVENSTACK_WEIGHTS = {"usage": 30, "trend": 20, "stability": 10, "support": 15, "satisfaction": 15, "seats": 10}
FIRST_MONTH, MONTHS = date(2023, 7, 1), 16  # the last one sees its 90 days


def ravenstack(home: Path) -> tuple[Snapshots, list[Column]]:
    """500 invented accounts whose departures have nothing to do with what they did: the control without a signal."""
    accounts = list(rows(home / "ravenstack_accounts.csv.gz"))
    places = {row["account_id"]: place for place, row in enumerate(accounts)}
    events = _Events(home, places)
    signup = np.array([_day(row["signup_date"]) for row in accounts])
    left = np.full(len(accounts), np.inf)
    for row in rows(home / "ravenstack_churn_events.csv.gz"):
        place, day = places[row["account_id"]], _day(row["churn_date"])
        left[place] = min(left[place], day)
    seats = np.array([float(row["seats"]) for row in accounts])
    parts = [_month(month, events, signup, left, seats) for month in range(MONTHS)]
    account, day, values, left_in = (np.concatenate(part) for part in zip(*parts, strict=True))
    recorded = np.where(np.isnan(values), np.nan, day[:, None].astype(np.float64))
    label = left_in <= HORIZON_DAYS
    money = np.zeros(len(day), dtype=np.int64)
    return Snapshots(account, day, values, recorded, label, left_in, money), _columns(RAVENSTACK_WEIGHTS)


class _Events:
    """Usage (uses, errors) and tickets (day, satisfaction) by the place of their account."""

    def __init__(self, home: Path, places: dict[str, int]) -> None:
        owner = {
            row["subscription_id"]: places[row["account_id"]] for row in rows(home / "ravenstack_subscriptions.csv.gz")
        }
        self.usage: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
        for row in rows(home / "ravenstack_feature_usage.csv.gz"):
            use = (_day(row["usage_date"]), float(row["usage_count"]), float(row["error_count"]))
            self.usage[owner[row["subscription_id"]]].append(use)
        self.tickets: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for row in rows(home / "ravenstack_supports_ticket.csv.gz"):
            ticket = (_day(row["submitted_at"]), number(row["satisfaction_score"]))
            self.tickets[places[row["account_id"]]].append(ticket)

    def components(self, account: int, day: int, seats: float) -> list[float]:
        uses = [(use, errors, day - at) for at, use, errors in self.usage[account] if day - 90 < at <= day]
        marks = [mark for at, mark in self.tickets[account] if day - 180 < at <= day and not np.isnan(mark)]
        opened = sum(day - 90 < at <= day for at, _ in self.tickets[account])
        total, late = sum(use for use, _, _ in uses), sum(use for use, _, ago in uses if ago < 45)
        wrong = sum(errors for _, errors, _ in uses)
        return [
            100.0 * (1.0 - np.exp(-total / 50.0)),
            100.0 * late / total if total else np.nan,
            100.0 * (1.0 - min(1.0, wrong / total)) if total else np.nan,
            100.0 * 0.5**opened,
            20.0 * float(np.mean(marks)) if marks else np.nan,
            min(100.0, 2.0 * seats),
        ]


def _month(month: int, events: _Events, signup: Ints, left: Floats, seats: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    year, month_of_year = divmod(FIRST_MONTH.month - 1 + month, 12)
    day = date(FIRST_MONTH.year + year, month_of_year + 1, 1).toordinal()
    live = np.flatnonzero((signup <= day) & (left > day))
    values = np.array([events.components(int(one), day, float(seats[one])) for one in live])
    left_in = np.where(np.isinf(left[live]), np.nan, left[live] - day)
    return live, np.full(len(live), day), values, left_in


def _day(text: str) -> int:
    return datetime.strptime(text[:10], "%d-%m-%Y").date().toordinal()  # noqa: DTZ007


# ---------------------------------------------------------------------------------------------------- made up here
PANEL_WEIGHTS = {
    "intent": 5, "anticipated_needs": 10, "adoption": 25, "outcomes": 20, "relationships": 15, "engagement": 10,
    "education": 5, "journey": 10,
}  # fmt: skip
PANEL_EFFECTS = np.array([0.0, 0.3, 0.6, 0.3, 0.3, 0.4, 0.0, 0.3])


def panel(
    accounts: int, months: int, *, seed: int, hazard: float = 0.01, signal: float = 1.0
) -> tuple[Snapshots, list[Column]]:
    """Accounts whose eight components wander and, but for two, drive who leaves, `hazard` a month on average ones."""
    random = np.random.default_rng(seed)
    home = random.normal(0.0, 1.0, (accounts, len(PANEL_WEIGHTS)))
    state, left = home.copy(), np.full(accounts, np.inf)
    shown: list[Floats] = []
    for month in range(months + 3):
        state = 0.8 * state + 0.2 * home + random.normal(0.0, 0.4, home.shape)
        shown.append(np.clip(60.0 + 18.0 * state, 0.0, 100.0))
        leaves = (random.random(accounts) < hazard * np.exp(-signal * state @ PANEL_EFFECTS)) & np.isinf(left)
        left[leaves] = 30 * month + random.integers(1, 31, int(leaves.sum()))
    parts = []
    for month in range(months):
        live = np.flatnonzero(left > 30 * month)
        values = np.where(random.random((len(live), home.shape[1])) < 0.15, np.nan, shown[month][live])
        parts.append((live, np.full(len(live), 30 * month), values, left[live] - 30 * month))
    account, day, values, left_in = (np.concatenate(part) for part in zip(*parts, strict=True))
    left_in = np.where(np.isinf(left_in), np.nan, left_in)
    recorded = np.where(np.isnan(values), np.nan, day[:, None] + 0.5)
    money = (1 + account % 9) * 1_200_000
    return Snapshots(account, day, values, recorded, left_in <= HORIZON_DAYS, left_in, money), _columns(PANEL_WEIGHTS)


def _columns(weights: dict[str, int]) -> list[Column]:
    return [Column(name, float(weight)) for name, weight in weights.items()]
