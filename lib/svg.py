"""Charts as SVG from the server: plain functions of numbers, coloured by CSS classes, no script needed.

A missing value (`None`) breaks a line or leaves a gap; it is never drawn as 0. Bars start at zero. Every chart
has a title and a description for screen readers; `key` tells apart charts that would otherwise be the same.
Tones: `1` to `4` for series, `healthy`, `watch`, `risk`, `none` for states.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib import drawing
from lib.drawing import LETTER, Point
from lib.scales import Value, known, runs, spread, ticks

Placer = Callable[[int], Point]

NARROW = 300  # what a phone has room for
BESIDE = 12  # where letters begin that stand beside an axis

TRACK = SafeString('<rect class="track" width="100" height="8"/>')
NO_TRACK = SafeString('<path class="track-none" d="M0 4H100"/>')


@dataclass(frozen=True)
class Line:
    """One series of a line chart; `lower` and `upper` draw its interval as a band."""

    label: str
    values: Sequence[Value]
    lower: Sequence[Value] = ()
    upper: Sequence[Value] = ()
    tone: str = "1"


@dataclass(frozen=True)
class Span:
    """A value with its interval; `mark` is where it should be, `shown` the words at its end."""

    label: str
    value: Value
    low: Value
    high: Value
    shown: str
    mark: Value = None
    tone: str = "1"


@dataclass(frozen=True)
class Bar:
    """One bar: its label, length, the words at its end (default: the number), colour, where it leads."""

    label: str
    value: Value
    shown: str = ""
    tone: str = "1"
    href: str = ""

    @property
    def words(self) -> str:
        return self.shown or (_("No data") if self.value is None else drawing.plain(self.value))


def sparkline(
    values: Sequence[Value],
    title: str,
    desc: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    bands: Sequence[float] = (),
    tone: str = "1",
    width: int = 96,
    height: int = 24,
    key: str = "",
) -> SafeString:
    """A small line with a dot at its newest value. `bands`: levels drawn as faint rules."""
    there = known(values)
    if not there:
        return drawing.nothing("spark", (width, height), title, key)
    bottom, top = min(there) if low is None else low, max(there) if high is None else high
    step = (width - 6) / max(len(values) - 1, 1)

    def level(value: float) -> float:
        share = (value - bottom) / (top - bottom) if top > bottom else 0.5
        return height - 3 - share * (height - 6)

    def place(index: int) -> Point:
        return 3 + index * step, level(values[index] or 0)

    rules = [format_html('<path class="rule" d="M0 {}H{}"/>', drawing.coord(level(band)), width) for band in bands]
    x, y = place(runs(values)[-1][-1])
    newest = drawing.dot(f"dot-{tone}", x, y, 2.2)
    return drawing.frame("spark", (width, height), title, desc, key, [*rules, *_strokes(values, place, tone), newest])


def bar(
    value: Value, maximum: float, title: str, desc: str = "", *, tone: str = "1", key: str = "", mark: Value = None
) -> SafeString:
    """A meter as wide as its place: `value` of `maximum`, cut at both ends; `mark` is where it should be.

    Missing: a dashed track.
    """
    if value is None:
        return drawing.frame("meter", (100, 8), title, desc or _("No data"), key, [NO_TRACK], stretch=True)
    filled = min(max(value / maximum, 0.0), 1.0) * 100 if maximum > 0 else 0.0
    fill = format_html('<rect class="fill-{}" width="{}" height="8"/>', tone, drawing.coord(filled))
    marks = [] if mark is None or maximum <= 0 else [_mark(min(max(mark / maximum, 0.0), 1.0) * 100)]
    return drawing.frame("meter", (100, 8), title, desc, key, [TRACK, fill, *marks], stretch=True)


def _mark(at: float) -> SafeString:
    """A line across a meter, whole at its ends, too."""
    return format_html('<path class="meter-mark" d="M{} 0V8"/>', drawing.coord(min(max(at, 0.4), 99.6)))


def stacked_bar(parts: Sequence[Bar], title: str, desc: str = "", *, width: int = 640, key: str = "") -> SafeString:
    """Shares of one whole, each named underneath where there is room; missing parts take none."""
    total = sum(known([part.value for part in parts]))
    if total <= 0:
        return drawing.nothing("stacked", (width, 46), title, key)
    drawn, x = [], 0.0
    for part in parts:
        size = (part.value or 0) / total * width
        if size <= 0:
            continue
        drawn.append(drawing.rect(f"fill-{part.tone}", x, 0, max(size - 2, 1), 20))
        label = next((text for text in (f"{part.label} {part.words}", part.words) if len(text) * LETTER < size), "")
        drawn.append(drawing.text("label", x, 38, label))
        x += size
    spoken = ", ".join(f"{part.label}: {part.words}" for part in parts)
    return drawing.frame("stacked", (width, 46), title, desc or spoken, key, drawn)


def bar_list(
    bars: Sequence[Bar],
    title: str,
    desc: str = "",
    *,
    maximum: float | None = None,
    width: int = 560,
    key: str = "",
) -> SafeString:
    """Horizontal bars from zero, label in front, words behind; a bar with `href` opens its rows."""
    longest = maximum or max(known([bar.value for bar in bars]), default=0) or 1.0
    start, room, row = width * 0.37, width * 0.47, 28
    drawn = []
    for index, one in enumerate(bars):
        y = index * row
        size = min(max(one.value or 0, 0) / longest, 1.0) * room
        name = drawing.clip(one.label, start - 10)
        line = [drawing.text("label", 0, y + 18, name), drawing.text("value", start + size + 8, y + 18, one.words)]
        if one.value is not None:
            line.append(drawing.rect(f"fill-{one.tone}", start, y + 6, max(size, 1), 16))
        group = drawing.join(line)
        drawn.append(format_html('<a href="{}">{}</a>', one.href, group) if one.href else group)
    axis = format_html('<path class="axis" d="M{} 0V{}"/>', drawing.coord(start), max(len(bars), 1) * row)
    spoken = ", ".join(f"{one.label}: {one.words}" for one in bars)
    role = "group" if any(one.href for one in bars) else "img"  # an image may not hold links
    frame = (width, max(len(bars), 1) * row)
    return drawing.frame("bars", frame, title, desc or spoken, key, [*drawn, axis], role=role)


def span_list(
    spans: Sequence[Span],
    title: str,
    desc: str = "",
    *,
    low: float = 0.0,
    high: float = 1.0,
    rule: tuple[float, str] | None = None,
    width: int = 720,
    key: str = "",
    is_narrow: bool = False,
) -> SafeString:
    """A row for each value: a dot on its interval, label in front, words behind; `rule` is a level with a name.

    `is_narrow`: for a phone, label and words stand above the interval.
    """
    width = NARROW if is_narrow else width
    start, room, row = (6.0, width - 12.0, 48) if is_narrow else (width * 0.28, width * 0.42, 28)
    floor = max(len(spans), 1) * row

    def place(value: float) -> float:
        return start + min(max((value - low) / (high - low), 0.0), 1.0) * room

    drawn = [format_html('<path class="axis" d="M{} 0V{}"/>', drawing.coord(start), floor)]
    if rule is not None:
        x = place(rule[0])
        drawn.append(format_html('<path class="rule" d="M{} 0V{}"/>', drawing.coord(x), floor))
        drawn.append(drawing.text("tick mid", x, floor + 16, rule[1]))
    for index, one in enumerate(spans):
        drawn.extend(_named_above(one, index * row + 14) if is_narrow else _named(one, index * row + 18, start, room))
        drawn.extend(_span(one, index * row + (32 if is_narrow else 14), place))
    spoken = ", ".join(f"{one.label}: {one.shown}" for one in spans)
    return drawing.frame("spans", (width, floor + (22 if rule else 4)), title, desc or spoken, key, drawn)


def _named(one: Span, y: float, start: float, room: float) -> Iterable[SafeString]:
    yield drawing.text("label", 0, y, drawing.clip(one.label, start - 10))
    yield drawing.text("value", start + room + 14, y, one.shown)


def _named_above(one: Span, y: float) -> Iterable[SafeString]:
    room = NARROW - BESIDE - 10 - len(one.shown) * LETTER
    yield drawing.text("label", BESIDE, y, drawing.clip(one.label, room))
    yield drawing.text("value end", NARROW, y, one.shown)


def _span(one: Span, y: float, place: Callable[[float], float]) -> Iterable[SafeString]:
    if one.mark is not None:
        yield format_html('<path class="mark" d="M{} {}v16"/>', drawing.coord(place(one.mark)), drawing.coord(y - 8))
    if one.low is not None and one.high is not None:
        ends = drawing.coord(place(one.low)), drawing.coord(y), drawing.coord(place(one.high))
        yield format_html('<path class="line-{}" d="M{} {}H{}"/>', one.tone, *ends)
    if one.value is not None:
        yield drawing.dot(f"dot-{one.tone}", place(one.value), y, 4)


def histogram(
    bars: Sequence[Bar], title: str, desc: str = "", *, width: int = 480, height: int = 170, key: str = ""
) -> SafeString:
    """Columns from zero with the count on top and the label below, e.g. the answers 0 to 10."""
    highest = max(known([bar.value for bar in bars]), default=0)
    if highest <= 0:
        return drawing.nothing("histogram", (width, height), title, key)
    slot, floor = width / len(bars), height - 22
    drawn = []
    for index, one in enumerate(bars):
        size = (one.value or 0) / highest * (floor - 20)
        middle = (index + 0.5) * slot
        drawn.append(drawing.text("label mid", middle, height - 6, one.label))
        drawn.append(drawing.text("value mid", middle, floor - size - 6, one.words if one.value else ""))
        if size > 0:
            drawn.append(drawing.rect(f"fill-{one.tone}", index * slot + slot * 0.12, floor - size, slot * 0.76, size))
    axis = format_html('<path class="axis" d="M0 {}H{}"/>', drawing.coord(floor), width)
    spoken = ", ".join(f"{one.label}: {one.words}" for one in bars)
    return drawing.frame("histogram", (width, height), title, desc or spoken, key, [*drawn, axis])


def line_chart(
    lines: Sequence[Line],
    labels: Sequence[str],
    title: str,
    desc: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    rules: Sequence[tuple[float, str]] = (),
    marks: Sequence[tuple[int, str]] = (),
    width: int = 720,
    height: int = 220,
    key: str = "",
) -> SafeString:
    """Lines with their intervals as bands, named at their ends.

    `labels`: one for each position, shown at both ends and in the middle. `rules`: levels with a name, e.g.
    `(70, "Healthy")`. `marks`: positions with a name, after which something is otherwise. `low` and `high` fix the
    scale.
    """
    there = known(*(series for line in lines for series in (line.values, line.lower, line.upper)))
    if not there:
        return drawing.nothing("lines", (width, height), title, key)
    steps = ticks(min(there) if low is None else low, max(there) if high is None else high)
    right = max(len(line.label) for line in lines) * LETTER + 14
    grid = _Grid(steps[0], steps[-1], len(labels), left=40, right=width - right, top=10, bottom=height - 24)
    body = [
        *_axes(grid, steps, labels),
        *(_rule(grid, level) for level, _name in rules),
        *(shape for position, name in marks for shape in _marked(grid, position, name)),
        *(shape for line in lines for shape in _band(grid, line)),
        *(shape for line in lines for shape in _strokes(line.values, grid.placer(line.values), line.tone)),
        *_ends(grid, lines),
        *(drawing.text("tick", grid.left + 4, grid.y(level) - 4, name) for level, name in rules),
    ]
    return drawing.frame("lines", (width, height), title, desc, key, body)


@dataclass(frozen=True)
class _Grid:
    """Where a position and a value are in the picture."""

    low: float
    high: float
    count: int
    left: float
    right: float
    top: float
    bottom: float

    def x(self, index: int) -> float:
        return self.left + index * (self.right - self.left) / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def placer(self, values: Sequence[Value]) -> Placer:
        return lambda index: (self.x(index), self.y(values[index] or 0))


def _rule(grid: _Grid, level: float) -> SafeString:
    start, y, end = drawing.coord(grid.left), drawing.coord(grid.y(level)), drawing.coord(grid.right)
    return format_html('<path class="rule" d="M{} {}H{}"/>', start, y, end)


def _marked(grid: _Grid, position: int, name: str) -> Iterable[SafeString]:
    """A line upright, its name on the side where there is room."""
    x = grid.x(position)
    has_room = x + len(name) * LETTER + 8 < grid.right
    yield drawing.rule(x, grid.top, x, grid.bottom)
    yield drawing.text("tick" if has_room else "tick end", x + (4 if has_room else -4), grid.bottom - 6, name)


def _axes(grid: _Grid, steps: Sequence[float], labels: Sequence[str]) -> list[SafeString]:
    shapes = []
    for step in steps:
        y = grid.y(step)
        shapes.append(
            format_html(
                '<path class="grid" d="M{} {}H{}"/>',
                drawing.coord(grid.left),
                drawing.coord(y),
                drawing.coord(grid.right),
            )
        )
        shapes.append(drawing.text("tick end", grid.left - 8, y + 4, drawing.plain(step)))
    last = len(labels) - 1
    places = {0: "tick", last // 2: "tick mid", last: "tick end"} if last > 0 else {0: "tick"}
    for index, css in places.items():
        shapes.append(drawing.text(css, grid.x(index), grid.bottom + 18, labels[index] if labels else ""))
    return shapes


def _band(grid: _Grid, line: Line) -> Iterable[SafeString]:
    size = min(len(line.lower), len(line.upper))
    whole = [None if line.lower[index] is None or line.upper[index] is None else 1.0 for index in range(size)]
    lower, upper = grid.placer(line.lower), grid.placer(line.upper)
    for run in runs(whole):
        outline = [*map(upper, run), *map(lower, reversed(run))]
        yield format_html('<polygon class="band-{}" points="{}"/>', line.tone, drawing.points(outline))


def _ends(grid: _Grid, lines: Sequence[Line]) -> list[SafeString]:
    """The name of each line beside its newest value, moved apart where two would touch."""
    drawn = [line for line in lines if known(line.values)]
    newest = [grid.placer(line.values)(runs(line.values)[-1][-1]) for line in drawn]
    heights = spread([y for _x, y in newest], 14)
    shapes = []
    for line, (x, y), height in zip(drawn, newest, heights, strict=True):
        shapes.append(drawing.dot(f"dot-{line.tone}", x, y, 3))
        shapes.append(drawing.text(f"name-{line.tone}", grid.right + 8, height + 4, line.label))
    return shapes


def _strokes(values: Sequence[Value], place: Placer, tone: str) -> list[SafeString]:
    """A polyline for each unbroken run; a lone value is a dot."""
    strokes = []
    for run in runs(values):
        if len(run) == 1:
            x, y = place(run[0])
            strokes.append(drawing.dot(f"dot-{tone}", x, y, 1.6))
        else:
            strokes.append(
                format_html('<polyline class="line-{}" points="{}"/>', tone, drawing.points(map(place, run)))
            )
    return strokes
