"""The address by which a member gets no digest any more."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "voice.digest"


def unsubscribing(workspace_id: int, member_id: int) -> str:
    """One click, without signing in."""
    token = signing.dumps([workspace_id, member_id], salt=SALT)
    return str(settings.BASE_URL) + reverse("voice:unsubscribe", args=[token])


def unsubscriber(token: str) -> tuple[int, int] | None:
    """(workspace_id, member_id) of a link that we made."""
    try:
        workspace_id, member_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return workspace_id, member_id
