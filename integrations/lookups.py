"""Ask a help desk's API who a ticket is from: the calls that leave the house."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from integrations.helpdesks.event import TicketEvent
from integrations.helpdesks.payload import NotJson, decode
from integrations.kinds import Directory, Get
from lib import outgoing
from outbox.registry import TryLater

TIME_LIMIT = 8.0  # seconds a call
SIZE_LIMIT = 2**20  # bytes of an answer
LONGEST_WAIT = timedelta(hours=1)


class Refused(Exception):
    """The API does not answer this, and asking again cannot help; the text says why."""


@dataclass(frozen=True)
class Question:
    """What is to be asked for one event; `is_last`: there will be no other try."""

    workspace_id: int
    event_id: int
    directory: Directory
    ticket: TicketEvent
    site: str
    authorization: str
    is_last: bool


def ask(question: Question) -> dict[str, Any]:
    """What was found, or why nothing was, as `error`. Raises TryLater while that can help."""
    try:
        return question.directory.look_up(question.ticket, reader(question.site, question.authorization))
    except Refused as refusal:
        return {"error": str(refusal)}
    except TryLater as problem:
        if question.is_last:
            return {"error": str(problem)}
        raise


def reader(site: str, authorization: str) -> Get:
    """Reads objects of the API at `site`."""

    def get(path: str) -> dict[str, Any]:
        headers = {"Authorization": authorization, "Accept": "application/json"}
        try:
            url = f"{site}{path}"
            answer = outgoing.request("GET", url, headers=headers, timeout=TIME_LIMIT, most=SIZE_LIMIT)
        except (outgoing.Forbidden, outgoing.TooLong) as problem:
            raise Refused(str(problem)) from problem
        except outgoing.NoAnswer as problem:
            raise TryLater(str(problem)) from problem
        return _object(answer)

    return get


def _object(answer: outgoing.Response) -> dict[str, Any]:
    if answer.status == 404:
        return {}
    if answer.status == 429 or answer.status >= 500:
        raise TryLater(_words(answer.status), _wait(answer.headers.get("retry-after", "")))
    if answer.status != 200:
        raise Refused(_words(answer.status))
    try:
        return decode(answer.body)
    except NotJson as problem:
        raise Refused(_("The help desk's API answered something that is no JSON object.")) from problem


def _words(status: int) -> str:
    if status in (401, 403):
        return _("The help desk's API does not accept the token (%(status)d).") % {"status": status}
    return _("The help desk's API answered %(status)d.") % {"status": status}


def _wait(seconds: str) -> timedelta:
    wait = timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() and len(seconds) < 7 else None
    return min(wait or timedelta(), LONGEST_WAIT)
