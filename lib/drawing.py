"""What every chart is made of: its frame with title and description, texts and rectangles, numbers as coordinates."""

from collections.abc import Iterable
from hashlib import blake2s

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.formatting import number

Point = tuple[float, float]

LETTER = 6.4  # average width of a letter at the charts' 12 px, to see what fits


def frame(
    css: str,
    size: tuple[float, float],
    title: str,
    desc: str,
    key: str,
    body: Iterable[SafeString],
    stretch: bool = False,
    role: str = "img",
) -> SafeString:
    """The whole picture; `key` tells apart two of the same title and description, `stretch` lets it fill its place."""
    identity = blake2s(f"{css}|{title}|{desc}|{key}".encode(), digest_size=5).hexdigest()
    width, height = coord(size[0]), coord(size[1])
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
        join(body),
    )


def nothing(css: str, size: tuple[float, float], title: str, key: str) -> SafeString:
    """A picture of no data."""
    words = _("No data")
    return frame(css, size, title, words, key, [text("tick mid", size[0] / 2, size[1] / 2 + 4, words)])


def rect(css: str, x: float, y: float, width: float, height: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        css,
        coord(x),
        coord(y),
        coord(width),
        coord(height),
    )


def text(css: str, x: float, y: float, words: str) -> SafeString:
    """Nothing at all where there are no words."""
    if not words:
        return SafeString("")
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', css, coord(x), coord(y), words)


def turned(css: str, x: float, y: float, words: str) -> SafeString:
    """Words that run upwards."""
    return format_html(
        '<text class="{}" x="{}" y="{}" transform="rotate(-90 {} {})">{}</text>',
        css,
        coord(x),
        coord(y),
        coord(x),
        coord(y),
        words,
    )


def rule(x1: float, y1: float, x2: float, y2: float) -> SafeString:
    """A dashed line."""
    return format_html(
        '<line class="rule" x1="{}" y1="{}" x2="{}" y2="{}"/>', coord(x1), coord(y1), coord(x2), coord(y2)
    )


def dot(css: str, x: float, y: float, radius: float) -> SafeString:
    return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, coord(x), coord(y), radius)


def clip(words: str, room: float) -> str:
    """As much of the words as fits into so many pixels."""
    fits = int(room / LETTER)
    return words if len(words) <= fits else words[: fits - 1].rstrip() + "…"


def coord(value: float) -> str:
    """A coordinate: one decimal, no trailing zero."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def plain(value: float) -> str:
    """A number as people write it, with a decimal only where it has one."""
    return number(value, 0 if round(value, 1) == round(value) else 1)


def points(places: Iterable[Point]) -> str:
    """The `points` of a polyline or polygon."""
    return " ".join([f"{x:.1f},{y:.1f}" for x, y in places])


def join(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
