"""A text cut where words of it decided, so that a template can mark them without trusting it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

GOOD, BAD, THEME = "said-good", "said-bad", "said-theme"
SHOWN = 420  # letters of a comment in a list
DOTS = "…"


@dataclass(frozen=True)
class Piece:
    """A part of the text, and why it is marked, if it is; `why` is told to those who hear the page."""

    text: str
    css: str = ""
    why: str = ""


def pieces(text: str, length: int, marks: Iterable[Sequence[float]], places: Iterable[Sequence[int]]) -> list[Piece]:
    """The whole text in pieces: words that decided about the feeling, and words of themes.

    A text that has another length than when it was read is not marked: the places would be those of another one.
    """
    if len(text) != length:
        return [Piece(text)] if text else []
    spans = [(int(start), int(end), GOOD if points > 0 else BAD) for start, end, points in marks if points]
    spans += [(int(start), int(end), THEME) for start, end in places]
    begins: dict[int, list[str]] = defaultdict(list)
    ends: dict[int, list[str]] = defaultdict(list)
    for start, end, css in spans:
        begins[start].append(css)
        ends[end].append(css)
    edges = sorted({0, len(text), *begins, *ends})
    found, over = [], Counter[str]()
    for start, end in pairwise(edges):
        over.subtract(ends[start])
        over.update(begins[start])
        found.append(_piece(text[start:end], [css for css in (BAD, GOOD, THEME) if over[css] > 0]))
    return found


def _piece(text: str, css: Sequence[str]) -> Piece:
    words = {GOOD: _("good"), BAD: _("bad"), THEME: pgettext("a marked word", "theme")}
    return Piece(text, " ".join(css), ", ".join(words[one] for one in css))


def decided(text: str, length: int, marks: Iterable[Sequence[float]]) -> list[dict[str, Any]]:
    """The words that decided, with what each counted."""
    if len(text) != length:
        return []
    return [
        {"text": text[int(start) : int(end)], "points": points, "css": GOOD if points > 0 else BAD}
        for start, end, points in marks
    ]


def shortened(found: Sequence[Piece], most: int = SHOWN) -> list[Piece]:
    """The first `most` letters."""
    left, kept = most, []
    for piece in found:
        if left <= 0:
            break
        is_cut = len(piece.text) > left
        kept.append(Piece(piece.text[:left] + (DOTS if is_cut else ""), piece.css, piece.why))
        left -= len(piece.text)
    if left == 0 and sum(len(one.text) for one in found) > most:
        kept.append(Piece(DOTS))
    return kept
