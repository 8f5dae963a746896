"""The mail that tells a customer how far we are with their complaint."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Contact
from workspaces.models import User


@dataclass(frozen=True)
class Letter:
    """A mail ready to go."""

    sender: str
    subject: str
    text: str
    html: str


def update(*, vendor: str, contact: Contact, text: str, by: User | None, promised_at: datetime | None) -> Letter:
    """In the person's language and time zone, as far as they are known."""
    context = {"vendor": vendor, "name": contact.name, "said": text, "by": by, "promised_at": promised_at}
    with translation.override(_language(contact.locale)), timezone.override(_zone(contact, by)):
        return Letter(
            sender=vendor,
            subject=_("About what you told us: news from %(vendor)s") % {"vendor": vendor},
            text=render_to_string("complaints/mail.txt", context),
            html=render_to_string("complaints/mail.html", context),
        )


def _language(locale: str) -> str:
    try:
        return translation.get_supported_language_variant(locale or settings.LANGUAGE_CODE)
    except LookupError:
        return settings.LANGUAGE_CODE


def _zone(contact: Contact, by: User | None) -> ZoneInfo:
    return ZoneInfo(contact.time_zone or (by.time_zone if by else "UTC"))
