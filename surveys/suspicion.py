"""What suggests that a machine, not a person, has answered. A hint keeps an answer out of scores until somebody
confirms it; it never deletes one.

Reading writes no row. What links were opened by whom is held for some minutes in the cache, which may be emptied at any
time: then there is a hint less.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from redis.exceptions import RedisError

from lib import caching
from lib.visitors import address_of
from workspaces.secrets import salted_digest

HIDDEN_LINK, HIDDEN_FIELD, MANY_LINKS, TOO_FAST = "hidden_link", "hidden_field", "many_links", "too_fast"
TRAP = "website"  # the field that people do not see
FASTEST = timedelta(seconds=2)  # nobody reads a page and presses its button sooner
MANY, MANY_WITHIN = 3, timedelta(seconds=60)
SCORES = [str(number) for number in range(11)]
REMEMBERED = timedelta(days=1)


def note_score_link(request: HttpRequest, token: str, score: str, at: datetime) -> None:
    """Remember that one of the mail's numbers was opened."""
    if score not in SCORES:
        return
    try:
        caching.hint(_score_key(_client(request, token), score), round(at.timestamp()), MANY_WITHIN.seconds)
    except RedisError:
        return


def note_hidden_link(request: HttpRequest, token: str) -> None:
    """Remember that the link which people do not see was opened."""
    try:
        cache.set(f"surveys.hidden.{_client(request, token)}", 1, REMEMBERED.total_seconds())
    except RedisError:
        return


def doubt(request: HttpRequest, token: str, at: datetime) -> str:
    """The strongest hint that this POST is a machine's; empty: none.

    Programs that press every button write no words, and those that fill in every field fill in the hidden one as well:
    whoever says something is a person, however quick they were, and whatever opened the mail's links before them.
    """
    if request.POST.get("comment", "").strip():
        return HIDDEN_FIELD if request.POST.get(TRAP) else ""
    return _of_the_form(request, token, at) or _of_the_links(request, token, at)


def confirmation_doubt(request: HttpRequest, token: str, at: datetime) -> str:
    """The same for whoever says that it was a person: only what this form tells counts."""
    return _of_the_form(request, token, at)


def stamp(token: str, at: datetime) -> str:
    """When a page was opened, signed, for its form to bring back."""
    milliseconds = str(round(at.timestamp() * 1000))
    return f"{milliseconds}.{_seal(token, milliseconds)}"


def _of_the_form(request: HttpRequest, token: str, at: datetime) -> str:
    if request.POST.get(TRAP):
        return HIDDEN_FIELD
    opened = _opened(request.POST.get("opened", ""), token)
    return TOO_FAST if opened and at - opened < FASTEST else ""


def _of_the_links(request: HttpRequest, token: str, at: datetime) -> str:
    client = _client(request, token)
    hidden, since = f"surveys.hidden.{client}", (at - MANY_WITHIN).timestamp()
    try:
        found = cache.get_many([hidden, *(_score_key(client, score) for score in SCORES)])
    except RedisError:
        return ""
    if found.pop(hidden, None):
        return HIDDEN_LINK
    return MANY_LINKS if sum(when > since for when in found.values()) >= MANY else ""


def _score_key(client: str, score: str) -> str:
    return f"surveys.score.{client}.{score}"


def _opened(text: str, token: str) -> datetime | None:
    milliseconds, _dot, seal = text.partition(".")
    if not milliseconds.isdecimal() or not constant_time_compare(seal, _seal(token, milliseconds)):
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _seal(token: str, text: str) -> str:
    return salted_digest(f"{token}:{text}", "surveys.opened").hex()[:20]


def _client(request: HttpRequest, token: str) -> str:
    """One reader of one mail: by address and program, hashed, so that nothing tells who it was."""
    told = f"{token}|{address_of(request)}|{request.headers.get('User-Agent', '')}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]
