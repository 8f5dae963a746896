"""The secret in a survey's link: made again when the mail is written, kept as a digest."""

import base64

from django.utils.crypto import salted_hmac

from surveys.models import Invitation


def token_of(invitation: Invitation) -> str:
    """43 characters of `[A-Za-z0-9_-]`, so that mail gateways which rewrite links leave it whole."""
    mac = salted_hmac("surveys.invitation", str(invitation.pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
