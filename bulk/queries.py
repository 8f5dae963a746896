"""What is asked of changes of many accounts: whom they are about, what they would do, and what they did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Account, AccountQuerySet, AccountTag, Fact
from accounts.queries.tag import tags_named
from bulk.models import BulkChange, BulkRow
from bulk.registry import list_finder
from bulk.selection import Selection
from workspaces.models import Member
from workspaces.queries import Membership

SAMPLED = 10
Kind, Outcome = BulkChange.Kind, BulkRow.Outcome


# ------------------------------------------------------------------ before a change


def chosen(selection: Selection, member: Membership, today: date) -> AccountQuerySet:
    """The accounts of a selection, unordered. Raises registry.Unreadable."""
    if selection.query is not None:
        return list_finder[0](selection.query, member, today)
    if selection.book is not None:
        return Account.objects.filter(owner=selection.book)
    return Account.objects.filter(pk__in=selection.ids)


def is_so(kind: str, params: dict[str, Any]) -> Q:
    """Which accounts a change would leave alone, because they are so already."""
    if kind == Kind.OWNER:
        return Q(owner=params["owner"])
    if kind == Kind.STAGE:
        return Q(stage=params["stage"])
    carries = Q(Exists(AccountTag.objects.filter(account=OuterRef("pk"), tag__in=tags_named(params["tag"]))))
    return carries if kind == Kind.TAG else ~carries


@dataclass(frozen=True)
class Preview:
    """How many accounts a change is about, how many of them are so already, and the first it would change."""

    total: int
    same: int
    sample: list[Account]

    @property
    def changing(self) -> int:
        return self.total - self.same


def preview(accounts: AccountQuerySet, kind: str, params: dict[str, Any]) -> Preview:
    """What a change would do, in two statements."""
    so = is_so(kind, params)
    counts = accounts.order_by().aggregate(total=Count("pk"), same=Count("pk", filter=so))
    sample = accounts.exclude(so).select_related("owner__user").order_by("name", "pk")[:SAMPLED]
    return Preview(counts["total"], counts["same"], list(sample))


def books() -> list[tuple[Member, int]]:
    """Members who own accounts, and how many; those who left come first."""
    counts = dict(Account.objects.exclude(owner=None).values_list("owner").annotate(n=Count("pk")))
    found = Member.objects.filter(pk__in=counts).select_related("user")
    ordered = found.order_by(F("ended_at").desc(nulls_last=True), "user__name", "pk")
    return [(member, counts[member.pk]) for member in ordered]


# ------------------------------------------------------------------ a change


def changes() -> QuerySet[BulkChange]:
    """Every change with who made it."""
    found: QuerySet[BulkChange] = BulkChange.objects.select_related("by", "undone_by")
    return found


def newest_changes() -> QuerySet[BulkChange]:
    """Every change, the last first."""
    return changes().order_by("-pk")


def rows_of(change: BulkChange) -> QuerySet[BulkRow]:
    """What became of each account of a change, with the account and its owner, unordered."""
    found: QuerySet[BulkRow] = BulkRow.objects.filter(change=change).select_related("account__owner__user")
    return found


def old_rows(before: datetime) -> QuerySet[BulkRow]:
    """Rows of changes begun before, but for those that still run."""
    over = Q(change__undone_at__isnull=False) | Q(change__done_at__isnull=False, change__undoing_at=None)
    found: QuerySet[BulkRow] = BulkRow.objects.filter(over, change__begun_at__lt=before)
    return found


def next_ids(change: BulkChange, outcome: str, limit: int) -> list[int]:
    """The next accounts of a change with this outcome, by id."""
    rows = BulkRow.objects.filter(change=change, outcome=outcome).order_by("account_id")
    return list(rows.values_list("account_id", flat=True)[:limit])


def before_of(change: BulkChange, account_ids: Iterable[int]) -> dict[int, Any]:
    """What each of these accounts was before a change."""
    rows = BulkRow.objects.filter(change=change, account_id__in=account_ids)
    return dict(rows.values_list("account_id", "before"))


def accounts_of(change: BulkChange, outcome: str) -> AccountQuerySet:
    """The accounts of a change with this outcome, with their owners."""
    ids = BulkRow.objects.filter(change=change, outcome=outcome).values("account_id")
    return Account.objects.filter(pk__in=ids).select_related("owner__user")


def untouched(change: BulkChange, account_ids: Sequence[int]) -> list[int]:
    """Those of the accounts that still are as an owner's or a tag's change left them, and were not changed between.

    Stages are told apart by their moves, which `journeys` knows.
    """
    rows = BulkRow.objects.filter(change=change, account_id__in=account_ids)
    if change.kind == Kind.OWNER:
        later = Fact.objects.filter(kind="account.changed", data__fields__contains=["owner"])
        rows = rows.filter(account__owner=change.params["owner"])
    else:
        later = Fact.objects.filter(kind__in=["account.tagged", "account.untagged"], data__tag=change.params["tag"])
        carries = Exists(
            AccountTag.objects.filter(account=OuterRef("account_id"), tag__in=tags_named(change.params["tag"]))
        )
        rows = rows.filter(carries if change.kind == Kind.TAG else ~carries)
    since = later.filter(account=OuterRef("account_id"), at__gt=OuterRef("at"))
    return list(rows.filter(~Exists(since)).order_by("account_id").values_list("account_id", flat=True))
