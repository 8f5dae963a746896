"""The account page's figures as people see them: chart, meters, chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboard.rows import BAND_LEVELS
from health.models import HealthScore
from health.queries import PartView, carried
from lib import svg
from lib.formatting import exact, number
from lib.markup import band_label
from surveys.models import Answer
from surveys.scales import scale

HISTORY_DAYS = 180


def health_chart(history: Sequence[HealthScore], today: date) -> SafeString | None:
    """The score of half a year, a gap where there was none; nothing before two days of it."""
    if not history:
        return None
    first = max(history[0].day, today - timedelta(days=HISTORY_DAYS - 1))
    span = [first + timedelta(days=age) for age in range((today - first).days + 1)]
    told = {row.day: float(row.score) if row.score is not None and row.band else None for row in history}
    scores = carried(told, span)
    known = [score for score in scores if score is not None]
    if len(known) < 2:
        return None
    described = _("From %(first)s on %(from)s to %(last)s on %(to)s; lowest %(low)s, highest %(high)s.") % {
        "first": number(known[0]),
        "from": exact(span[0]),
        "last": number(known[-1]),
        "to": exact(span[-1]),
        "low": number(min(known)),
        "high": number(max(known)),
    }
    watch, healthy = BAND_LEVELS
    return svg.line_chart(
        [svg.Line(number(known[-1]), scores)],
        [exact(day) for day in span],
        _("Health score, %(days)s days") % {"days": HISTORY_DAYS},
        described,
        low=0,
        high=100,
        rules=[(watch, band_label("watch")), (healthy, band_label("healthy"))],
        height=190,
    )


@dataclass(frozen=True)
class PartRow:
    """One part of the score: how much of its points it brings, and why."""

    label: str
    figure: str
    meter: SafeString
    sentence: str


def part_row(part: PartView) -> PartRow:
    if part.value is None:
        figure, tone = _("No data"), "none"
    else:
        figure = _("%(value)s of 100, weight %(weight)s") % {"value": number(part.value), "weight": part.weight}
        watch, healthy = BAND_LEVELS
        tone = "healthy" if part.value >= healthy else "watch" if part.value >= watch else "risk"
    meter = svg.bar(part.value, 100, part.label, figure, tone=tone)
    return PartRow(part.label, figure, meter, part.sentence)


@dataclass(frozen=True)
class AnswerRow:
    """One answer: its figure in words and the look of it."""

    answer: Answer
    figure: str
    look: str


def answer_row(answer: Answer) -> AnswerRow:
    of = scale(answer.metric, answer.scale_max)
    look = "bad" if of.is_bad(answer.value) else "good" if of.is_good(answer.value) else "watch"
    figure = _("%(value)s of %(most)s") % {"value": answer.value, "most": answer.scale_max}
    return AnswerRow(answer, figure, look)
