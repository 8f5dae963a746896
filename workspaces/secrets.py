"""Secrets: made here, kept as hashes where we only compare, encrypted where we must read them again."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """The secret was encrypted with another SECRET_KEY."""


def new_token(prefix: str = "") -> str:
    """256 random bits, URL-safe, after `prefix`."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256 in hex: what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_digests(text: str, purpose: str) -> list[str]:
    """HMAC-SHA256 in hex: tells whether we have seen `text` without keeping it, and nothing without SECRET_KEY.

    The first is by the key of now, the others by earlier ones (SECRET_KEY_FALLBACKS).
    """
    return [
        hmac.digest(_key_for(purpose, str(key)), text.encode(), "sha256").hex()
        for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]


def salted_digest(text: str, salt: str) -> bytes:
    """What Django's `salted_hmac` with SHA-256 makes of them, in a third of the time: it derives the key each time."""
    return hmac.digest(_salted_key(salt, settings.SECRET_KEY), text.encode(), "sha256")


@lru_cache(maxsize=32)
def _salted_key(salt: str, key: str) -> bytes:
    return hashlib.sha256(f"{salt}{key}".encode()).digest()


@lru_cache(maxsize=256)
def _key_for(purpose: str, key: str) -> bytes:
    return hmac.digest(key.encode(), f"ninefold.{purpose}".encode(), "sha256")


def encrypt(text: str) -> str:
    """For secrets that must be read again, such as a help desk's signing key."""
    return _box().encrypt(text.encode()).decode()


def decrypt(box: str) -> str:
    """The reverse of `encrypt`; raises Unreadable."""
    try:
        return _box().decrypt(box.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def keep_for_next_page(session: Any, name: str, secret: str) -> None:
    """Have a new secret ready, encrypted, for the page that a POST leads to: it shows it once."""
    session[f"once:{name}"] = encrypt(secret)


def take_from_last_page(session: Any, name: str) -> str:
    """What was kept under `name`, and is gone now; empty if there is nothing."""
    box = session.pop(f"once:{name}", "")
    return decrypt(box) if box else ""


def _box() -> Fernet:
    key = hashlib.sha256(b"ninefold.secrets." + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
