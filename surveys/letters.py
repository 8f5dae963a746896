"""The mail that asks: subject, plain text and HTML, with one link for each number."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from surveys.models import Invitation, Kind
from surveys.questions import question, spoken


@dataclass(frozen=True)
class Letter:
    """A mail ready to be posted."""

    sender_name: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str


def letter(invitation: Invitation, token: str) -> Letter:
    """Write the mail for an invitation in its reader's language; `token` is the secret in its links."""
    answer_url = settings.BASE_URL + reverse("surveys:respond", args=[token])
    unsubscribe_url = settings.BASE_URL + reverse("surveys:unsubscribe", args=[token])
    with spoken(invitation.locale):
        asked = question(invitation)
        rows = [asked.choices] if invitation.metric == Kind.CSAT else [asked.choices[:6], asked.choices[6:]]
        context = {
            "invitation": invitation,
            "asked": asked,
            "rows": rows,
            "answer_url": answer_url,
            "unsubscribe_url": unsubscribe_url,
        }
        text = render_to_string("surveys/mail.txt", context)
        html = render_to_string("surveys/mail.html", context)
        return Letter(asked.company, asked.title, text, html, unsubscribe_url)
