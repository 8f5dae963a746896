"""Runs in words: what they were asked, how far they are, and why one found nothing."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.formatting import exact, percent
from lib.markup import state_chip
from risk import queries, verdicts
from risk.models import RiskRun
from risk.prediction.verdict import Verdict

MONTH = timedelta(days=31)
PATIENCE = timedelta(minutes=10)  # a step takes seconds


@dataclass(frozen=True)
class Failed:
    """Why a run found nothing, and what would help."""

    what: str
    next: str


def state(run: RiskRun) -> SafeString:
    """Its verdict, how far it is, or that it found nothing."""
    if run.is_running:
        return state_chip("info", _("Running, %(share)s") % {"share": progress(run)})
    if run.failure:
        return state_chip("muted", _("Nothing to test"))
    code = Verdict(run.verdict)
    return state_chip(verdicts.TONES[code], verdicts.verdict_label(code))


def progress(run: RiskRun) -> str:
    return percent(run.done / run.total if run.total else 0)


def is_stuck(run: RiskRun, at: datetime) -> bool:
    """No step for so long that somebody should look."""
    return run.is_running and run.progress_at < at - PATIENCE


def is_outdated(run: RiskRun) -> bool:
    """Whether a run begun now would be asked something else: other weights, another horizon."""
    return bool(run.settings != queries.settings_of_run())


def failed(run: RiskRun) -> Failed:
    """What is missing, and when it will be enough."""
    what = f"{run.get_failure_display()} {run.failure_detail}".strip()
    return Failed(what, _next(run))


def _next(run: RiskRun) -> str:
    if run.failure == RiskRun.Failure.TOO_SHORT:
        return _too_short(run)
    if run.failure == RiskRun.Failure.NO_CUSTOMERS:
        return _("Move accounts to the stage where they became customers. What is scored from then on can be tested.")
    if run.failure == RiskRun.Failure.LEAKED:
        return _("What is recorded late cannot be used to look back. It can from the day on which it is kept at once.")
    return _("Try again. If it happens twice, an administrator finds the reason under Settings, Stuck work.")


def enough_on(first: date, horizon: timedelta) -> date:
    """The first day on which the horizon of a month's end is over that lies a horizon after the `first`."""
    later = first + horizon
    month_end = later.replace(day=monthrange(later.year, later.month)[1])
    return month_end + horizon + timedelta(days=1)


def _too_short(run: RiskRun) -> str:
    """A tested day has its horizon behind it, and one that taught lies another horizon before it."""
    horizon = timedelta(days=run.settings["horizon_days"] + queries.grace(run.settings))
    needs = _("A test needs %(days)s days of history: a month, and the horizon twice.") % {
        "days": (2 * horizon + MONTH).days
    }
    if not run.days:
        none = _(
            "No month of yours lies a horizon back yet: history begins with a customer's first score. A past that a "
            "file brings in was not known then."
        )
        return f"{needs} {none}"
    said = _("Yours begins on %(first)s, so it will be enough on %(day)s. A shorter horizon is enough sooner.") % {
        "first": exact(run.days[0]),
        "day": exact(enough_on(run.days[0], horizon)),
    }
    return f"{needs} {said}"
