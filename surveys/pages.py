"""The first page as text. Pages that differ in nothing but their secret are drawn once."""

import secrets
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string

from lib import languages
from surveys import scales, suspicion
from surveys.answering import AnswerForm
from surveys.glances import Glance
from surveys.pictures import shown_size
from surveys.questions import Question, asked

# What stands in a drawn page for the link's secret and the moment it is opened; nobody can type them.
TOKEN, OPENED = secrets.token_hex(12), secrets.token_hex(12)


class Page(NamedTuple):
    """Everything a page is made of. `wish` is the language chosen on it, `from_mail` the number that was clicked."""

    kind: str
    points: int
    trigger: str
    subject: str
    company: str
    accent: str
    key: str
    logo_width: int
    logo_height: int
    until: date
    value: int | None
    comment: str
    language: str
    wish: str
    from_mail: int | None


def page_of(seen: Glance, language: str, wish: str, score: str) -> Page:
    """The page of what was seen; a number that is none of the scale's chooses nothing."""
    numbers = {str(value): value for value in scales.scale_of(seen.kind, seen.points).values} if score else {}
    return Page(
        seen.kind,
        seen.points,
        seen.trigger,
        seen.subject,
        seen.company,
        seen.accent,
        seen.key,
        seen.logo_width,
        seen.logo_height,
        seen.expires_at.date(),
        seen.value,
        seen.comment,
        language,
        wish,
        numbers.get(score),
    )


def question(seen: Glance | Page) -> Question:
    """What is asked, in the active language."""
    return asked(seen, seen.company, seen.subject)


def drawn(page: Page, token: str, opened: str, form: AnswerForm | None = None) -> str:
    """The page in its language; what a person wrote is in no page that is kept."""
    is_common = form is None and page.value is None and not page.subject
    draw: Callable[[Page], str] = _kept if is_common else lambda page: _drawn(page, form)
    return draw(page).replace(TOKEN, token).replace(OPENED, opened)


@lru_cache(maxsize=500)
def _kept(page: Page) -> str:
    return _drawn(page, None)


def _drawn(page: Page, form: AnswerForm | None) -> str:
    with languages.spoken(page.language):
        return render_to_string("surveys/customer/respond.html", _shown(page, form))


def _shown(page: Page, form: AnswerForm | None) -> dict[str, Any]:
    chosen = page.from_mail if page.from_mail is not None else page.value
    comment = page.comment
    if form:
        chosen, comment = form.data.get("score"), form.data.get("comment", "")
    width, height = shown_size(page.logo_width, page.logo_height)
    kept = {"score": str(page.from_mail)} if page.from_mail is not None else {}
    return {
        "asked": question(page),
        "company": page.company,
        "look": {
            "accent": page.accent,
            "key": page.key,
            "logo_width": page.logo_width,
            "logo_shown_width": width,
            "logo_shown_height": height,
        },
        "token": TOKEN,
        "opened": OPENED,
        "invitation": {"expires_at": page.until},
        "given": {"value": page.value} if page.value is not None else None,
        "is_preselected": form is None and page.from_mail is not None and page.from_mail != page.value,
        "chosen": str(chosen) if chosen is not None else "",
        "comment": comment,
        "form": form,
        **frame(page.language, page.wish, kept),
    }


def frame(code: str, wish: str, kept: dict[str, str]) -> dict[str, Any]:
    """What every page of ours needs: its language, and links to the others, which keep what was chosen so far."""
    return {
        "language": code,
        "languages": [
            {"code": other, "name": name, "query": urlencode({**kept, "lang": other}), "is_current": other == code}
            for other, name in settings.LANGUAGES
        ],
        "suffix": f"?lang={wish}" if wish else "",
        "date_format": languages.date_format(),
        "trap": suspicion.TRAP,
    }
