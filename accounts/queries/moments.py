"""What happened to an account, in words."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts import chronicle, registry
from accounts.models import Account, Contact, Fact
from lib.paging import Row, Sort, cursor_at, page_of

NEWEST_FIRST = Sort("at", falls=True, ids_fall=True)
FIELDS = ["kind", "at", "data", "by__name", "by__email", "account_id"]
MOST_OF_A_MINUTE = 500


@dataclass(frozen=True)
class Moment:
    """One line of a timeline: `kind` as recorded, `told` in the reader's language, `by` a name or empty.

    `url` leads to what it is about, if there is such a page, `mark_url` to marking it as a complaint. A line that
    stands for several of the same minute has them, itself included, as `parts`.
    """

    kind: str
    at: datetime
    told: str
    by: str
    url: str = ""
    mark_url: str = ""
    parts: list["Moment"] = field(default_factory=list)


def timeline(
    account: Account, *, groups: Sequence[str] = (), before: str = "", size: int = 30
) -> tuple[list[Moment], str]:
    """What happened to an account, newest first, and the cursor of what happened before (empty: nothing).

    `groups` are keys of chronicle.GROUPS; none means all. What is of one kind and minute is one line, so a page goes on
    to the end of its last minute, as far as MOST_OF_A_MINUTE.
    """
    facts = _facts(account, groups)
    page = page_of(facts, NEWEST_FIRST, FIELDS, after=before, size=size)
    rows, older = page.rows, page.after
    if older:
        minute = facts.filter(at__gte=rows[-1]["at"].replace(second=0, microsecond=0))
        rest = page_of(minute, NEWEST_FIRST, FIELDS, after=older, size=MOST_OF_A_MINUTE).rows
        rows = [*rows, *rest]
        older = cursor_at(NEWEST_FIRST, rows[-1])
    return _lines(rows), older


def all_moments(account: Account, groups: Sequence[str] = ()) -> Iterator[Moment]:
    """Everything that happened to an account, newest first, however long it is."""
    rows = _facts(account, groups).order_by("-at", "-pk").values(*FIELDS)
    return (_moment(row) for row in rows.iterator(chunk_size=2000))


def _facts(account: Account, groups: Sequence[str]) -> QuerySet[Fact]:
    found: QuerySet[Fact] = Fact.objects.filter(account=account)
    return found.filter(kind__in=chronicle.kinds_of(groups)) if groups else found


def moments_between(
    account: Account, kinds: Collection[str], *, since: datetime, until: datetime, size: int, **said: Any
) -> list[Moment]:
    """What of these kinds happened from `since` to before `until`, newest first; at most `size`.

    `said`: what their data must say, by key.
    """
    about = {f"data__{key}": value for key, value in said.items()}
    facts = Fact.objects.filter(account=account, kind__in=kinds, at__gte=since, at__lt=until, **about)
    return [_moment(row) for row in facts.order_by("-at", "-pk").values(*FIELDS)[:size]]


def moments_of(contact: Contact, *, size: int = 20) -> list[Moment]:
    """What happened about one person, newest first."""
    facts = Fact.objects.filter(account=contact.account_id, data__contact_id=contact.pk)
    rows = facts.order_by("-at", "-pk").values(*FIELDS)[:size]
    return [_moment(row) for row in rows]


def _lines(rows: Sequence[Row]) -> list[Moment]:
    """Moments in their order; those of one kind, minute and person stand together where the first of them does."""
    found: dict[tuple[str, datetime, str], list[Moment]] = {}
    for row in rows:
        moment = _moment(row)
        found.setdefault((moment.kind, moment.at.replace(second=0, microsecond=0), moment.by), []).append(moment)
    return [_together(parts) for parts in found.values()]


def _together(parts: list[Moment]) -> Moment:
    first = parts[0]
    if len(parts) == 1:
        return first
    return replace(
        first, told=chronicle.told_together(first.kind, first.told, len(parts)), url="", mark_url="", parts=parts
    )


def _moment(row: dict[str, Any]) -> Moment:
    kind, data = row["kind"], row["data"]
    tell = registry.words.get(kind)
    by = row["by__name"] or row["by__email"] or ""
    url, mark_url = chronicle.place_of(kind, data, row["account_id"]), chronicle.mark_of(kind, data)
    return Moment(kind, row["at"], tell(data) if tell else kind, by, url, mark_url)
