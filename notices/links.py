"""Addresses that work outside the application."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "notices.digest"


def absolute(path: str) -> str:
    return str(settings.BASE_URL) + path


def opening(notice_id: int) -> str:
    """Leads to what a notice is about, and marks it read on the way."""
    return absolute(reverse("notices:notice", args=[notice_id]))


def unsubscribing(workspace_id: int, member_id: int) -> str:
    """One click, without signing in, and a member gets no digest any more."""
    return absolute(reverse("notices:unsubscribe", args=[signing.dumps([workspace_id, member_id], salt=SALT)]))


def unsubscriber(token: str) -> tuple[int, int] | None:
    """(workspace_id, member_id) of a link that we made."""
    try:
        workspace_id, member_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return workspace_id, member_id
