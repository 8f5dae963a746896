"""Fetch the key that a help desk signs with from where it publishes it."""

from datetime import datetime, timedelta

from integrations.actions import connections as connection_actions
from integrations.actions.intake import is_signed
from integrations.helpdesks.delivery import Delivery
from integrations.models import Connection
from lib import outgoing

TIME_LIMIT = 5.0  # seconds; the sender is waiting
PAUSE = timedelta(minutes=1)  # between two looks for another key, so that forgeries do not make us ask all the time


def key_url(connection: Connection, delivery: Delivery) -> str:
    """Where to fetch the key before `delivery` can be judged; empty if it can be already."""
    keys = connection.help_desk.keys
    if keys is None or is_signed(connection, delivery) or _is_too_soon(connection, delivery.received_at):
        return ""
    return keys.key_url(delivery, connection.site)


def fetch(url: str) -> bytes:
    """What is there; empty when it cannot be had."""
    try:
        answer = outgoing.request("GET", url, headers={"Accept": "application/json"}, timeout=TIME_LIMIT)
    except outgoing.NoAnswer:
        return b""
    return answer.body if answer.status == 200 else b""


def keep(connection: Connection, answer: bytes, at: datetime) -> None:
    """Remember the key, and that we looked."""
    keys = connection.help_desk.keys
    connection_actions.keep_key(connection=connection, key=keys.key_of(answer) if keys else "", at=at)


def _is_too_soon(connection: Connection, at: datetime) -> bool:
    sought_at = connection.options.get("key_sought_at")
    return bool(connection.secret and sought_at) and at - datetime.fromisoformat(sought_at) < PAUSE
