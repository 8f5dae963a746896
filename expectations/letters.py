"""The mail that asks a customer to confirm what they may expect."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Letter:
    """A mail ready to go."""

    sender: str
    subject: str
    text: str
    html: str


def address(token: str) -> str:
    """Where the customer acknowledges."""
    return str(settings.BASE_URL) + reverse("expectations:acknowledge", args=[token])


def letter(*, vendor: str, name: str, wordings: Sequence[str], address: str) -> Letter:
    """In the active language; `name` is the person's, `address` the link."""
    context = {"vendor": vendor, "name": name, "wordings": wordings, "address": address}
    return Letter(
        sender=vendor,
        subject=_("What you can expect from %(vendor)s") % {"vendor": vendor},
        text=render_to_string("expectations/customer/mail.txt", context),
        html=render_to_string("expectations/customer/mail.html", context),
    )
