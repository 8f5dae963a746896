"""Addresses that work outside the application."""

from django.conf import settings
from django.urls import reverse

from workspaces.stopping import StopLink

STOP = StopLink("notices:unsubscribe", salt="notices.digest")  # the digest


def absolute(path: str) -> str:
    return str(settings.BASE_URL) + path


def opening(notice_id: int) -> str:
    """Leads to what a notice is about, and marks it read on the way."""
    return absolute(reverse("notices:notice", args=[notice_id]))
