"""The mail that asks: subject, plain text and HTML, with one link for each number.

What is the same for many is written once as a sheet; who is asked, what about and by which link are its pieces.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localdate

from lib import languages
from outbox import mail, sheets
from surveys import visits
from surveys.models import Invitation, Look
from surveys.questions import asked
from surveys.visits import House

# What stands in place of a piece while a sheet is written: letters and digits, which nothing on the way changes, and
# which nobody can know.
_SECRET = secrets.token_hex(8)
NAME, TOKEN, SUBJECT = "name", "token", "subject"
MARKS = {piece: f"{piece}x{_SECRET}x" for piece in (NAME, TOKEN, SUBJECT)}


@dataclass(frozen=True)
class Sheet:
    """What a letter says, in `language`, with gaps for its pieces; the HTML with its styles inlined."""

    sender_name: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str
    reply_to: str
    language: str


@dataclass(frozen=True)
class Letter:
    """A mail ready to be posted."""

    sheet: Sheet
    pieces: dict[str, str]

    @property
    def language(self) -> str:
        return self.sheet.language

    @property
    def subject(self) -> str:
        return self.sheet.subject

    @property
    def text(self) -> str:
        return sheets.filled_text(self.sheet.text, self.pieces)

    @property
    def html(self) -> str:
        return sheets.filled_html(self.sheet.html, self.pieces)

    @property
    def unsubscribe_url(self) -> str:
        return sheets.filled_text(self.sheet.unsubscribe_url, self.pieces)


@dataclass(frozen=True)
class About:
    """All that decides what stands on a sheet, beside the house."""

    kind: str
    points: int
    trigger: str
    has_name: bool
    has_subject: bool
    language: str
    until: date
    is_reminder: bool


class Writer:
    """Writes letters of one workspace, those that are alike on one sheet."""

    def __init__(self, house: House | None = None) -> None:
        self.house = house or visits.house()
        self.sheets: dict[About, Sheet] = {}

    def letter(self, invitation: Invitation, token: str, *, is_reminder: bool = False) -> Letter:
        """The mail for an invitation in its reader's language; `token` is the secret in its links.

        For many, read the invitations with survey, account, contact and ticket.
        """
        survey, name = invitation.survey, invitation.contact.name
        subject = invitation.ticket.subject if invitation.ticket else ""
        about = About(
            kind=survey.kind,
            points=survey.points,
            trigger=survey.trigger,
            has_name=bool(name),
            has_subject=bool(subject),
            language=visits.language_of_mail(invitation, self.house.look),
            until=localdate(invitation.expires_at),
            is_reminder=is_reminder,
        )
        sheet = self.sheets.get(about) or self.sheets.setdefault(about, _sheet(about, self.house))
        return Letter(sheet, {NAME: name, TOKEN: token, SUBJECT: subject})


def letter(invitation: Invitation, token: str, house: House | None = None, *, is_reminder: bool = False) -> Letter:
    """One mail; for many, keep a Writer."""
    return Writer(house).letter(invitation, token, is_reminder=is_reminder)


def _sheet(about: About, house: House) -> Sheet:
    with languages.spoken(about.language):
        question = asked(about, house.company, MARKS[SUBJECT] if about.has_subject else "")
        context: dict[str, Any] = {
            "name": MARKS[NAME] if about.has_name else "",
            "until": about.until,
            "asked": question,
            "company": house.company,
            "look": house.look,
            "language": about.language,
            "date_format": languages.date_format(),
            "is_reminder": about.is_reminder,
            "answer_url": _address("respond", MARKS[TOKEN]),
            "unsubscribe_url": _address("unsubscribe", MARKS[TOKEN]),
            "hidden_url": _address("hidden", MARKS[TOKEN]),
            "logo_url": _logo_url(house.look),
        }
        text = render_to_string("surveys/customer/mail.txt", context)
        html = _inlined(render_to_string("surveys/customer/mail.html", context))
    return Sheet(
        sender_name=house.company,
        subject=question.title,
        text=_with_gaps(text),
        html=_with_gaps(html),
        unsubscribe_url=_with_gaps(context["unsubscribe_url"]),
        reply_to=house.look.reply_to,
        language=about.language,
    )


def _with_gaps(text: str) -> str:
    text = text.replace(sheets.GAP, " ")
    for piece, mark in MARKS.items():
        text = text.replace(mark, sheets.gap(piece))
    return text


@lru_cache(maxsize=64)
def _inlined(html: str) -> str:
    return mail.inlined(html)


def _logo_url(look: Look) -> str:
    return _address("look_logo", look.key) if look.logo_width else ""


def _address(name: str, secret: str) -> str:
    return str(settings.BASE_URL) + reverse(f"surveys:{name}", args=[secret])
