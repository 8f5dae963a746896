"""Tests of the risk as tables for a spreadsheet: the header first, shares and chances from 0 to 1."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from lib.formatting import major_units
from risk import verdicts
from risk.models import RiskRunQuerySet
from risk.prediction.figures import Backtest, Case, Interval, Reading
from risk.report import LOOKED_BACK, named, shown_before
from risk.words import label as column_label

CHUNK = 500
Table = Iterator[Sequence[object]]
Row = tuple[str, str, str, float | str | None, float | None, float | None]


def runs(found: RiskRunQuerySet) -> Table:
    """Every test, what it was asked and what it found, newest first."""
    yield [
        _("Id"), _("Started at"), _("Started by"), _("Finished at"), _("Horizon, days"), _("Non-renewals count"),
        _("Downgrades count"), _("Verdict"), _("Model"), _("Failure"), _("Adopted at"), _("Adopted by"),
        _("Retired at"), _("Retired by"),
    ]  # fmt: skip
    for run in found.defer("report", "card").iterator(chunk_size=CHUNK):
        asked = run.settings
        yield [
            run.pk, run.started_at, _name(run.started_by), run.finished_at, asked["horizon_days"],
            asked["counts_non_renewal"], asked["counts_downgrade"], run.verdict, run.rung, run.failure,
            run.adopted_at, _name(run.adopted_by), run.retired_at, _name(run.retired_by),
        ]  # fmt: skip


def _name(person: object) -> str:
    return str(person) if person else ""


def cases(found: Sequence[Case], currency: str) -> Table:
    """Accounts with what the score and the risk said of them before; money of those who pay in `currency`."""
    health = [_("Health score %(n)s days before") % {"n": days} for days in LOOKED_BACK]
    risk = [_("Risk %(n)s days before") % {"n": days} for days in LOOKED_BACK]
    yield [_("Account id"), _("Account"), _("Day"), _("ARR"), _("Currency"), *health, *risk]
    accounts, shown = named(found), shown_before(found)
    for case in found:
        account = accounts.get(case.account)
        money = (major_units(case.money, currency), currency) if case.money else (None, "")
        risks = {one.days: round(one.risk, 4) for one in case.before}
        yield [
            case.account, account.name if account else "", date.fromordinal(case.day), *money,
            *(shown.get((case.account, days), (None, ""))[0] for days in LOOKED_BACK),
            *(risks.get(days) for days in LOOKED_BACK),
        ]  # fmt: skip


def parts(found: Backtest) -> Table:
    """What each part of the score, and each fact of the contract, foretells by itself."""
    yield [
        _("Key"), _("Part"), _("AUC alone"), _("AUC, low"), _("AUC, high"), _("Coverage"), _("Direction"),
        _("Weight by hand"), _("Weight in the test"), _("Against its meaning"), _("Outside the trained range"),
        _("Moves the risk by hand"),
    ]  # fmt: skip
    for line in found.columns:
        yield [
            line.name, column_label(line.name), *_interval(line.auc), round(line.coverage, 4), line.direction,
            round(line.weight, 2), round(line.importance, 2), line.is_reversed, round(line.outside, 4),
            None if line.moves_by_hand is None else round(line.moves_by_hand, 2),
        ]  # fmt: skip


def _interval(one: Interval | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if one is None else (_short(one.value), _short(one.low), _short(one.high))


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def figures(found: Backtest, currency: str) -> Table:
    """Every figure of the report but those of parts and accounts, one a row; money of those who pay in `currency`."""
    yield [_("Section"), _("Of"), _("Figure"), _("Value"), _("Low"), _("High")]
    yield from _about(found)
    for name, reading in (("hand", found.hand), ("learned", found.learned), ("ceiling", found.ceiling)):
        if reading is not None:
            yield from _reading(name, reading, found.shares)
    if found.gain is not None:
        yield "ranking", "learned", "gained", *_interval(found.gain)
    for place, group in enumerate(found.calibration, 1):
        yield "calibration", str(place), "snapshots", group.count, None, None
        yield "calibration", str(place), "foretold", _short(group.foretold), None, None
        yield "calibration", str(place), "left", _short(group.observed), _short(group.low), _short(group.high)
    yield from _alerts(found, currency)
    for line in found.stability:
        day = date.fromordinal(line.day).isoformat()
        for figure, value in (
            ("accounts", line.accounts),
            ("left", line.departures),
            ("auc", line.auc),
            ("psi", line.psi),
        ):
            yield "months", day, figure, value if isinstance(value, int) else _short(value), None, None


def _alerts(found: Backtest, currency: str) -> Iterable[Row]:
    for name in ("caught", "missed", "false_alarms", "quiet"):
        cell = getattr(found.confusion, name)
        yield "alerts", name, "accounts", cell.accounts, None, None
        yield "alerts", name, f"revenue, {currency}", float(major_units(cell.money, currency)), None, None
    for days in found.lead_days:
        yield "lead time", "", "days", days, None, None


def _about(found: Backtest) -> Iterable[Row]:
    values: dict[str, float | str | None] = {
        "verdict": found.verdict, "model": found.choice.rung.value, "horizon_days": found.horizon_days,
        "months": found.periods, "accounts": found.accounts, "departures": found.departures,
        "training_rows": found.training_rows, "training_departures": found.training_departures,
        "alerts_per_100_accounts_a_month": found.budget, "calibration_slope": _short(found.gate.slope),
        "may_be_adopted": "yes" if found.gate.is_passed else "no",
    }  # fmt: skip
    for name, value in values.items():
        yield "test", "", name, value, None, None
    if not verdicts.is_enough(found):
        return
    for name, against in (("gate", found.gate), ("adopted", found.gate.rival)):
        pairs = zip(against.better_auc, against.better_lift, strict=True) if against else ()
        for window, (auc, lift) in enumerate(pairs, 1):
            yield name, str(window), "sure_better_overall", _short(auc), None, None
            yield name, str(window), "sure_better_at_the_top", _short(lift), None, None


def _reading(name: str, reading: Reading, shares: Sequence[float]) -> Iterable[Row]:
    for figure, interval in (("auc", reading.auc), ("lift", reading.lift)):
        if interval is not None:
            yield "ranking", name, figure, *_interval(interval)
    yield "ranking", name, "brier", _short(reading.brier), None, None
    for share, value in zip(shares, reading.curve, strict=False):
        yield "ranking", name, f"captured by {share:.2f}", _short(value), None, None
