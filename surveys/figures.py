"""The results page's figures in words, each with the address of its rows."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.formatting import number, percent
from surveys import charts
from surveys.lens import Lens
from surveys.models import Kind, Refusal
from surveys.queries import Month, Results


class Figure(TypedDict):
    """One number on top of the page."""

    label: str
    value: str
    sub: str
    href: str


def stats(lens: Lens, results: Results, refused: Mapping[str, int]) -> list[Figure]:
    """Score, answers, response and refusals of the period."""
    return [
        {
            "label": str(Kind(lens.metric).label),
            "value": charts.shown(lens.metric, results.score.value),
            "sub": _doubt(lens, results),
            "href": lens.rows("answers"),
        },
        {
            "label": _("Answers"),
            "value": number(results.score.n),
            "sub": _period(lens),
            "href": lens.rows("answers"),
        },
        {
            "label": _("Response rate"),
            "value": percent(results.response_rate),
            "sub": _("%(answered)s of %(sent)s mails of the period answered")
            % {"answered": number(results.answered), "sent": number(results.sent)},
            "href": lens.rows("sent"),
        },
        {
            "label": _("Not asked"),
            "value": number(sum(refused.values())),
            "sub": _("each with its reason"),
            "href": lens.rows("refused"),
        },
    ]


def _doubt(lens: Lens, results: Results) -> str:
    score = results.score
    if score.n == 0:
        return _("No data")
    interval = charts.interval(lens.metric, score)
    return _("%(interval)s; few answers, read them instead") % {"interval": interval} if score.is_thin else interval


def _period(lens: Lens) -> str:
    return ngettext("in the last %(days)s day", "in the last %(days)s days", lens.days) % {"days": lens.days}


def survey_tabs(lens: Lens) -> list[dict[str, Any]]:
    """The two surveys; they are never added up."""
    names = {Kind.CSAT: _("After support (CSAT)"), Kind.NPS: _("Relationship (NPS)")}
    return [
        {"label": name, "url": Lens(metric=metric, days=lens.days).query(), "active": metric == lens.metric}
        for metric, name in names.items()
    ]


def row_tabs(lens: Lens, results: Results, refused: Mapping[str, int]) -> list[dict[str, Any]]:
    """What the rows below the figures can be."""
    kinds = [
        ("answers", _("Answers"), results.score.n),
        ("sent", _("Sent"), results.sent),
        ("refused", _("Not asked"), sum(refused.values())),
    ]
    return [
        {"label": label, "url": lens.rows(show), "active": show == lens.show, "count": count}
        for show, label, count in kinds
    ]


def narrowed(lens: Lens) -> str:
    """In words, what the rows are narrowed to; empty for all of the period."""
    parts = []
    if lens.month:
        parts.append(_("month %(month)s") % {"month": lens.month})
    if lens.value is not None:
        parts.append(_("value %(value)s") % {"value": lens.value})
    if lens.reason:
        parts.append(str(Refusal.Reason(lens.reason).label))
    return ", ".join(parts)


def reason_rows(lens: Lens, refused: Mapping[str, int]) -> list[dict[str, Any]]:
    """Why people were not asked, most frequent first."""
    return [
        {"label": str(Refusal.Reason(reason).label), "times": times, "url": lens.rows("refused", reason=reason)}
        for reason, times in refused.items()
    ]


def month_rows(lens: Lens, months: Sequence[Month]) -> list[dict[str, Any]]:
    """The trend as a table, newest first."""
    return [
        {
            "name": charts.month_name(month),
            "n": month.score.n,
            "value": charts.shown(lens.metric, month.score.value),
            "interval": charts.interval(lens.metric, month.score),
            "url": lens.rows("answers", month=month.first.strftime("%Y-%m")),
        }
        for month in reversed(months)
    ]
