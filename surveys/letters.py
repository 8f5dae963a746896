"""The mail that asks: subject, plain text and HTML, with one link for each number.

What is the same for many is written once as a sheet; who is asked, what about and by which link is filled in.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localdate

from outbox import mail
from surveys import languages, visits
from surveys.models import Invitation, Look
from surveys.questions import asked
from surveys.visits import House

# What stands on a sheet in place of a piece: letters and digits only, which nothing on the way to a mail changes, and
# which nobody can know.
_SECRET = secrets.token_hex(8)
NAME, TOKEN, SUBJECT = (f"{word}x{_SECRET}x" for word in ("name", "token", "subject"))
_GAP = re.compile(f"({NAME}|{TOKEN}|{SUBJECT})")


@dataclass(frozen=True)
class Letter:
    """A mail ready to be posted, in `language`; the HTML with its styles inlined."""

    sender_name: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str
    reply_to: str
    language: str


@dataclass(frozen=True)
class Sheet:
    """A letter with gaps: every second part is the name of a piece."""

    letter: Letter
    text: list[str]
    html: list[str]
    unsubscribe_url: list[str]


@dataclass(frozen=True)
class About:
    """All that decides what stands on a sheet, beside the house."""

    kind: str
    points: int
    trigger: str
    has_subject: bool
    language: str
    until: date
    is_reminder: bool


class Writer:
    """Writes letters of one workspace, those that are alike from one sheet."""

    def __init__(self, house: House | None = None) -> None:
        self.house = house or visits.house()
        self.sheets: dict[About, Sheet] = {}

    def letter(self, invitation: Invitation, token: str, *, is_reminder: bool = False) -> Letter:
        """The mail for an invitation in its reader's language; `token` is the secret in its links.

        For many, read the invitations with survey, account, contact and ticket.
        """
        survey, subject = invitation.survey, invitation.ticket.subject if invitation.ticket else ""
        language = visits.language_of_mail(invitation, self.house.look)
        until = localdate(invitation.expires_at)
        about = About(survey.kind, survey.points, survey.trigger, bool(subject), language, until, is_reminder)
        sheet = self.sheets.get(about) or self.sheets.setdefault(about, _sheet(about, self.house))
        pieces = {NAME: invitation.contact.name, TOKEN: token, SUBJECT: subject}
        return replace(
            sheet.letter,
            text=_filled(sheet.text, pieces),
            html=_filled(sheet.html, {gap: _escaped(piece) for gap, piece in pieces.items()}),
            unsubscribe_url=_filled(sheet.unsubscribe_url, pieces),
        )


def letter(invitation: Invitation, token: str, house: House | None = None, *, is_reminder: bool = False) -> Letter:
    """One mail; for many, keep a Writer."""
    return Writer(house).letter(invitation, token, is_reminder=is_reminder)


def _sheet(about: About, house: House) -> Sheet:
    with languages.spoken(about.language):
        question = asked(about, house.company, SUBJECT if about.has_subject else "")
        context: dict[str, Any] = {
            "name": NAME,
            "until": about.until,
            "asked": question,
            "company": house.company,
            "look": house.look,
            "language": about.language,
            "date_format": languages.date_format(),
            "is_reminder": about.is_reminder,
            "answer_url": _address("respond", TOKEN),
            "unsubscribe_url": _address("unsubscribe", TOKEN),
            "hidden_url": _address("hidden", TOKEN),
            "logo_url": _logo_url(house.look),
        }
        text = render_to_string("surveys/customer/mail.txt", context)
        html = _inlined(render_to_string("surveys/customer/mail.html", context))
    blank = Letter(house.company, question.title, "", "", "", house.look.reply_to, about.language)
    return Sheet(blank, _GAP.split(text), _GAP.split(html), _GAP.split(context["unsubscribe_url"]))


@lru_cache(maxsize=64)
def _inlined(html: str) -> str:
    return mail.inlined(html)


def _logo_url(look: Look) -> str:
    return _address("look_logo", look.key) if look.logo_width else ""


def _filled(parts: list[str], pieces: dict[str, str]) -> str:
    return "".join([pieces[part] if place % 2 else part for place, part in enumerate(parts)])


def _escaped(text: str) -> str:
    """As text stands between tags, written the way the styles' inliner writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def _address(name: str, secret: str) -> str:
    return str(settings.BASE_URL) + reverse(f"surveys:{name}", args=[secret])
