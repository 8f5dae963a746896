"""Charts as SVG from the server: plain functions of numbers, coloured by CSS classes, no script needed.

A missing value (`None`) breaks a line or leaves a gap; it is never drawn as 0. Bars start at zero. Every chart
has a title and a description for screen readers; `key` tells apart charts that would otherwise be the same.
Tones: `1` to `4` for series, `healthy`, `watch`, `risk`, `none` for states.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.formatting import number
from lib.scales import Value, known, runs, spread, ticks

Point = tuple[float, float]
Placer = Callable[[int], Point]

TRACK = SafeString('<rect class="track" width="100" height="8"/>')
NO_TRACK = SafeString('<path class="track-none" d="M0 4H100"/>')
LETTER = 6.4  # average width of a letter at the charts' 12 px, to see what fits


@dataclass(frozen=True)
class Line:
    """One series of a line chart; `lower` and `upper` draw its interval as a band."""

    label: str
    values: Sequence[Value]
    lower: Sequence[Value] = ()
    upper: Sequence[Value] = ()
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
        return self.shown or (_("No data") if self.value is None else _plain(self.value))


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
        return _nothing("spark", (width, height), title, key)
    bottom, top = min(there) if low is None else low, max(there) if high is None else high
    step = (width - 6) / max(len(values) - 1, 1)

    def level(value: float) -> float:
        share = (value - bottom) / (top - bottom) if top > bottom else 0.5
        return height - 3 - share * (height - 6)

    def place(index: int) -> Point:
        return 3 + index * step, level(values[index] or 0)

    rules = [format_html('<path class="rule" d="M0 {}H{}"/>', _n(level(band)), width) for band in bands]
    x, y = place(runs(values)[-1][-1])
    newest = format_html('<circle class="dot-{}" cx="{}" cy="{}" r="2.2"/>', tone, _n(x), _n(y))
    return _frame("spark", (width, height), title, desc, key, [*rules, *_strokes(values, place, tone), newest])


def bar(
    value: Value, maximum: float, title: str, desc: str = "", *, tone: str = "1", key: str = "", mark: Value = None
) -> SafeString:
    """A meter as wide as its place: `value` of `maximum`, cut at both ends; `mark` is where it should be.

    Missing: a dashed track.
    """
    if value is None:
        return _frame("meter", (100, 8), title, desc or _("No data"), key, [NO_TRACK], stretch=True)
    filled = min(max(value / maximum, 0.0), 1.0) * 100 if maximum > 0 else 0.0
    fill = format_html('<rect class="fill-{}" width="{}" height="8"/>', tone, _n(filled))
    marks = [] if mark is None or maximum <= 0 else [_mark(min(max(mark / maximum, 0.0), 1.0) * 100)]
    return _frame("meter", (100, 8), title, desc, key, [TRACK, fill, *marks], stretch=True)


def _mark(at: float) -> SafeString:
    """A line across a meter, whole at its ends, too."""
    return format_html('<path class="meter-mark" d="M{} 0V8"/>', _n(min(max(at, 0.4), 99.6)))


def stacked_bar(parts: Sequence[Bar], title: str, desc: str = "", *, width: int = 640, key: str = "") -> SafeString:
    """Shares of one whole, each named underneath where there is room; missing parts take none."""
    total = sum(known([part.value for part in parts]))
    if total <= 0:
        return _nothing("stacked", (width, 46), title, key)
    drawn, x = [], 0.0
    for part in parts:
        size = (part.value or 0) / total * width
        if size <= 0:
            continue
        drawn.append(_rect(f"fill-{part.tone}", x, 0, max(size - 2, 1), 20))
        label = next((text for text in (f"{part.label} {part.words}", part.words) if len(text) * LETTER < size), "")
        drawn.append(_text("label", x, 38, label))
        x += size
    spoken = ", ".join(f"{part.label}: {part.words}" for part in parts)
    return _frame("stacked", (width, 46), title, desc or spoken, key, drawn)


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
    start, room, row = width * 0.34, width * 0.5, 28
    drawn = []
    for index, one in enumerate(bars):
        y = index * row
        size = min(max(one.value or 0, 0) / longest, 1.0) * room
        name = _clip(one.label, start - 10)
        line = [_text("label", 0, y + 18, name), _text("value", start + size + 8, y + 18, one.words)]
        if one.value is not None:
            line.append(_rect(f"fill-{one.tone}", start, y + 6, max(size, 1), 16))
        group = _join(line)
        drawn.append(format_html('<a href="{}">{}</a>', one.href, group) if one.href else group)
    axis = format_html('<path class="axis" d="M{} 0V{}"/>', _n(start), max(len(bars), 1) * row)
    spoken = ", ".join(f"{one.label}: {one.words}" for one in bars)
    role = "group" if any(one.href for one in bars) else "img"  # an image may not hold links
    frame = (width, max(len(bars), 1) * row)
    return _frame("bars", frame, title, desc or spoken, key, [*drawn, axis], role=role)


def histogram(
    bars: Sequence[Bar], title: str, desc: str = "", *, width: int = 480, height: int = 170, key: str = ""
) -> SafeString:
    """Columns from zero with the count on top and the label below, e.g. the answers 0 to 10."""
    highest = max(known([bar.value for bar in bars]), default=0)
    if highest <= 0:
        return _nothing("histogram", (width, height), title, key)
    slot, floor = width / len(bars), height - 22
    drawn = []
    for index, one in enumerate(bars):
        size = (one.value or 0) / highest * (floor - 20)
        middle = (index + 0.5) * slot
        drawn.append(_text("label mid", middle, height - 6, one.label))
        drawn.append(_text("value mid", middle, floor - size - 6, one.words if one.value else ""))
        if size > 0:
            drawn.append(_rect(f"fill-{one.tone}", index * slot + slot * 0.12, floor - size, slot * 0.76, size))
    axis = format_html('<path class="axis" d="M0 {}H{}"/>', _n(floor), width)
    spoken = ", ".join(f"{one.label}: {one.words}" for one in bars)
    return _frame("histogram", (width, height), title, desc or spoken, key, [*drawn, axis])


def line_chart(
    lines: Sequence[Line],
    labels: Sequence[str],
    title: str,
    desc: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    rules: Sequence[tuple[float, str]] = (),
    width: int = 720,
    height: int = 220,
    key: str = "",
) -> SafeString:
    """Lines with their intervals as bands, named at their ends.

    `labels`: one for each position, shown at both ends and in the middle. `rules`: levels with a name, e.g.
    `(70, "Healthy")`. `low` and `high` fix the scale.
    """
    there = known(*(series for line in lines for series in (line.values, line.lower, line.upper)))
    if not there:
        return _nothing("lines", (width, height), title, key)
    steps = ticks(min(there) if low is None else low, max(there) if high is None else high)
    right = max(len(line.label) for line in lines) * LETTER + 14
    grid = _Grid(steps[0], steps[-1], len(labels), left=40, right=width - right, top=10, bottom=height - 24)
    body = [
        *_axes(grid, steps, labels),
        *(_rule(grid, level) for level, _name in rules),
        *(shape for line in lines for shape in _band(grid, line)),
        *(shape for line in lines for shape in _strokes(line.values, grid.placer(line.values), line.tone)),
        *_ends(grid, lines),
        *(_text("tick", grid.left + 4, grid.y(level) - 4, name) for level, name in rules),
    ]
    return _frame("lines", (width, height), title, desc, key, body)


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
    start, y, end = _n(grid.left), _n(grid.y(level)), _n(grid.right)
    return format_html('<path class="rule" d="M{} {}H{}"/>', start, y, end)


def _axes(grid: _Grid, steps: Sequence[float], labels: Sequence[str]) -> list[SafeString]:
    shapes = []
    for step in steps:
        y = grid.y(step)
        shapes.append(format_html('<path class="grid" d="M{} {}H{}"/>', _n(grid.left), _n(y), _n(grid.right)))
        shapes.append(_text("tick end", grid.left - 8, y + 4, _plain(step)))
    last = len(labels) - 1
    places = {0: "tick", last // 2: "tick mid", last: "tick end"} if last > 0 else {0: "tick"}
    for index, css in places.items():
        shapes.append(_text(css, grid.x(index), grid.bottom + 18, labels[index] if labels else ""))
    return shapes


def _band(grid: _Grid, line: Line) -> Iterable[SafeString]:
    size = min(len(line.lower), len(line.upper))
    whole = [None if line.lower[index] is None or line.upper[index] is None else 1.0 for index in range(size)]
    lower, upper = grid.placer(line.lower), grid.placer(line.upper)
    for run in runs(whole):
        outline = [*map(upper, run), *map(lower, reversed(run))]
        yield format_html('<polygon class="band-{}" points="{}"/>', line.tone, _points(outline))


def _ends(grid: _Grid, lines: Sequence[Line]) -> list[SafeString]:
    """The name of each line beside its newest value, moved apart where two would touch."""
    drawn = [line for line in lines if known(line.values)]
    newest = [grid.placer(line.values)(runs(line.values)[-1][-1]) for line in drawn]
    heights = spread([y for _x, y in newest], 14)
    shapes = []
    for line, (x, y), height in zip(drawn, newest, heights, strict=True):
        shapes.append(format_html('<circle class="dot-{}" cx="{}" cy="{}" r="3"/>', line.tone, _n(x), _n(y)))
        shapes.append(_text(f"name-{line.tone}", grid.right + 8, height + 4, line.label))
    return shapes


def _strokes(values: Sequence[Value], place: Placer, tone: str) -> list[SafeString]:
    """A polyline for each unbroken run; a lone value is a dot."""
    strokes = []
    for run in runs(values):
        if len(run) == 1:
            x, y = place(run[0])
            strokes.append(format_html('<circle class="dot-{}" cx="{}" cy="{}" r="1.6"/>', tone, _n(x), _n(y)))
        else:
            strokes.append(format_html('<polyline class="line-{}" points="{}"/>', tone, _points(map(place, run))))
    return strokes


def _frame(
    css: str,
    size: tuple[float, float],
    title: str,
    desc: str,
    key: str,
    body: Iterable[SafeString],
    stretch: bool = False,
    role: str = "img",
) -> SafeString:
    identity = blake2s(f"{css}|{title}|{desc}|{key}".encode(), digest_size=5).hexdigest()
    width, height = _n(size[0]), _n(size[1])
    return format_html(
        '<svg class="plot {}" viewBox="0 0 {} {}"{} role="{}" aria-labelledby="t{}{}">'
        '<title id="t{}">{}</title>{}{}</svg>',
        css,
        width,
        height,
        SafeString(' preserveAspectRatio="none"') if stretch else format_html(' width="{}" height="{}"', width, height),
        role,
        identity,
        f" d{identity}" if desc else "",
        identity,
        title,
        format_html('<desc id="d{}">{}</desc>', identity, desc) if desc else "",
        _join(body),
    )


def _nothing(css: str, size: tuple[float, float], title: str, key: str) -> SafeString:
    words = _("No data")
    return _frame(css, size, title, words, key, [_text("tick mid", size[0] / 2, size[1] / 2 + 4, words)])


def _rect(css: str, x: float, y: float, width: float, height: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        css,
        _n(x),
        _n(y),
        _n(width),
        _n(height),
    )


def _text(css: str, x: float, y: float, text: str) -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', css, _n(x), _n(y), text) if text else SafeString("")


def _clip(text: str, room: float) -> str:
    fits = int(room / LETTER)
    return text if len(text) <= fits else text[: fits - 1].rstrip() + "…"


def _n(value: float) -> str:
    """A coordinate: one decimal, no trailing zero."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def _plain(value: float) -> str:
    """A number as people write it, with a decimal only where it has one."""
    return number(value, 0 if round(value, 1) == round(value) else 1)


def _points(points: Iterable[Point]) -> str:
    return " ".join([f"{x:.1f},{y:.1f}" for x, y in points])


def _join(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
