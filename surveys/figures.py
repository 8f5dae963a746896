"""The results page's figures in words, each with the address of its rows."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.formatting import number, percent
from surveys import breakdowns
from surveys.breakdowns import DIMENSIONS, Group
from surveys.estimates import Difference
from surveys.lens import PERIODS, SPANS, Lens
from surveys.measures import Measure
from surveys.models import Refusal, Survey
from surveys.results import Point, Results
from surveys.tallies import ROLL_WORDS, Roll


class Figure(TypedDict):
    """One number on top of the page."""

    label: str
    value: str
    sub: str
    href: str


def stats(lens: Lens, measure: Measure, results: Results) -> list[Figure]:
    """Score, answers, response, and who was not asked."""
    shown = [
        _figure(measure.name, measure.shown(results.score.value), _trust(measure, results), lens.rows("answers")),
        _figure(_("Against before"), *_against(lens, measure, results), lens.rows("before")),
        _figure(_("Answers"), number(results.score.n), _counted(lens, results), lens.rows("answers")),
        _figure(_("Response rate"), percent(results.response.rate), _responded(results), lens.rows("sent")),
    ]
    if not lens.key:  # a refusal belongs to no group
        asked = _figure(
            _("Not asked"), number(sum(results.refused.values())), _("each with its reason"), lens.rows("refused")
        )
        shown.append(asked)
    if results.doubtful:
        words = _("may be machines; left out of every figure until cleared")
        shown.append(_figure(_("To be confirmed"), number(results.doubtful), words, lens.rows("doubtful")))
    return shown


def _figure(label: str, value: str, sub: str, href: str) -> Figure:
    return {"label": label, "value": value, "sub": sub, "href": href}


def _trust(measure: Measure, results: Results) -> str:
    score = results.score
    if score.n == 0:
        return _("No data")
    interval = measure.interval(score)
    return _("%(interval)s; few answers, read them instead") % {"interval": interval} if score.is_thin else interval


def _against(lens: Lens, measure: Measure, results: Results) -> tuple[str, str]:
    """How far the score moved since the period before, and whether that is more than chance."""
    before = {"days": lens.length, "score": measure.shown(results.before.value), "n": number(results.before.n)}
    if results.before.n == 0:
        return "–", _("no answers in the %(days)s days before") % before
    words = ngettext(
        "%(score)s from %(n)s answer in the %(days)s days before",
        "%(score)s from %(n)s answers in the %(days)s days before",
        results.before.n,
    )
    told = words % before
    if results.change is None:
        return "–", told
    return measure.moved(results.change), f"{changed(results.change)}; {told}"


def changed(difference: Difference | None) -> str:
    """Whether a score moved, or chance alone could have done it."""
    if difference is None:
        return ""
    return _("changed") if difference.is_real else _("not more than chance")


def _counted(lens: Lens, results: Results) -> str:
    parts = [_period(lens)]
    if lens.roll != Roll.ANSWERS:
        units = results.score.units
        words = ngettext("from %(n)s account", "from %(n)s accounts", units)
        parts.append(words % {"n": number(units)})
    if results.late:
        parts.append(ngettext("%(n)s came late", "%(n)s came late", results.late) % {"n": number(results.late)})
    return ", ".join(parts)


def _period(lens: Lens) -> str:
    if lens.since:
        return ngettext("on that day", "in these %(days)s days", lens.length) % {"days": lens.length}
    return ngettext("in the last %(days)s day", "in the last %(days)s days", lens.days) % {"days": lens.days}


def _responded(results: Results) -> str:
    response = results.response
    told = _("%(answered)s of %(reached)s mails of the period answered") % {
        "answered": number(response.answered),
        "reached": number(response.reached),
    }
    if not response.undelivered:
        return told
    words = ngettext(
        "%(told)s; %(n)s that came back is not counted",
        "%(told)s; %(n)s that came back are not counted",
        response.undelivered,
    )
    return words % {"told": told, "n": number(response.undelivered)}


# ------------------------------------------------------------------------------------------------- ways to look


def survey_tabs(lens: Lens, surveys: Sequence[Survey]) -> list[dict[str, Any]]:
    """The surveys, which are never added up: one asks about a case, another about the relationship."""
    shown = [one for one in surveys if one.retired_at is None or one.pk == lens.survey]
    kept = Lens(days=lens.days, since=lens.since, until=lens.until)
    return [
        {"label": one.name, "url": kept.but(survey=one.pk).query(), "active": one.pk == lens.survey} for one in shown
    ]


def switches(lens: Lens, survey: Survey) -> dict[str, list[dict[str, Any]]]:
    """The periods, roll-ups, spans and breakdowns there are, each with its address."""
    spans = [span for span in SPANS if span != "wave" or survey.goes_in_waves]
    names = {"month": _("By month"), "week": _("By week"), "wave": _("By wave")}
    cuts = [one for one in DIMENSIONS.values() if one.key != "wave" or survey.goes_in_waves]
    return {
        "periods": [_switch(lens, _days(days), days=days, since=None, until=None) for days in PERIODS],
        "rolls": [_switch(lens, str(roll.label), roll=roll.value) for roll in Roll],
        "spans": [_switch(lens, names[span], span=span) for span in spans],
        "cuts": [_switch(lens, str(one.label), by=one.key, key="") for one in cuts],
    }


def _days(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def _switch(lens: Lens, label: str, **changes: Any) -> dict[str, Any]:
    is_on = all(getattr(lens, name) == value for name, value in changes.items() if name != "key")
    return {"label": label, "url": lens.view(**changes), "active": is_on}


def convention(lens: Lens, measure: Measure, survey: Survey) -> str:
    """What stands under the figures: what was counted, whose it is, and what it is never mixed with."""
    about = _("about the relationship as a whole") if survey.is_relational else _("about single events")
    told = _("%(name)s: %(convention)s. %(roll)s: %(whose)s. Asked %(about)s; never added to the other kind.")
    words = {"name": measure.name, "convention": measure.convention, "roll": Roll(lens.roll).label, "about": about}
    return told % {**words, "whose": ROLL_WORDS[Roll(lens.roll)]}


# ------------------------------------------------------------------------------------------------- rows


def row_tabs(lens: Lens, results: Results) -> list[dict[str, Any]]:
    """What the rows below the figures can be."""
    kinds = [
        ("answers", _("Answers"), sum(results.counts.values())),
        ("before", _("Before"), results.before.n),
        ("sent", _("Sent"), results.response.sent),
        ("refused", _("Not asked"), sum(results.refused.values())),
        ("doubtful", _("To be confirmed"), results.doubtful),
    ]
    return [
        {"label": label, "url": lens.rows(show), "active": show == lens.show, "count": count}
        for show, label, count in kinds
        if count or show in ("answers", "sent", lens.show)
    ]


def narrowed(lens: Lens, points: Sequence[Point]) -> str:
    """In words, what the rows are narrowed to; empty for all of the period."""
    parts = [group(lens)] if lens.key else []
    if lens.first:
        parts.append(next((point.name for point in points if point.first == lens.first), lens.first))
    if lens.value is not None:
        parts.append(_("value %(value)s") % {"value": lens.value})
    if lens.reason:
        parts.append(str(Refusal.Reason(lens.reason).label))
    return ", ".join(parts)


def group(lens: Lens) -> str:
    """`Stage: Use`: the group everything is narrowed to."""
    name = breakdowns.told(lens.dimension, lens.dimension.read(lens.key))
    return _("%(dimension)s: %(group)s") % {"dimension": lens.dimension.label, "group": name}


def reason_rows(lens: Lens, refused: Mapping[str, int]) -> list[dict[str, Any]]:
    """Why people were not asked, most frequent first."""
    return [
        {"label": str(Refusal.Reason(reason).label), "times": times, "url": lens.rows("refused", reason=reason)}
        for reason, times in refused.items()
    ]


def trend_title(lens: Lens) -> str:
    """What the curve shows."""
    titles = {
        "month": _("Score by month, of a year"),
        "week": _("Score by week, of half a year"),
        "wave": _("Score by wave, of the last twelve"),
    }
    return titles[lens.span]


def point_rows(lens: Lens, measure: Measure, points: Sequence[Point]) -> list[dict[str, Any]]:
    """The trend as a table, newest first."""
    return [
        {
            "name": point.name,
            "n": point.score.n,
            "value": measure.shown(point.score.value),
            "interval": measure.interval(point.score),
            "by": measure.moved(point.change) if point.change else "",
            "changed": changed(point.change),
            "url": lens.rows("answers", first=point.first),
        }
        for point in reversed(points)
    ]


def group_rows(lens: Lens, measure: Measure, groups: Sequence[Group]) -> list[dict[str, Any]]:
    """The breakdown as a table."""
    return [
        {
            "name": one.name or _("Not known"),
            "n": one.score.n,
            "value": measure.shown(one.score.value),
            "interval": measure.interval(one.score),
            "beside": _beside(measure, one.beside),
            "response": percent(one.response.rate),
            "sent": one.response.sent,
            "is_chosen": one.key == lens.key,
            "url": lens.view(key=one.key),
            "rows": lens.rows("answers", key=one.key),
            "mails": lens.rows("sent", key=one.key),
        }
        for one in groups
    ]


def _beside(measure: Measure, difference: Difference | None) -> str:
    if difference is None:
        return ""
    words = _("differs") if difference.is_real else _("not more than chance")
    return f"{measure.moved(difference)} · {words}"
