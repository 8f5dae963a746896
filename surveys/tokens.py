"""The secret in a survey's link: made again when the mail is written, kept as a digest."""

import base64

from surveys.models import Invitation
from workspaces.secrets import salted_digest


def token_of(invitation: Invitation) -> str:
    """128 bits in 22 characters of `[A-Za-z0-9_-]`: short, and left whole by mail gateways that rewrite links."""
    mac = salted_digest(str(invitation.pk), "surveys.invitation")[:16]
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
