"""Survey results as pictures, each with its reading in words."""

from collections.abc import Mapping, Sequence

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.formatting import MISSING, number, signed
from lib.svg import Bar, Line, bar_list, line_chart
from surveys.lens import Lens
from surveys.models import Kind
from surveys.queries import Month
from surveys.scores import BAD_UP_TO, GOOD_FROM, Score


def shown(metric: str, value: float | None) -> str:
    """`+30` for NPS, `80 %` for CSAT."""
    if value is None:
        return MISSING
    return signed(value) if metric == Kind.NPS else f"{number(value)}\u00a0%"


def interval(metric: str, score: Score) -> str:
    """`between 49 % and 94 %`: where the score of all customers lies, 19 times out of 20."""
    if score.n == 0:
        return ""
    words = {"low": shown(metric, score.low), "high": shown(metric, score.high)}
    return _("between %(low)s and %(high)s") % words


def month_name(month: Month) -> str:
    return formats.date_format(month.first, "M Y")


def trend(metric: str, months: Sequence[Month]) -> SafeString:
    """The score by month, with its interval as a band."""
    told = [
        f"{month_name(month)}: {shown(metric, month.score.value)} ({month.score.n})"
        for month in months
        if month.score.n
    ]
    line = Line(
        label=str(Kind(metric).label),
        values=[month.score.value for month in months],
        lower=[month.score.low for month in months],
        upper=[month.score.high for month in months],
    )
    low, high = (-100, 100) if metric == Kind.NPS else (0, 100)
    return line_chart(
        [line], [month_name(month) for month in months], _("Score by month"), "; ".join(told), low=low, high=high
    )


def distribution(lens: Lens, counts: Mapping[int, int]) -> SafeString:
    """How often each value was chosen, highest first; each bar opens its answers."""
    bars = [
        Bar(
            str(value),
            counts[value],
            number(counts[value]),
            _tone(lens.metric, value),
            lens.rows("answers", value=value),
        )
        for value in sorted(counts, reverse=True)
    ]
    return bar_list(bars, _("Answers by value"), width=360)


def _tone(metric: str, value: int) -> str:
    if value >= GOOD_FROM[metric]:
        return "healthy"
    return "risk" if value <= BAD_UP_TO[metric] else "watch"
