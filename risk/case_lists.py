"""The four lists behind the table of alerts: who left or stayed, with an alert or without."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from risk.models import RiskRun
from risk.prediction.figures import Backtest, Case
from risk.report import LOOKED_BACK, case_rows, false_words, missed_words, named, shown_before
from risk.verdicts import accounts


class Which(StrEnum):
    """A cell of the table, by its name in `Confusion` and in `Backtest`."""

    CAUGHT = "caught"
    MISSED = "missed"
    FALSE_ALARMS = "false_alarms"
    QUIET = "quiet"


_EXPORTS = {
    Which.CAUGHT: "risk:caught_export",
    Which.MISSED: "risk:missed_export",
    Which.FALSE_ALARMS: "risk:false_alarm_export",
    Which.QUIET: "risk:quiet_export",
}


def cases(found: Backtest, which: Which) -> Sequence[Case]:
    """The accounts of a cell, as far as a run keeps them."""
    listed: Sequence[Case] = getattr(found, which)
    return listed


def page(run: RiskRun, found: Backtest, which: Which) -> dict[str, Any]:
    """Everything `risk/case_list.html` shows."""
    listed = cases(found, which)
    shown = shown_before(listed)
    captions = {
        Which.CAUGHT: (_("Who left after an alert"), _("Left on")),
        Which.MISSED: (_("Who left without an alert"), _("Left on")),
        Which.FALSE_ALARMS: (_("False alarms"), _("First alert")),
        Which.QUIET: (_("Who stayed without an alert"), _("Last looked at")),
    }
    caption, when = captions[which]
    total = getattr(found.confusion, which).accounts
    words = {Which.MISSED: missed_words(found, shown), Which.FALSE_ALARMS: false_words(found)}
    return {
        "caption": caption,
        "when": when,
        "words": words.get(which, accounts(total)),
        "total": total,
        "address": reverse(_EXPORTS[which], args=[run.pk]),
        "rows": case_rows(listed, named(listed), shown, run.settings["currency"]),
        "looked_back": LOOKED_BACK,
    }
