"""What loyalty and satisfaction say, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from health.axes import MEASURES, UNKNOWN, Axis, Quadrant, Reading, Standing
from health.queries.attitude import AttitudeView
from lib.formatting import number, percent

ADVICE = {
    Quadrant.BOTH.value: gettext_lazy("Ask whether they would speak for you, and what they want to reach next."),
    Quadrant.LOYAL.value: gettext_lazy("They stay, and it annoys them: mend what they complain about while they do."),
    Quadrant.SATISFIED.value: gettext_lazy(
        "They like the work and have no reason to stay: speak with whoever decides about what it is worth to them."
    ),
    Quadrant.NEITHER.value: gettext_lazy(
        "Own what went wrong, agree on one thing to mend first, and speak with whoever decides."
    ),
    "": gettext_lazy("Ask the decision maker how likely they are to recommend you, and whether they will renew."),
}


def quadrant_name(quadrant: str) -> str:
    return str(dict(Quadrant.choices).get(quadrant, UNKNOWN))


@dataclass(frozen=True)
class MeasureLine:
    """One measure of an axis; `rows` names the page of the rows behind it."""

    label: str | Promise
    figure: str
    sentence: str
    rows: str


@dataclass(frozen=True)
class AxisLine:
    """One axis: its value or that there is none, how much of it is known, and how many rows are behind it."""

    key: str
    label: str
    value: float | None
    figure: str
    known: str
    measures: list[MeasureLine]


@dataclass(frozen=True)
class Told:
    """Both axes in words."""

    name: str
    advice: str
    quadrant: str
    axes: list[AxisLine]


def told(view: AttitudeView) -> Told:
    lines = [_axis(axis, view.standings[axis.value], view.readings[axis.value]) for axis in Axis]
    return Told(quadrant_name(view.quadrant), str(ADVICE[view.quadrant]), view.quadrant, lines)


def _axis(axis: Axis, standing: Standing, readings: list[Reading]) -> AxisLine:
    labels = {one.key: one for one in MEASURES[axis.value]}
    measures = [
        MeasureLine(labels[one.key].label, _figure(one), sentence(one), labels[one.key].rows) for one in readings
    ]
    figure = _("No data") if standing.value is None else _("%(value)s of 100") % {"value": number(standing.value)}
    return AxisLine(axis.value, str(axis.label), standing.value, figure, _known(standing), measures)


def _known(standing: Standing) -> str:
    if standing.value is None:
        return ""
    values = {"coverage": percent(standing.coverage), "n": number(standing.n)}
    return ngettext("%(coverage)s known, from %(n)s row", "%(coverage)s known, from %(n)s rows", standing.n) % values


def _figure(one: Reading) -> str:
    return _("No data") if one.value is None else f"{number(one.value)} · {percent(one.coverage)}"


def sentence(one: Reading) -> str:
    """One measure; what is missing, when it has no value."""
    if one.value is None:
        return str(_MISSING[one.key])
    extra = one.counts[0] if one.counts else 0
    return _TELLERS[one.key](one.n) % {"n": number(one.n), "value": number(one.value), "extra": number(extra)}


_TELLERS: dict[str, Callable[[int], str]] = {
    "promoters": lambda n: ngettext(
        "%(n)s decision maker gives %(value)s of 100 by NPS, where 6 of 10 and less is 0.",
        "%(n)s decision makers give %(value)s of 100 by NPS, where 6 of 10 and less is 0.",
        n,
    ),
    "will": lambda n: _("They gave their will to renew %(extra)s of 5."),
    "renewed": lambda n: ngettext(
        "%(extra)s of %(n)s contract that ended was followed by another.",
        "%(extra)s of %(n)s contracts that ended were followed by another.",
        n,
    ),
    "speaking": lambda n: _("They speak for you, now or within the last year."),
    "csat": lambda n: ngettext(
        "%(n)s answer of half a year gives %(value)s of 100, where 2 of 5 and less is 0.",
        "%(n)s answers of half a year give %(value)s of 100, where 2 of 5 and less is 0.",
        n,
    ),
    "ease": lambda n: ngettext(
        "%(n)s answer of half a year says how easy it was: %(value)s of 100.",
        "%(n)s answers of half a year say how easy it was: %(value)s of 100.",
        n,
    ),
    "felt": lambda n: ngettext(
        "%(n)s touchpoint of half a year felt %(value)s of 100 to them; 50 is as usual.",
        "%(n)s touchpoints of half a year felt %(value)s of 100 to them; 50 is as usual.",
        n,
    ),
    "promises": lambda n: ngettext(
        "%(extra)s of %(n)s promise of the last year was kept.",
        "%(extra)s of %(n)s promises of the last year were kept.",
        n,
    ),
}
_MISSING = {
    "promoters": gettext_lazy("No decision maker has answered the NPS question in a year."),
    "will": gettext_lazy("Nobody has asked them yet whether they will renew."),
    "renewed": gettext_lazy("No contract of theirs has ended yet."),
    "speaking": gettext_lazy("They have not spoken for you in a year, which says nothing against them."),
    "csat": gettext_lazy("No CSAT answer in half a year."),
    "ease": gettext_lazy("No answer about effort in half a year."),
    "felt": gettext_lazy("No touchpoint of half a year says how it felt to them."),
    "promises": gettext_lazy("No promise has been settled in a year, and none is overdue."),
}
