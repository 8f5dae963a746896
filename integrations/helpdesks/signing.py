"""Ways in which help desks prove that they know a secret. Every comparison takes the same time for any input."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from integrations.helpdesks import reading
from integrations.helpdesks.delivery import Delivery

TOLERANCE = timedelta(minutes=5)

Digest = Callable[..., Any]


def is_hex(given: str, secret: str | bytes, signed: bytes, algorithm: Digest = hashlib.sha256) -> bool:
    """Whether `given` is the HMAC of `signed` in hexadecimal; never with an empty secret."""
    return _is(given, secret, hmac.new(_bytes(secret), signed, algorithm).hexdigest())


def is_base64(given: str, secret: str | bytes, signed: bytes, algorithm: Digest = hashlib.sha256) -> bool:
    """Whether `given` is the HMAC of `signed` in base64; never with an empty secret."""
    return _is(given, secret, base64.b64encode(hmac.new(_bytes(secret), signed, algorithm).digest()).decode())


def has_token(delivery: Delivery, secret: str) -> bool:
    """Whether the secret itself came along: in a header of its own, as a bearer token or as a password."""
    authorization = delivery.headers.get("authorization", "")
    scheme, _, credentials = authorization.partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else ""
    password = _password(credentials) if scheme.lower() == "basic" else ""
    candidates = [delivery.headers.get("x-ninefold-token", ""), bearer, password]
    matches = [_is(candidate, secret, secret) for candidate in candidates]
    return any(matches)


def is_fresh(sent_at: datetime | None, received_at: datetime) -> bool:
    """Whether the signed time is at most five minutes off, either way."""
    return sent_at is not None and abs(received_at - sent_at) <= TOLERANCE


def has_proof(delivery: Delivery) -> bool:
    """Whether anything came along that could prove who sends it."""
    return any(
        value
        for name, value in delivery.headers.items()
        if name in {"authorization", "x-ninefold-token"} or "signature" in name.removesuffix("-timestamp")
    )


def sent_at(delivery: Delivery) -> datetime | None:
    """When it was sent, as a header says in whatever way."""
    told = [value for name, value in delivery.headers.items() if name.endswith("-timestamp")]
    return next((at for value in told if (at := reading.epoch(value) or reading.moment(value))), None)


def _is(given: str, secret: str | bytes, expected: str) -> bool:
    return bool(secret) and hmac.compare_digest(expected.encode("utf-8", "replace"), given.encode("utf-8", "replace"))


def _bytes(secret: str | bytes) -> bytes:
    return secret if isinstance(secret, bytes) else secret.encode()


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
