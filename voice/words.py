"""Feelings, rises and effects in words and chips."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.formatting import exact, number, percent
from lib.markup import state_chip
from voice.models import Feeling, Improvement, Measure, Rise
from voice.queries.improvements import Counted, Effect, Outcome, ends_at

LOOKS = {Feeling.NEGATIVE: "bad", Feeling.MIXED: "watch", Feeling.NEUTRAL: "muted", Feeling.POSITIVE: "good"}
OUTCOMES = {
    Outcome.OPEN: ("info", gettext_lazy("Open")),
    Outcome.EARLY: ("muted", gettext_lazy("Too early to tell")),
    Outcome.FEW: ("muted", gettext_lazy("Too few answers to tell")),
    Outcome.HELPED: ("good", gettext_lazy("It helped")),
    Outcome.UNCLEAR: ("watch", gettext_lazy("No clear effect")),
    Outcome.WORSE: ("bad", gettext_lazy("It got worse")),
}
POINTS = 100
TEN = 10
COUNTED = ("customers", "of_customers", "before", "of_before", "negative")


def feeling_chip(feeling: str) -> SafeString:
    return state_chip(LOOKS[Feeling(feeling)], str(Feeling(feeling).label))


def rise(one: Rise) -> str:
    """As `risen`, of a row."""
    return risen({name: getattr(one, name) for name in COUNTED} | {"day": str(one.day)})


def risen(data: Mapping[str, Any]) -> str:
    """`9 of 40 customers who said something spoke of it in the week before 14 Jun; before, it was about 2 of 40.`"""
    usual = data["of_customers"] * data["before"] / data["of_before"]
    told = _(
        "%(now)s of %(of)s customers who said something spoke of it in the week before %(day)s; before, it was about "
        "%(usual)s of as many."
    ) % {
        "now": number(data["customers"]),
        "of": number(data["of_customers"]),
        "day": exact(date.fromisoformat(data["day"])),
        "usual": number(usual, 0 if usual >= TEN else 1),
    }
    return f"{told} {_('%(bad)s of them were not happy with it.') % {'bad': number(data['negative'])}}"


def state(improvement: Improvement, is_overdue: bool) -> SafeString:
    """Open, overdue, done, dropped."""
    if improvement.dropped_at:
        return state_chip("muted", _("Dropped"))
    if improvement.done_at:
        return state_chip("good", _("Done"))
    return state_chip("bad", _("Overdue")) if is_overdue else state_chip("info", _("Open"))


def measure(improvement: Improvement) -> str:
    """`Share of comments that speak of the theme “Billing”`."""
    if improvement.theme is None:
        return _("CSAT of all answers")
    return f"{improvement.get_measure_display()} “{improvement.theme.name}”"


def outcome_chip(effect: Effect) -> SafeString:
    look, label = OUTCOMES[effect.outcome]
    return state_chip(look, str(label))


def counted(one: Counted | None) -> str:
    """`31 % (12 of 39)`; a dash where nothing was said."""
    if one is None:
        return "–"
    if one.share is None:
        return _("No answers")
    return _("%(share)s (%(hits)s of %(n)s)") % {
        "share": percent(one.share),
        "hits": number(one.hits),
        "n": number(one.n),
    }


def change(effect: Effect) -> str:
    """`−12 points (−20 to −4)`: the difference of two shares, with its 95 % interval."""
    if effect.change is None or effect.interval is None:
        return "–"
    low, high = (round(edge * POINTS) for edge in effect.interval)
    return _("%(change)s points, somewhere from %(low)s to %(high)s") % {
        "change": _signed(effect.change * POINTS),
        "low": _signed(low),
        "high": _signed(high),
    }


def _signed(value: float) -> str:
    rounded = round(value)
    return f"+{rounded}" if rounded > 0 else f"−{-rounded}" if rounded < 0 else "0"


def effect_sentence(improvement: Improvement, effect: Effect) -> str:
    """What can be said of the effect, and what cannot."""
    ends = ends_at(improvement)
    good = _("more is better") if improvement.measure == Measure.CSAT else _("less is better")
    told = {
        Outcome.OPEN: _("What it changes is measured from the day it is done."),
        Outcome.EARLY: _("It is measured until %(day)s; what stands here is as far as we know.")
        % {"day": exact(ends) if ends else ""},
        Outcome.FEW: _("Too few customers said something before or after to tell."),
        Outcome.HELPED: _("The change is more than chance would bring (%(good)s).") % {"good": good},
        Outcome.UNCLEAR: _("Chance alone could bring such a change (%(good)s).") % {"good": good},
        Outcome.WORSE: _("It went the wrong way, by more than chance would bring (%(good)s).") % {"good": good},
    }
    return told[effect.outcome]
