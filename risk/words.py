"""What the risk is told of a customer, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from health.parts import Part
from lib.formatting import number, one_in
from risk.columns import AGE, NO_CONTRACT, RENEWAL

LABELS = {RENEWAL: gettext_lazy("Time to renewal"), AGE: gettext_lazy("Time as a customer")}
LONG = 60  # months, from which years say more
TENTHS_FROM = 0.4  # a chance beyond it is told in tenths


def label(column: str) -> str:
    """What a column of the risk is called."""
    return str(LABELS[column] if column in LABELS else Part(column).label)


def tell(column: str, value: float | None) -> str:
    """What is known of it: `42 of 100`, `Renews in 3 months`."""
    if column == RENEWAL:
        return _renewal(value)
    if value is None:
        return _("Not known") if column == AGE else _("Nothing is known of it")
    if column == AGE:
        return _months(int(value))
    return _("%(value)s of 100") % {"value": number(value)}


def _renewal(months: float | None) -> str:
    if months is None:
        return _("It is not known what is agreed")
    if months == NO_CONTRACT:
        return _("No contract runs")
    if months < 1:
        return _("Renews within a month")
    return ngettext("Renews in %(n)s month", "Renews in %(n)s months", int(months)) % {"n": number(months)}


def _months(months: int) -> str:
    if months < 1:
        return _("Not a month yet")
    if months >= LONG:
        return ngettext("%(n)s year", "%(n)s years", months // 12) % {"n": number(months // 12)}
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": number(months)}


def odds(chance: float) -> str:
    """`about 1 in 12`; beyond a half `about 7 in 10`."""
    if chance > TENTHS_FROM:
        return _("about %(k)s in 10") % {"k": number(min(9, round(10 * chance)))}
    return _("about 1 in %(n)s") % {"n": number(one_in(chance))}
