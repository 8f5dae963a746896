"""Post to a connection as its help desk would."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from standardwebhooks import Webhook

from lib.time import now
from outbox import engine
from tests.builders import HOOK_TOKEN, ZAMMAD_SECRET


def as_bytes(payload: Any) -> bytes:
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def zammad_headers(body: bytes, delivery: str = "", secret: str = ZAMMAD_SECRET) -> dict[str, str]:
    signature = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return {"X-Hub-Signature": f"sha1={signature}"} | ({"X-Zammad-Delivery": delivery} if delivery else {})


def from_zammad(payload: Any, delivery: str = "", token: str = HOOK_TOKEN, **headers: str) -> HttpResponse:
    body = as_bytes(payload)
    headers = zammad_headers(body, delivery) | headers
    return Client().post(f"/hooks/{token}/", body, content_type="application/json", headers=headers)


def generic_headers(body: bytes, secret: str, identity: str = "msg_1", at: datetime | None = None) -> dict[str, str]:
    """Signed by the specification's own library."""
    at = at or datetime.now(UTC)
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(identity, at, body.decode("utf-8", "surrogateescape")),
    }


def from_generic(payload: Any, secret: str, identity: str = "msg_1", token: str = HOOK_TOKEN) -> HttpResponse:
    body = as_bytes(payload)
    headers = generic_headers(body, secret, identity)
    return Client().post(f"/hooks/{token}/", body, content_type="application/json", headers=headers)


def work() -> None:
    """Let the workers process what has come in."""
    engine.run_due(queue="default", clock=now, until=now() + timedelta(seconds=20))
