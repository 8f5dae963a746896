"""Pictures of scores: one account over time, and a whole workspace."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from health.axes import Axis
from health.breaks import Break
from health.models import HealthDay, HealthScore
from health.parts import HEALTHY_FROM, WATCH_FROM
from health.queries import carried
from health.queries.attitude import AttitudeView
from lib import drawing
from lib.formatting import exact, number, signed
from lib.markup import BANDS
from lib.svg import Line, line_chart

ORDER = ["healthy", "watch", "at_risk", ""]


def score_history(
    rows: Sequence[HealthScore], opened: Collection[date], breaks: Sequence[Break] = (), *, days: int, today: date
) -> SafeString:
    """The score of each day with the bands' limits, a dot where an alert opened, and a line where it is made anew."""
    span = [today - timedelta(days=age) for age in range(days - 1, -1, -1)]
    values = carried({row.day: float(row.score or 0) if row.band else None for row in rows}, span)
    marks = [value if day in opened else None for day, value in zip(span, values, strict=True)]
    tone = BANDS.get(rows[-1].band, "none") if rows else "none"
    lines = [Line(_("Score"), values, tone=tone)]
    if any(mark is not None for mark in marks):
        lines.append(Line(_("Alert"), marks, tone="4"))
    return line_chart(
        lines,
        [exact(day) for day in span],
        _("Score of the last %(days)s days") % {"days": days},
        " ".join([_history_words(values, marks), *(one.sentence for one in breaks)]),
        low=0,
        high=100,
        rules=_limits(),
        marks=_breaks(breaks, span),
    )


def _breaks(breaks: Sequence[Break], span: Sequence[date]) -> list[tuple[int, str]]:
    """The place of each in the chart; of one day, one."""
    return [(span.index(day), name) for day, name in {one.day: one.mark for one in breaks}.items() if day in span]


def _limits() -> list[tuple[float, str]]:
    return [
        (HEALTHY_FROM, _("Healthy from %(n)s") % {"n": HEALTHY_FROM}),
        (WATCH_FROM, _("At risk below %(n)s") % {"n": WATCH_FROM}),
    ]


def _history_words(values: Sequence[float | None], marks: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return _("No score in this time.")
    said = _("From %(first)s to %(last)s; lowest %(low)s, highest %(high)s.") % {
        "first": number(known[0]),
        "last": number(known[-1]),
        "low": number(min(known)),
        "high": number(max(known)),
    }
    count = sum(mark is not None for mark in marks)
    alerts = ngettext("%(n)s alert opened.", "%(n)s alerts opened.", count) % {"n": count}
    return f"{said} {alerts}"


def mean_over_time(rows: Sequence[HealthDay], breaks: Sequence[Break] = (), *, days: int, today: date) -> SafeString:
    """The mean score of the accounts with a band, day by day."""
    span = [today - timedelta(days=age) for age in range(days - 1, -1, -1)]
    values = carried({row.day: row.mean for row in rows}, span)
    known = [value for value in values if value is not None]
    words = _("No day has been kept yet.")
    if known:
        words = _("From %(first)s to %(last)s (%(change)s).") % {
            "first": number(known[0], 1),
            "last": number(known[-1], 1),
            "change": signed(known[-1] - known[0], 1),
        }
    return line_chart(
        [Line(_("Mean"), values)],
        [exact(day) for day in span],
        _("Mean score of the last %(days)s days") % {"days": days},
        " ".join([words, *(one.sentence for one in breaks)]),
        low=0,
        high=100,
        rules=_limits(),
        marks=_breaks(breaks, span),
    )


def at_risk_over_time(rows: Sequence[HealthDay], breaks: Sequence[Break] = (), *, days: int, today: date) -> SafeString:
    """How many accounts were at risk, day by day."""
    span = [today - timedelta(days=age) for age in range(days - 1, -1, -1)]
    values = carried({row.day: row.at_risk for row in rows}, span)
    words = _("Now %(n)s.") % {"n": number(values[-1])}
    title = _("Accounts at risk of the last %(days)s days") % {"days": days}
    words = " ".join([words, *(one.sentence for one in breaks)])
    line, labels = Line(_("At risk"), values, tone="risk"), [exact(day) for day in span]
    return line_chart([line], labels, title, words, low=0, marks=_breaks(breaks, span))


def two_axes(view: AttitudeView) -> SafeString:
    """Where one account stands: satisfaction to the right, loyalty upwards; the middle of both is 50."""
    loyalty, satisfaction = (view.standings[axis.value].value for axis in (Axis.LOYALTY, Axis.SATISFACTION))
    size, left, top = 168.0, 28.0, 8.0
    half = size / 2
    is_known = loyalty is not None and satisfaction is not None
    body = [
        drawing.rect("track", left, top, size, size),
        drawing.rule(left + half, top, left + half, top + size),
        drawing.rule(left, top + half, left + size, top + half),
        *_corners(left, top, half),
        drawing.text("tick mid", left + half, top + size + 16, _("satisfaction →")),
        drawing.turned("tick mid", left - 10, top + half, _("loyalty →")),
    ]
    if loyalty is not None and satisfaction is not None:
        x, y = left + size * satisfaction / 100, top + size * (1 - loyalty / 100)
        body.append(drawing.dot("dot-1" if view.quadrant else "dot-none", x, y, 7))
    words = (
        _("Loyalty %(loyalty)s, satisfaction %(satisfaction)s of 100.")
        % {"loyalty": number(loyalty), "satisfaction": number(satisfaction)}
        if is_known
        else _("No data on at least one axis.")
    )
    return drawing.frame("axes", (left + size + 8, top + size + 24), _("Loyalty and satisfaction"), words, "", body)


def _corners(left: float, top: float, half: float) -> list[SafeString]:
    """The quadrants named, so that the place of the dot reads as words."""
    places = [
        (_("loyal,"), _("dissatisfied"), 0.5, 0), (_("loyal and"), _("satisfied"), 1.5, 0),
        (_("neither"), "", 0.5, 1), (_("satisfied,"), _("not loyal"), 1.5, 1),
    ]  # fmt: skip
    found = []
    for first, second, across, down in places:
        x, y = left + half * across, top + 16 + down * (2 * half - 40)
        found += [drawing.text("tick mid", x, y, first), drawing.text("tick mid", x, y + 14, second)]
    return found
