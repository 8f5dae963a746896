"""Survey results as pictures, each with its reading in words."""

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.formatting import number
from lib.svg import Bar, Line, bar_list, line_chart
from surveys.lens import Lens
from surveys.measures import Measure
from surveys.results import Point


def trend(measure: Measure, points: Sequence[Point], title: str) -> SafeString:
    """The score of each point, with its interval as a band."""
    told = [
        f"{point.name}: {measure.shown(point.score.value)} ({number(point.score.n)})"
        for point in points
        if point.score.n
    ]
    line = Line(
        label=measure.name,
        values=[point.score.value for point in points],
        lower=[point.score.low for point in points],
        upper=[point.score.high for point in points],
    )
    low, high = measure.ends
    return line_chart([line], [point.name for point in points], title, "; ".join(told), low=low, high=high)


def distribution(lens: Lens, measure: Measure, counts: Mapping[int, int]) -> SafeString:
    """How often each value was chosen, highest first; each bar opens its answers."""
    bars = [
        Bar(
            str(value),
            counts[value],
            number(counts[value]),
            _tone(measure, value),
            lens.rows("answers", value=value),
        )
        for value in sorted(counts, reverse=True)
    ]
    return bar_list(bars, _("Answers by value"), width=360)


def _tone(measure: Measure, value: int) -> str:
    if measure.scale.is_good(value):
        return "healthy"
    return "risk" if measure.scale.is_bad(value) else "watch"
