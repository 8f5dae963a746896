"""Whoever looks at accounts is told when many of them were written at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from accounts.models import Fact
from accounts.registry import fact_listeners, reading_listeners, watchers
from outbox import actions as outbox_actions

CHUNK = 2000  # accounts to one effect: short transactions for what follows


def tell_watchers(*, account_ids: Sequence[int], at: datetime) -> None:
    """Rows or readings of these were written in bulk: watchers get an effect a chunk, listeners hear at once."""
    for effect_kind in watchers:
        _tell(effect_kind, account_ids, at)
    for hear in reading_listeners if account_ids else ():
        hear(account_ids, at)


def tell_watchers_of_facts(*, facts: Sequence[Fact], at: datetime) -> None:
    """Facts were recorded: each watcher of their kinds gets an effect a chunk of their accounts."""
    for effect_kind, kinds in watchers.items():
        _tell(effect_kind, sorted({fact.account_id for fact in facts if fact.kind in kinds}), at)


def _tell(kind: str, account_ids: Sequence[int], at: datetime) -> None:
    outbox_actions.enqueue_chunks(kind=kind, key=uuid4().hex, name="account_ids", ids=account_ids, size=CHUNK, at=at)


def tell_listeners(*, facts: Sequence[Fact], at: datetime) -> None:
    """Facts were recorded; their reactions and watchers are the caller's to set off or not."""
    for hear in fact_listeners if facts else ():
        hear(facts, at)
