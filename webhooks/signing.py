"""Signatures as Standard Webhooks 1.0 wants them: HMAC-SHA256 of `id.timestamp.body`."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SIZES = range(24, 65)  # bytes of a secret


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def is_secret(text: str) -> bool:
    """Whether `text` is `whsec_` and 24 to 64 bytes in Base64."""
    try:
        return text.startswith(PREFIX) and len(_key(text)) in SIZES
    except (binascii.Error, ValueError):
        return False


def headers(*, message_id: str, at: datetime, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The three headers of one attempt, with a signature by each of the secrets `keys`."""
    moment = str(int(at.timestamp()))
    signed = f"{message_id}.{moment}.".encode() + body
    signatures = [base64.b64encode(hmac.new(_key(key), signed, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
