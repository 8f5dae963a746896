"""Small pieces of HTML as flat strings, for rows prepared in Python: a template per cell is too slow."""

from datetime import date, datetime
from functools import cache, lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lib import formatting

SPRITE = "vendor/tabler-icons-3.51.0/sprite.svg"

# Shape says the state as well as colour does: disc, diamond, triangle, ring.
_DISC = "M4 0a4 4 0 1 1 0 8a4 4 0 1 1 0-8z"
_DIAMOND = "M4 0l4 4l-4 4l-4-4z"
_TRIANGLE = "M4 .4l4 7.2h-8z"
_RING = "M4 0a4 4 0 1 1 0 8a4 4 0 1 1 0-8zM4 1.6a2.4 2.4 0 1 0 0 4.8a2.4 2.4 0 1 0 0-4.8z"
_SQUARE = "M.5 .5h7v7h-7z"

SHAPES = {
    "healthy": _DISC, "watch": _DIAMOND, "risk": _TRIANGLE, "none": _RING,
    "good": _DISC, "bad": _TRIANGLE, "critical": _TRIANGLE, "info": _SQUARE, "muted": _RING,
}  # fmt: skip
LOOKS = {"good": "healthy", "bad": "risk", "critical": "risk"}
BANDS = {"healthy": "healthy", "watch": "watch", "at_risk": "risk", "risk": "risk"}


def state_chip(kind: str, text: str, value: object = "") -> SafeString:
    """A state in words with the shape and colour of `kind`, one of `SHAPES`."""
    return _chip(kind, str(text), str(value))


@lru_cache(maxsize=4096)
def _chip(kind: str, text: str, value: str) -> SafeString:
    return format_html(
        '<span class="chip chip-{}"><svg class="chip-mark" viewBox="0 0 8 8" aria-hidden="true">'
        '<path fill-rule="evenodd" d="{}"/></svg>{}{}</span>',
        LOOKS.get(kind, kind),
        SHAPES[kind],
        text,
        format_html(' <b class="chip-value">{}</b>', value) if value else "",
    )


def band_label(band: str | None) -> str:
    """The words of a health band; "No data" for none."""
    words = {"healthy": _("Healthy"), "watch": _("Watch"), "risk": _("At risk")}
    return words.get(BANDS.get(band or "", ""), _("No data"))


def score_chip(score: float | None, band: str | None) -> SafeString:
    """`● Healthy 82`; `○ No data` when either is missing."""
    return _score_chip(get_language(), score, band)


@lru_cache(maxsize=4096)
def _score_chip(_language: str | None, score: float | None, band: str | None) -> SafeString:
    look = BANDS.get(band or "")
    if score is None or look is None:
        return _chip("none", _("No data"), "")
    return _chip(look, band_label(band), formatting.score(score))


@cache
def _sprite_url() -> str:
    return static(SPRITE)


def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon of the sprite: decoration, unless `label` says what it means."""
    return _icon(name, css, str(label))


@lru_cache(maxsize=1024)
def _icon(name: str, css: str, label: str) -> SafeString:
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"/></svg>', f"icon {css}".strip(), meaning, _sprite_url(), name
    )


def ago(then: datetime | date | None, now: datetime) -> SafeString:
    """Relative words; the exact time on hover and for screen readers."""
    if not then:
        return format_html('<span class="muted">{}</span>', formatting.MISSING)
    return _time(then.isoformat(), formatting.exact(then), formatting.relative(then, now))


@lru_cache(maxsize=4096)
def _time(iso: str, exactly: str, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}<span class="visually-hidden">, {}</span></time>',
        iso,
        exactly,
        words,
        exactly,
    )


def link(href: str, text: object, css: str = "") -> SafeString:
    """A plain link; `text` is escaped unless it is safe already."""
    if css:
        return format_html('<a href="{}" class="{}">{}</a>', href, css, text)
    return format_html('<a href="{}">{}</a>', href, text)


def change(value: float | None, good: str = "up") -> SafeString:
    """`▲ +4` or `▼ −14`, coloured by whether that way is good (`up`, `down`) or neither (``)."""
    if value is None or round(value) == 0:
        return format_html('<span class="change">{}</span>', formatting.signed(value))
    way = "up" if value > 0 else "down"
    tone = "" if not good else "change-good" if way == good else "change-bad"
    mark = "M4 1l4 6h-8z" if way == "up" else "M4 7l4-6h-8z"
    return format_html(
        '<span class="change {}"><svg class="chip-mark" viewBox="0 0 8 8" aria-hidden="true">'
        '<path d="{}"/></svg>{}</span>',
        tone,
        mark,
        formatting.signed(value),
    )
