"""In which language a customer is spoken to. Nothing is ever turned from one script into the other."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import pgettext
from django.utils.translation.trans_real import parse_accept_lang_header

OURS = "en"


def known(wish: str) -> str:
    """The language of ours that a tag such as `zh-TW`, `zh_CN` or `de` asks for; empty: we have none."""
    try:
        return translation.get_supported_language_variant(wish.strip().lower().replace("_", "-")) if wish else ""
    except LookupError:
        return ""


def chosen(*wishes: str) -> str:
    """The first of the wishes that we can meet; else English."""
    return next((found for found in map(known, wishes) if found), OURS)


def of_browser(request: HttpRequest) -> str:
    """The first language of the browser's list that we have; empty if there is none."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((found for found in (known(tag) for tag, _quality in accepted) if found), "")


def offered() -> list[tuple[str, str]]:
    """Every language that we have, by the name it gives itself."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


@contextmanager
def spoken(*wishes: str) -> Iterator[str]:
    """Speak the first of the wished languages that we have; else English."""
    code = chosen(*wishes)
    with translation.override(code):
        yield code


def date_format() -> str:
    """How a day is written in the language spoken, as Django's `date` filter takes it."""
    return pgettext("a day, in the letters of Django's date filter", "j F Y")
