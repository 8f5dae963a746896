"""What the risk is told of a customer, in words."""

import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from health.parts import PARTS, Part
from lib.formatting import number, one_in
from risk.columns import (
    AGE,
    CONTRACT,
    CONTRACT_ODDS,
    ENDED,
    ENDED_DAYS,
    ENDS,
    LONGEST_TERM,
    MONTHLY,
    NO_CONTRACT,
    RENEWAL,
    RENEWAL_EDGES,
    RENEWS,
    renewal_by_hand,
)

LABELS = {
    RENEWAL: gettext_lazy("Time to renewal"),
    AGE: gettext_lazy("Time as a customer"),
    CONTRACT: gettext_lazy("Kind of contract"),
}
KINDS = {
    ENDED: gettext_lazy("Was not renewed"),
    ENDS: gettext_lazy("Ends unless it is renewed"),
    RENEWS: gettext_lazy("Renews by itself"),
    MONTHLY: gettext_lazy("Runs from month to month"),
}
LONG = 60  # months, from which years say more
TENTHS_FROM = 0.4  # a chance beyond it is told in tenths


def label(column: str) -> str:
    """What a column of the risk is called."""
    return str(LABELS[column] if column in LABELS else Part(column).label)


def tell(column: str, value: float | None) -> str:
    """What is known of it: `42 of 100`, `Ends in 3 months`."""
    if column == RENEWAL:
        return _renewal(value)
    if value is None:
        return _("Nothing is known of it") if column in PARTS else _("Not known")
    if column == AGE:
        return _months(int(value))
    if column == CONTRACT:
        return str(KINDS[int(value)])
    return _("%(value)s of 100") % {"value": number(value)}


def _renewal(months: float | None) -> str:
    if months is None:
        return _("It is not known what is agreed")
    if months == NO_CONTRACT:
        return _("No contract runs")
    if months == ENDED:
        return _("Ended, and no other contract runs")
    if months < 1:
        return _("Ends within a month")
    if months >= LONGEST_TERM:
        return _("Ends in 5 years or more")
    return ngettext("Ends in %(n)s month", "Ends in %(n)s months", int(months)) % {"n": number(months)}


def _months(months: int) -> str:
    if months < 1:
        return _("Not a month yet")
    if months >= LONG:
        return ngettext("%(n)s year", "%(n)s years", months // 12) % {"n": number(months // 12)}
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": number(months)}


def leaving(settings: Mapping[str, Any]) -> str:
    """`Left within 90 days: lost customers, contracts that ended without another`."""
    kinds = [_("lost customers")]
    if settings["counts_non_renewal"]:
        kinds.append(_("contracts that ended without another"))
    if settings["counts_downgrade"]:
        kinds.append(_("more than half of the value given up"))
    within = ngettext("Left within %(n)s day", "Left within %(n)s days", settings["horizon_days"]) % {
        "n": settings["horizon_days"]
    }
    return f"{within}: {', '.join(kinds)}"


def leaving_basis(*, is_adopted: bool) -> str:
    """Where what counts as leaving comes from."""
    if is_adopted:
        return _("The same as of the churn risk shown on every account: as in the test that was adopted.")
    return _("The same as of the churn risk shown on every account: as chosen for the next test.")


def by_hand(horizon_days: int) -> list[tuple[str, str]]:
    """What is agreed and how many times the odds of leaving it counts until departures teach: set by hand."""
    lows = (ENDED, *(int(edge) for edge in RENEWAL_EDGES))
    told = zip(lows, lows[1:], renewal_by_hand(horizon_days), strict=False)
    ends = [(_ends_in(low, high), _times(math.exp(one))) for low, high, one in told if one is not None]
    kinds = [(str(KINDS[kind]), _times(times)) for kind, times in enumerate(CONTRACT_ODDS)]
    return [*ends, *kinds, (_("No contract, or not known"), _("as the average"))]


def _ends_in(low: int, high: int) -> str:
    if low == ENDED:
        return _("Ended in the last %(n)s days without another") % {"n": ENDED_DAYS}
    if high > LONGEST_TERM:
        return _("Ends in %(n)s months or later") % {"n": low}
    if not low:
        return _("Ends in less than %(n)s months") % {"n": high}
    return _("Ends in %(low)s to %(high)s months") % {"low": low, "high": high - 1}


def _times(odds: float) -> str:
    return _("× %(times)s") % {"times": number(odds, 0 if odds >= 1 else 2)}


def odds(chance: float) -> str:
    """`about 1 in 12`; beyond a half `about 7 in 10`."""
    if chance > TENTHS_FROM:
        return _("about %(k)s in 10") % {"k": number(min(9, round(10 * chance)))}
    return _("about 1 in %(n)s") % {"n": number(one_in(chance))}
