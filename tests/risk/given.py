"""A finished test of the risk, small enough to read."""

from dataclasses import replace
from datetime import date

from risk.models import RiskRun
from risk.prediction.card import Card, Term
from risk.prediction.figures import (
    Backtest,
    Before,
    Case,
    Cell,
    ColumnLine,
    Confusion,
    Gate,
    Group,
    Interval,
    PeriodLine,
    Reading,
)
from risk.prediction.ladder import Choice, Rung
from tests.builders import NOON

DAYS = [date(2025, month, 1).toordinal() for month in (7, 8, 9, 10)]
ASKED = {
    "horizon_days": 90, "counts_downgrade": False, "counts_non_renewal": True, "budget": 5, "currency": "EUR",
}  # fmt: skip
SHARES = (0.0, 0.1, 0.5, 1.0)
OPEN = Gate(True, (), (0.97, 0.95), (0.92, 0.91), 0.98, ())
SHUT = Gate(False, ("not_better",), (0.97, 0.55), (0.92, 0.41), 0.98, ())
CARD = Card(-60, (Term("adoption", (50.0,), (12, -8), 0), Term("renewal", (2.0,), (15, -3), 0)))


def reading(auc=0.74, lift=3.6, captured=0.36):
    return Reading(
        auc=Interval(auc, auc - 0.05, auc + 0.05),
        lift=Interval(lift, lift - 0.7, lift + 0.6),
        captured=captured,
        curve=(0.0, captured, 0.8, 1.0),
        brier=0.02,
        slope=0.98,
    )


def found(*, missed=(), false_alarms=(), caught=(), quiet=(), **changes):
    """Forty accounts left of four hundred; `missed` and `false_alarms` are accounts."""
    whole = Backtest(
        horizon_days=90,
        share=0.1,
        budget=5.0,
        first_day=DAYS[0],
        last_day=DAYS[-1],
        periods=len(DAYS),
        accounts=400,
        departures=40,
        training_rows=4000,
        training_departures=120,
        choice=Choice(Rung.ANCHORED, 30.0, "100_to_299_departures", may_adopt=True),
        hand=reading(0.68, 1.9, 0.19),
        learned=reading(),
        ceiling=None,
        gain=Interval(0.06, 0.02, 0.09),
        shares=SHARES,
        calibration=(Group(800, 0.01, 0.012, 0.006, 0.02), Group(800, 0.08, 0.07, 0.05, 0.09)),
        confusion=Confusion(
            Cell(40 - len(missed), 9_000_000), Cell(len(missed), 4_800_000),
            Cell(len(false_alarms), 1_000_000), Cell(360 - len(false_alarms), 90_000_000),
        ),
        lead_days=(5, 20, 33, 61),
        missed=tuple(Case(one.pk, DAYS[1], 4_800_000, (Before(30, 82.0, 0.02),)) for one in missed),
        false_alarms=tuple(Case(one.pk, DAYS[2], 1_000_000, (Before(30, 41.0, 0.22),)) for one in false_alarms),
        columns=(
            ColumnLine("adoption", Interval(0.7, 0.64, 0.76), 0.9, 25.0, 60.0, -1, False, 0.0),
            ColumnLine("renewal", Interval(0.6, 0.52, 0.66), 1.0, 0.0, 40.0, -1, False, 0.3),
        ),
        stability=tuple(PeriodLine(day, 390, 10, 0.73, 0.04) for day in DAYS),
        gate=OPEN,
        verdict="proven",
        card=CARD,
        caught=tuple(Case(one.pk, DAYS[1], 3_000_000, (Before(30, 35.0, 0.31),)) for one in caught),
        quiet=tuple(Case(one.pk, DAYS[3], 2_000_000, (Before(30, 80.0, 0.01),)) for one in quiet),
    )  # fmt: skip
    return replace(whole, **changes)


def few(**changes):
    """Four accounts left: nothing may be said about the ranking."""
    nothing = Reading(None, None, None, (), 0.01, None)
    return found(
        departures=4,
        hand=nothing,
        learned=nothing,
        gain=None,
        columns=tuple(replace(one, auc=None) for one in found().columns),
        stability=tuple(PeriodLine(day, 390, 1, None, 0.04) for day in DAYS),
        gate=Gate(False, ("fewer_than_10_tested", "not_better"), (0.99, 0.99), (0.99, 0.99), 0.98, ()),
        verdict="not_enough_departures",
        **changes,
    )


def make_run(one=None, **values):
    """A run that found `one`; with `failure` nothing."""
    one = one or found()
    result = {} if "failure" in values else {
        "report": one.to_json(), "card": one.card.to_json(), "verdict": one.verdict, "rung": one.choice.rung,
    }  # fmt: skip
    times = {"started_at": NOON, "progress_at": NOON, "finished_at": NOON, "done": 30, "total": 30}
    return RiskRun.objects.create(**{"settings": ASKED, **times, **result, **values})
