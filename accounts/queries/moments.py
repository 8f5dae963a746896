"""What happened to an account, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import registry
from accounts.models import Account, Contact, Fact
from lib.paging import Sort, page_of

NEWEST_FIRST = Sort("at", falls=True, ids_fall=True)


@dataclass(frozen=True)
class Moment:
    """One line of a timeline: `kind` as recorded, `told` in the reader's language, `by` a name or empty."""

    kind: str
    at: datetime
    told: str
    by: str


def timeline(account: Account, *, before: str = "", size: int = 30) -> tuple[list[Moment], str]:
    """What happened to an account, newest first, and the cursor of what happened before (empty: nothing)."""
    facts = Fact.objects.filter(account=account)
    page = page_of(facts, NEWEST_FIRST, ["kind", "at", "data", "by__name", "by__email"], after=before, size=size)
    return [_moment(row) for row in page.rows], page.after


def all_moments(account: Account) -> Iterator[Moment]:
    """Everything that happened to an account, newest first, however long it is."""
    facts = Fact.objects.filter(account=account).order_by("-at", "-pk")
    rows = facts.values("kind", "at", "data", "by__name", "by__email")
    return (_moment(row) for row in rows.iterator(chunk_size=2000))


def moments_of(contact: Contact, *, size: int = 20) -> list[Moment]:
    """What happened about one person, newest first."""
    facts = Fact.objects.filter(account=contact.account_id, data__contact_id=contact.pk)
    rows = facts.order_by("-at", "-pk").values("kind", "at", "data", "by__name", "by__email")[:size]
    return [_moment(row) for row in rows]


def _moment(row: dict[str, Any]) -> Moment:
    tell = registry.words.get(row["kind"])
    told = tell(row["data"]) if tell else row["kind"]
    return Moment(row["kind"], row["at"], told, row["by__name"] or row["by__email"] or "")
