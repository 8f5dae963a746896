"""The report's two pictures: use week by week, and the score day by day."""

from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from health.queries import carried
from lib.formatting import exact, number
from lib.svg import Line, line_chart

WIDTH, HEIGHT = 640, 170


def usage(metrics: list[dict[str, Any]]) -> SafeString | None:
    """The first measured metric that has two weeks or more to compare."""
    one = next((metric for metric in metrics if len(metric["weeks"]) > 1), None)
    if one is None:
        return None
    weeks = [date.fromisoformat(week[:10]) for week, _value in one["weeks"]]
    values = [value for _week, value in one["weeks"]]
    title = _("%(metric)s a day, week by week") % {"metric": one["name"]}
    desc = _("From %(first)s in the first week to %(last)s in the last.") % {
        "first": number(values[0], 1),
        "last": number(values[-1], 1),
    }
    lines = [Line(one["name"], values)]
    return line_chart(lines, [exact(week) for week in weeks], title, desc, low=0, width=WIDTH, height=HEIGHT)


def health(curve: list[list[Any]]) -> SafeString | None:
    """The score of each day with the two borders of its bands."""
    if len(curve) < 2:
        return None
    known = {date.fromisoformat(day): float(score) for day, score in curve}
    first, last = min(known), max(known)
    span = [first + timedelta(days=age) for age in range((last - first).days + 1)]
    scores = carried(known, span)
    desc = _("From %(first)s on the first day to %(last)s on the last.") % {
        "first": number(scores[0], 1),
        "last": number(scores[-1], 1),
    }
    return line_chart(
        [Line(_("Score"), scores)],
        [exact(day) for day in span],
        _("Health score, day by day"),
        desc,
        low=0,
        high=100,
        rules=[(70, _("Healthy")), (50, _("Watch"))],
        width=WIDTH,
        height=HEIGHT,
    )
