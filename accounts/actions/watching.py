"""Whoever looks at accounts is told when many of them were written at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from accounts.models import Fact
from accounts.registry import fact_listeners, metric_watchers, reading_listeners
from outbox import actions as outbox_actions

CHUNK = 2000  # accounts to one effect: short transactions for what follows


def tell_watchers(*, account_ids: Sequence[int], at: datetime) -> None:
    """Rows or readings of these accounts were written in bulk: each watcher gets an effect, listeners hear at once."""
    chunks = [list(account_ids[start : start + CHUNK]) for start in range(0, len(account_ids), CHUNK)]
    for effect_kind in metric_watchers:
        items = [(f"metrics:{uuid4().hex}", {"account_ids": chunk}) for chunk in chunks]
        outbox_actions.enqueue_many(kind=effect_kind, items=items, at=at)
    for hear in reading_listeners if account_ids else ():
        hear(account_ids, at)


def tell_listeners(*, facts: Sequence[Fact], at: datetime) -> None:
    """Facts were recorded; their reactions, one effect a fact, are the caller's to set off or not."""
    for hear in fact_listeners if facts else ():
        hear(facts, at)
