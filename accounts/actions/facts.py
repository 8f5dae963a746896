"""The timeline: append what happened, and set off what must follow."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.watching import tell_listeners, tell_watchers_of_facts
from accounts.models import Account, Fact
from accounts.registry import reactions
from lib.inserting import insert
from outbox import actions as outbox_actions
from workspaces.models import User

STORED = ["account_id", "kind", "at", "recorded_at", "by_id", "data"]


@dataclass(frozen=True)
class NewFact:
    """A fact to record: `at` is when it happened."""

    account_id: int
    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    by: User | None = None


def record_fact(
    *,
    account: Account,
    kind: str,
    at: datetime,
    by: User | None = None,
    happened_at: datetime | None = None,
    **data: Any,
) -> Fact:
    """Append one fact, known since `at`, and queue each reaction to its kind in the same transaction."""
    new = NewFact(account.pk, kind, happened_at or at, data, by)
    return record_facts(facts=[new], at=at)[0]


@transaction.atomic
def record_facts(*, facts: Iterable[NewFact], at: datetime, is_history: bool = False) -> list[Fact]:
    """`record_fact` for many, in a handful of statements.

    `is_history`: these facts are brought in long after they happened, so they set nothing off and count as
    known since they happened.
    """
    rows = [
        Fact(
            account_id=new.account_id,
            kind=new.kind,
            at=new.at,
            recorded_at=new.at if is_history else at,
            by=new.by,
            data=new.data,
        )
        for new in facts
    ]
    ids = insert(Fact, [{name: getattr(row, name) for name in STORED} for row in rows])
    for row, pk in zip(rows, ids, strict=True):
        row.pk = pk
    if not is_history:
        _set_off(rows, at)
    return rows


def _set_off(rows: list[Fact], at: datetime) -> None:
    to_do: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for fact in rows:
        for effect_kind in reactions.get(fact.kind, ()):
            to_do[effect_kind].append((f"fact:{fact.pk}", {"fact_id": fact.pk}))
    for effect_kind, items in to_do.items():
        outbox_actions.enqueue_many(kind=effect_kind, items=items, at=at)
    tell_watchers_of_facts(facts=rows, at=at)
    tell_listeners(facts=rows, at=at)
