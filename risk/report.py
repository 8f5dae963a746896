"""What the page of one finished run shows: prepared values only, in the order in which they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from accounts.stages import Band
from health.parts import PARTS
from lib.formatting import exact, money_short, number, percent, signed
from lib.markup import score_chip, state_chip
from risk import charts, queries, verdicts
from risk.columns import CONTRACT
from risk.known import SAMPLE
from risk.models import RiskRun
from risk.prediction.figures import Backtest, Case, Cell, ColumnLine
from risk.prediction.verdict import Verdict
from risk.words import KINDS
from risk.words import label as column_label

SHOWN = 10  # of a list; the rest is a click away
LOOKED_BACK = (30, 60, 90)
OUTSIDE = 0.2  # a part of which more is unlike anything learned from is not to be trusted

Accounts = Mapping[int, Account]
Shown = Mapping[tuple[int, int], tuple[float, str]]  # of an account, so many days before: its score and band


@dataclass(frozen=True)
class CaseRow:
    """One account of a list: `before` has a chip and a chance for each of LOOKED_BACK."""

    name: str
    url: str
    day: date
    money: str
    before: Sequence[tuple[int, SafeString, str]]


def page(run: RiskRun, found: Backtest) -> dict[str, Any]:
    """Everything `risk/report.html` shows."""
    enough = verdicts.is_enough(found)
    accounts = named([*found.missed[:SHOWN], *found.false_alarms[:SHOWN]])
    shown = shown_before([*found.missed, *found.false_alarms[:SHOWN]])
    currency, rival = run.settings["currency"], queries.rival(run)
    return {
        "headline": verdicts.headline(found),
        "is_enough": enough,
        "facts": facts(found, run.portfolio),
        "capture": charts.capture(found) if enough else None,
        "reach": reach(found),
        "calibration": charts.calibration(found),
        "confusion": confusion(found, currency),
        "lead": charts.lead(found),
        "missed": case_rows(found.missed[:SHOWN], accounts, shown, currency),
        "missed_words": missed_words(found, shown),
        "missed_count": found.confusion.missed.accounts,
        "false_alarms": case_rows(found.false_alarms[:SHOWN], accounts, shown, currency),
        "false_words": false_words(found),
        "false_count": found.confusion.false_alarms.accounts,
        "parts": part_rows(found),
        "weights_words": weights_words(found),
        "outside_words": outside_words(found),
        "part_chart": charts.columns(found.columns) if enough else None,
        "narrow_part_chart": charts.columns(found.columns, is_narrow=True) if enough else None,
        "by_month": charts.by_month(found),
        "drift": charts.drift(found),
        "verdict": verdicts.verdict_label(found.verdict),
        "verdict_chip": verdict_chip(found.verdict),
        "verdict_text": verdicts.verdict_text(found.verdict),
        "verdict_about": verdicts.about(run, found, rival),
        "conditions": verdicts.conditions(found, rival),
        "obstacles": queries.obstacles(run),
        "only_reversed": [verdicts.REVERSED],
        "reversed": verdicts.reversed_words(found.gate),
        "looked_back": LOOKED_BACK,
    }


def named(cases: Sequence[Case]) -> Accounts:
    return Account.objects.only("name", "currency").in_bulk([case.account for case in cases])


def verdict_chip(code: str) -> SafeString:
    return state_chip(verdicts.TONES[Verdict(code)], verdicts.verdict_label(code))


# ------------------------------------------------------------------------------------------------------- in figures
def facts(found: Backtest, portfolio: int) -> list[tuple[str, str, str]]:
    """(what, figure, how to read it): what was tested, on whom, and how well it ranked."""
    first, last = (exact(date.fromordinal(day)) for day in (found.first_day, found.last_day))
    about = [
        (
            _("Tested on"),
            _("%(months)s, %(first)s to %(last)s")
            % {"months": verdicts.months(found.periods), "first": first, "last": last},
            _("At the end of each month the risk was computed from what had been recorded by then."),
        ),
        (
            _("Accounts"),
            _("%(accounts)s, of which %(left)s left")
            % {"accounts": verdicts.accounts(found.accounts), "left": number(found.departures)},
            _customers(portfolio),
        ),
        (
            _("Learned from"),
            _("%(rows)s earlier snapshots, %(left)s departures")
            % {"rows": number(found.training_rows), "left": number(found.training_departures)},
            verdicts.rung_text(found),
        ),
    ]
    return [*about, *_rankings(found)] if verdicts.is_enough(found) else about


def _customers(portfolio: int) -> str:
    if portfolio > SAMPLE:
        return _("A fixed sample of %(sample)s of %(all)s customers: more would not make the figures surer.") % {
            "sample": number(SAMPLE),
            "all": number(portfolio),
        }
    return _("Those who were customers on at least one of these days.")


def _rankings(found: Backtest) -> list[tuple[str, str, str]]:
    pairs = _("0.50 is a coin toss, 1.00 is never wrong.")
    read = _("The chance that somebody who left had been ranked above somebody who stayed.")
    rows = [(_("AUC of the hand weights"), verdicts.with_interval(found.hand.auc), f"{read} {pairs}")]
    if verdicts.is_learned(found):
        rows.insert(0, (_("AUC of what was learned"), verdicts.with_interval(found.learned.auc), f"{read} {pairs}"))
        if found.gain is not None:
            gain = f"{signed(found.gain.value, 3)} ({verdicts.between(found.gain, 3)})"
            rows.append((_("Gained by learning"), gain, _("An interval that holds 0 may be luck.")))
    return rows


def reach(found: Backtest) -> str:
    """How near what can be explained comes to the best that could be learned at all."""
    if found.ceiling is None or found.ceiling.auc is None or found.learned.auc is None:
        return ""
    return _(
        "The ceiling is gradient boosting, which nobody can read and which never scores anybody: AUC %(ceiling)s. What "
        "is used here reaches %(share)s of it."
    ) % {
        "ceiling": verdicts.with_interval(found.ceiling.auc),
        "share": percent(found.learned.auc.value / found.ceiling.auc.value),
    }


def confusion(found: Backtest, currency: str) -> dict[str, Any]:
    """Alerts at the budget: who was announced, who was not, and the money of those who pay in `currency`."""
    cells = found.confusion
    words = ngettext(
        "With %(budget)s alert for 100 accounts a month, %(announced)s, and %(stayed)s.",
        "With %(budget)s alerts for 100 accounts a month, %(announced)s, and %(stayed)s.",
        1 if found.budget == 1 else 2,
    ) % {
        "budget": number(found.budget, 0 if found.budget == round(found.budget) else 1),
        "announced": _announced(cells.caught.accounts, cells.caught.accounts + cells.missed.accounts),
        "stayed": _stayed(cells.false_alarms.accounts, cells.caught.accounts + cells.false_alarms.accounts),
    }
    return {
        "words": words,
        **{
            name: _cell(getattr(cells, name), getattr(found, name), currency)
            for name in ("caught", "missed", "false_alarms", "quiet")
        },
    }


def _announced(caught: int, left: int) -> str:
    if not left:
        return _("nobody left")
    if left == 1:
        return _("the one who left was announced") if caught else _("the one who left was not announced")
    return ngettext(
        "%(caught)s of the %(left)s who left was announced (%(share)s)",
        "%(caught)s of the %(left)s who left were announced (%(share)s)",
        caught,
    ) % {"caught": number(caught), "left": number(left), "share": percent(caught / left)}


def _stayed(false_alarms: int, alerted: int) -> str:
    if not alerted:
        return _("no account had an alert")
    if alerted == 1:
        return _("the one account with an alert stayed") if false_alarms else _("the one account with an alert left")
    return _("%(false)s of the %(alerted)s accounts with an alert stayed") % {
        "false": number(false_alarms),
        "alerted": number(alerted),
    }


def _cell(cell: Cell, listed: Sequence[Case], currency: str) -> dict[str, Any]:
    """Runs of before there were four lists kept two of them."""
    money = money_short(cell.money, currency)
    return {"accounts": number(cell.accounts), "money": money, "is_listed": bool(listed)}


# ----------------------------------------------------------------------------------------------------------- cases
def shown_before(cases: Sequence[Case]) -> Shown:
    """What people saw of each account so many days before it left or was warned of: the score as it was kept then."""
    moments = {
        (case.account, days): date.fromordinal(case.day) - timedelta(days=days)
        for case in cases
        for days in LOOKED_BACK
    }
    found = queries.shown_on([(account, day) for (account, _days), day in moments.items()])
    return {key: found[key[0], day] for key, day in moments.items() if (key[0], day) in found}


def case_rows(cases: Sequence[Case], accounts: Accounts, shown: Shown, currency: str) -> list[CaseRow]:
    """`currency` is that of the money; who pays in another has none here."""
    return [_case_row(case, accounts.get(case.account), shown, currency) for case in cases]


def _case_row(case: Case, account: Account | None, shown: Shown, currency: str) -> CaseRow:
    risks = {one.days: percent(one.risk) for one in case.before}
    return CaseRow(
        name=account.name if account else _("An account that is no longer here"),
        url=reverse("dashboard:account", args=[case.account]) if account else "",
        day=date.fromordinal(case.day),
        money=money_short(case.money or None, currency),
        before=[
            (days, score_chip(*shown.get((case.account, days), (None, ""))), risks.get(days, ""))
            for days in LOOKED_BACK
        ],
    )


def was_green(case: Case, shown: Shown) -> bool:
    """Shown as healthy 30 days before."""
    return shown.get((case.account, LOOKED_BACK[0]), (0.0, ""))[1] == Band.HEALTHY


def missed_words(found: Backtest, shown: Shown) -> str:
    if not found.missed:
        return _("Nobody left without an alert.")
    green = sum(was_green(case, shown) for case in found.missed)
    listed = len(found.missed)
    return ngettext(
        "%(green)s of %(n)s account that left without an alert was shown as healthy 30 days before: green churn.",
        "%(green)s of %(n)s accounts that left without an alert were shown as healthy 30 days before: green churn.",
        listed,
    ) % {"green": number(green), "n": number(listed)}


def false_words(found: Backtest) -> str:
    if not found.false_alarms:
        return _("Nobody had an alert and stayed.")
    return ngettext(
        "%(n)s account had an alert and stayed. An alert that was followed may be why.",
        "%(n)s accounts had an alert and stayed. Alerts that were followed may be why.",
        found.confusion.false_alarms.accounts,
    ) % {"n": number(found.confusion.false_alarms.accounts)}


# ----------------------------------------------------------------------------------------------------------- parts
def part_rows(found: Backtest) -> list[dict[str, Any]]:
    """Each part by itself: what ranks best first."""
    return [
        {
            "name": column_label(line.name),
            "auc": verdicts.with_interval(line.auc),
            "coverage": percent(line.coverage),
            "sign": _riskiest_kind(found) if line.name == CONTRACT else _sign(line.direction),
            "weight": _by_hand(line),
            "importance": number(line.importance),
            "flags": _flags(line),
        }
        for line in charts.ranked(found.columns)
    ]


def weights_words(found: Backtest) -> str:
    """What the weights of `part_rows` are."""
    if all(line.moves_by_hand is None for line in found.columns):
        return _("Weights are of 100: by hand as you set them, in this test by how much they move the tested risk.")
    return _(
        "Weights are of 100: by how much each moves the risk of the accounts learned from, by the weights and the odds "
        "of a contract set by hand, and as learned in this test."
    )


def outside_words(found: Backtest) -> str:
    if found.knows_today:
        return _("Outside the trained range: values of customers on the day of the test, and of no month learned from.")
    return _("Outside the trained range: values of the newest month tested, and of no month learned from.")


def _by_hand(line: ColumnLine) -> str:
    """Of older runs what was set for the score, which is nothing for a fact of the contract."""
    return number(line.moves_by_hand if line.moves_by_hand is not None else line.weight or None)


def _riskiest_kind(found: Backtest) -> str:
    """A kind has no more or less."""
    points = {kind: term.points_of(kind) for term in found.card.terms if term.column == CONTRACT for kind in KINDS}
    if len(set(points.values())) < 2:
        return number(None)
    return _("Most risk: %(kind)s") % {"kind": str(KINDS[max(points, key=lambda kind: points[kind])])}


def _sign(direction: int) -> str:
    words = {-1: _("Less risk"), 0: _("Hardly any"), 1: _("More risk")}
    return words[direction]


def _flags(line: ColumnLine) -> list[SafeString]:
    flags = []
    if line.is_reversed:
        against = _("Against its meaning") if line.name in PARTS else _("Against what is set by hand")
        flags.append(state_chip("watch", against))
    if line.outside > OUTSIDE:
        flags.append(state_chip("watch", _("Outside the trained range: %(share)s") % {"share": percent(line.outside)}))
    return flags
