"""What the page of all tests shows: what scores now, the tests, and whether acting on alerts helps."""

from datetime import datetime
from typing import Any

from alerts import queries as alert_queries
from alerts import sentences as alert_sentences
from lib.paging import Sort, page_of
from risk import queries, runs, verdicts, words
from risk.models import RiskRun
from risk.prediction.figures import Backtest
from risk.prediction.verdict import LEAST_DEPARTURES

SHOWN = 25
NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)


def page(*, after: str, before: str, at: datetime) -> dict[str, Any]:
    """Everything `risk/run_list.html` shows but the form."""
    place = page_of(queries.runs(), NEWEST_FIRST, ["pk"], after=after, before=before, size=SHOWN)
    found = queries.runs().defer("report", "card").in_bulk([row["pk"] for row in place.rows])
    latest, hand = queries.latest_run(), queries.hand_card()
    return {
        "runs": [_row(found[row["pk"]]) for row in place.rows],
        "previous_url": f"?before={place.before}" if place.before else "",
        "next_url": f"?after={place.after}" if place.after else "",
        "adopted": queries.adopted(),
        "used": queries.in_use(),
        "hand": hand,
        "hand_is_thin": hand is not None and hand.departures < LEAST_DEPARTURES,
        "by_hand": words.by_hand(hand.horizon_days) if hand else [],
        "latest": latest,
        **(_found(latest) if latest else {}),
        **_trial(at),
    }


def _row(run: RiskRun) -> dict[str, Any]:
    return {"run": run, "settings": words.leaving(run.settings), "state": runs.state(run)}


def _found(run: RiskRun) -> dict[str, Any]:
    found = Backtest.from_json(run.report)
    return {
        "headline": verdicts.headline(found),
        "verdict_about": verdicts.about(run, found, queries.rival(run)),
        "verdict_chip": runs.state(run),
        "verdict_text": verdicts.verdict_text(run.verdict),
    }


def _trial(at: datetime) -> dict[str, Any]:
    """Told once some alerts keep silent, or have."""
    share = alert_queries.alert_settings().holdout_share
    found = alert_queries.holdout(at)
    has_begun = bool(share or found.waiting or found.held_out.accounts)
    return {
        "holdout_share": share,
        "holdout": found,
        "trial": alert_sentences.holdout(found) if has_begun else "",
        "leaving": queries.leaving(),
    }
