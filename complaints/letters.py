"""The mail that tells a customer how far we are with their complaint."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import dateformat
from django.utils.translation import gettext as _

from accounts.models import Contact
from lib.languages import date_format, spoken
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
    with spoken(contact.locale):
        when = _when(promised_at, ZoneInfo(contact.time_zone or (by.time_zone if by else "UTC")))
        context = {"vendor": vendor, "name": contact.name, "said": text, "by": by, "when": when}
        return Letter(
            sender=vendor,
            subject=_("About what you told us: news from %(vendor)s") % {"vendor": vendor},
            text=render_to_string("complaints/customer/mail.txt", context),
            html=render_to_string("complaints/customer/mail.html", context),
        )


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    """Day, hour and time zone."""
    return dateformat.format(at.astimezone(zone), f"{date_format()} H:i T") if at else ""
