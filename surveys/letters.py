"""The mail that asks: subject, plain text and HTML, with one link for each number."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from surveys import languages, visits
from surveys.models import Invitation
from surveys.questions import question
from surveys.visits import House


@dataclass(frozen=True)
class Letter:
    """A mail ready to be posted, in `language`."""

    sender_name: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str
    reply_to: str
    language: str


def letter(invitation: Invitation, token: str, house: House | None = None, *, is_reminder: bool = False) -> Letter:
    """Write the mail for an invitation in its reader's language; `token` is the secret in its links.

    For many, read `house` once, and the invitations with survey, account, contact and ticket.
    """
    house = house or visits.house()
    company, look = house.company, house.look
    with languages.spoken(visits.language_of_mail(invitation, look)) as code:
        asked = question(invitation, company)
        context: dict[str, Any] = {
            "invitation": invitation,
            "asked": asked,
            "company": company,
            "look": look,
            "language": code,
            "date_format": languages.date_format(),
            "is_reminder": is_reminder,
            "answer_url": _address("respond", token),
            "unsubscribe_url": _address("unsubscribe", token),
            "hidden_url": _address("hidden", token),
            "logo_url": _address("look_logo", look.key) if look.logo_width else "",
        }
        text = render_to_string("surveys/customer/mail.txt", context)
        html = render_to_string("surveys/customer/mail.html", context)
    return Letter(company, asked.title, text, html, context["unsubscribe_url"], look.reply_to, code)


def _address(name: str, secret: str) -> str:
    return str(settings.BASE_URL) + reverse(f"surveys:{name}", args=[secret])
