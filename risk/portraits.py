"""The risk of one customer as its page draws it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from accounts.stages import CUSTOMER
from lib.formatting import number, percent, signed
from risk import queries
from risk.columns import CONTRACT, RENEWAL
from risk.prediction.ladder import ANCHORED_FROM


@dataclass(frozen=True)
class Line:
    """What one thing known of the customer does to the risk: points, and percentage points of the chance."""

    label: str
    sentence: str
    points: str
    difference: str


def account_panel(account: Account, today: date) -> dict[str, Any]:
    """What the account's card of the risk needs."""
    view = queries.risk_of(account, today=today)
    if view is None:
        return {"risk": None, "risk_gap": _gap(account)}
    return {
        "risk": view,
        "risk_within": _within(view),
        "risk_lines": [_line(driver) for driver in view.drivers],
        "risk_sum": _sum(view),
        "risk_basis": _basis(view),
    }


def _within(view: queries.RiskView) -> str:
    days = ngettext("within %(n)s day", "within %(n)s days", view.horizon_days) % {"n": number(view.horizon_days)}
    return f"{view.odds}, {days}"


def _line(driver: queries.DriverView) -> Line:
    return Line(driver.label, driver.sentence, signed(driver.points), signed(100 * driver.difference, 1))


def _sum(view: queries.RiskView) -> str:
    """The arithmetic, which a reader can do again: 20 points double the odds."""
    told = {
        "average": signed(view.average),
        "chance": percent(view.average_chance, 1),
        "points": signed(view.points),
        "own": percent(view.chance, 1),
    }
    return (
        _(
            "An average customer has %(average)s points, a chance of %(chance)s. With the points above these are "
            "%(points)s: %(own)s. Every 20 points double the odds."
        )
        % told
    )


def _basis(view: queries.RiskView) -> str:
    """Whether anybody has tested what scores."""
    if view.run is not None:
        return _("Learned from this workspace's history, and tested on months it had not seen.")
    return " ".join([_by_hand(view), *_contract_by_hand(view)])


def _contract_by_hand(view: queries.RiskView) -> list[str]:
    shown = {driver.column for driver in view.drivers}
    return [_("What the contract adds or takes is set by hand, too.")] if shown & {RENEWAL, CONTRACT} else []


def _by_hand(view: queries.RiskView) -> str:
    if view.departures < ANCHORED_FROM:
        return ngettext(
            "Not yet validated: by the weights set by hand. Only %(n)s customer has left in the last year, which is "
            "too few to test them.",
            "Not yet validated: by the weights set by hand. Only %(n)s customers have left in the last year, which is "
            "too few to test them.",
            view.departures,
        ) % {"n": number(view.departures)}
    return _("By the weights set by hand, with the average risk of the last year. No test has replaced them.")


def _gap(account: Account) -> str:
    if account.stage not in CUSTOMER:
        return _("Only customers can leave; this account is in another stage.")
    if not account.health_band:
        return _("Too little is known of this customer to tell.")
    return _("It can be told as soon as the end of a month lies a whole horizon back.")
