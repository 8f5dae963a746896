"""Mails that reached nobody."""

from datetime import datetime

from django.db import transaction

from surveys.models import Invitation

POSTED_AS = "survey:"  # the key of the first mail; who got that one was asked, whatever becomes of a reminder


@transaction.atomic
def note_undelivered(*, key: str, at: datetime) -> None:
    """The mail posted under this key came back or was not let out; other mails than the first of a survey are none."""
    if key.startswith(POSTED_AS):
        found = Invitation.objects.filter(pk=int(key.removeprefix(POSTED_AS)), undelivered_at=None)
        found.update(undelivered_at=at)
