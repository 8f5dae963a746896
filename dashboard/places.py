"""Why a line of Today stands where it stands: risk x money x nearness, in a few words and in figures."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard import urgency
from dashboard.ranking import Line
from lib.formatting import money_short, number, percent, score

HIGH, SOME = 0.6, 0.35  # risk
LARGE, SMALL = 1.5, 0.67  # times a typical account
NEAR, SOON = 30, 90  # days


class Grounds(NamedTuple):
    """What the place of a line rests on."""

    chance: float | None
    chance_days: int | None
    health_score: float | None
    alerts: int
    arr_minor: int | None
    currency: str
    typical: float | None
    days: int | None


class Factor(NamedTuple):
    """One of the three that are multiplied: what it is called, its figure, and what that rests on."""

    name: str
    figure: float
    why: str


def grounds(line: Line, days: int | None) -> Grounds:
    """Of a line whose account renews in `days`."""
    return Grounds(
        line.chance,
        line.chance_days,
        line.health_score,
        line.alerts,
        line.arr_minor,
        line.currency,
        line.typical,
        days,
    )


def in_words(line: Grounds) -> str:
    """The three factors, shortest: “High risk × large account × renewal near”."""
    return " × ".join([_risk_words(line), _value_words(line), _time_words(line.days)])


def _risk_words(line: Grounds) -> str:
    if line.chance is None and line.health_score is None and not line.alerts:
        return _("risk unknown")
    risk = urgency.risk(line.health_score, line.alerts, line.chance)
    return _("high risk") if risk >= HIGH else _("some risk") if risk >= SOME else _("low risk")


def _value_words(line: Grounds) -> str:
    if line.arr_minor is None:
        return _("ARR unknown")
    value = urgency.value(line.arr_minor, line.typical)
    return _("large account") if value >= LARGE else _("small account") if value <= SMALL else _("typical account")


def _time_words(days: int | None) -> str:
    if days is None:
        return _("no renewal date")
    if days < 0:
        return _("renewal overdue")
    if days <= NEAR:
        return _("renewal near")
    return _("renewal within 90 days") if days <= SOON else _("renewal far off")


def factors(line: Grounds) -> list[Factor]:
    """Risk, money and nearness; their product is the line's urgency."""
    return [
        Factor(_("Risk"), urgency.risk(line.health_score, line.alerts, line.chance), _why_risk(line)),
        Factor(_("Money"), urgency.value(line.arr_minor, line.typical), _why_value(line)),
        Factor(_("Time to renewal"), urgency.nearness(line.days), _why_time(line.days)),
    ]


def _why_risk(line: Grounds) -> str:
    if line.chance is not None:
        words = {"chance": percent(line.chance), "days": line.chance_days}
        why = _("The chance of leaving within %(days)s days is %(chance)s.") % words
    elif line.health_score is not None:
        words = {"score": score(line.health_score), "rest": number(100 - int(line.health_score))}
        why = _("A health of %(score)s leaves %(rest)s of 100 at risk.") % words
    else:
        why = _("Nothing is known about the health: it counts as a half.")
    if not line.alerts:
        return why
    alerts = ngettext(
        "%(n)s open alert takes a quarter of what is safe.",
        "%(n)s open alerts each take a quarter of what is safe, three at most.",
        line.alerts,
    )
    return f"{why} {alerts % {'n': line.alerts}}"


def _why_value(line: Grounds) -> str:
    if line.arr_minor is None:
        return _("The ARR is not known: it counts as a typical one.")
    if not line.typical:
        return _("There is no typical ARR to compare with.")
    return _("%(money)s a year, against %(typical)s of a typical account.") % {
        "money": money_short(line.arr_minor, line.currency),
        "typical": money_short(round(line.typical), line.currency),
    }


def _why_time(days: int | None) -> str:
    if days is None:
        return _("No renewal date is known: it counts as a year away.")
    if days <= 0:
        return _("The day of the renewal counts in full.")
    text = ngettext(
        "%(n)s day to go: the day itself counts in full, 90 days before it a half.",
        "%(n)s days to go: the day itself counts in full, 90 days before it a half.",
        days,
    )
    return text % {"n": number(days)}
