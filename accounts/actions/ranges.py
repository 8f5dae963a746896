"""Work on every account, as one effect a range of ids: short transactions, spread over the workers."""

from datetime import datetime
from typing import Any

from accounts import queries
from outbox import actions as outbox_actions


def enqueue_ranges(*, kind: str, key: str, size: int, at: datetime, **told: Any) -> int:
    """An effect for every `size` accounts, told their `first` and `last` id and whatever else; returns how many.

    `key` names the occasion: a second call for the same one adds nothing.
    """
    ranges = queries.id_ranges(size)
    items = [(f"{key}:{first}", {**told, "first": first, "last": last}) for first, last in ranges]
    outbox_actions.enqueue_many(kind=kind, items=items, at=at)
    return len(ranges)
