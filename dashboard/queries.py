"""What the pages that combine apps ask: sets of rows for a page, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts import queries as account_queries
from accounts.models import Account, AccountQuerySet, Contact, ContactQuerySet, Ticket, TicketQuerySet
from accounts.queries.tag import tags_of
from alerts import queries as alert_queries
from dashboard.columns import Beside, Columns
from health import queries as health_queries
from lib.paging import Page, Reader, Row, Rows, Sort, page_of
from workspaces.models import Member

COLUMNS = [
    "id", "name", "stage", "tier", "health_score", "health_band", "arr_minor", "currency", "renews_on", "owner_id",
]  # fmt: skip
SORTS = {
    "name": Sort("name"),
    "-name": Sort("name").turned(),
    "score": Sort("health_tenths", has_gaps=True),
    "-score": Sort("health_tenths", has_gaps=True).turned(),
    "risk": Sort("risk", has_gaps=True),
    "-risk": Sort("risk", has_gaps=True).turned(),
    "arr": Sort("arr_minor", ids_fall=True, has_gaps=True),
    "-arr": Sort("arr_minor", falls=True, has_gaps=True),
    "renewal": Sort("renews_on", has_gaps=True),
    "-renewal": Sort("renews_on", has_gaps=True).turned(),
}
TREND = {"days": 14, "times": 26}  # twelve months
# What is shown of what was found: a search reads 60 rows, and most of their columns would be read for nothing.
FOUND_ACCOUNT = [
    "name", "stage", "arr_minor", "currency", "health_score", "health_band", "owner__user__name", "owner__user__email",
]  # fmt: skip
FOUND_CONTACT = ["name", "email", "role", "left_at", "account__name"]
FOUND_TICKET = ["subject", "number", "opened_at", "closed_at", "account__name"]
MOST_FOUND = 20
MOST_LOOKED_AT = 100


# ------------------------------------------------------------------ portfolio


def account_page(
    wanted: account_queries.Filter, sort: str, also: Sequence[str] = (), *, after: str = "", before: str = ""
) -> tuple[Page, int]:
    """One page of the portfolio, as dicts of COLUMNS and `also`, and how many accounts fit, at most MOST_COUNTED + 1.

    `sort` is a key of SORTS. What fits on one page is not counted once more.
    """
    found, way = account_queries.matched(wanted), SORTS[sort]
    columns = [*COLUMNS, *also]
    if found.common:
        page = _sifted(found, way, columns, after, before)
    elif (wanted.tag or wanted.ids is not None) and not found.are_few:
        read = _by_indexes([*columns, way.field])
        page = page_of(found.accounts, way, columns, after=after, before=before, read=read)
    else:
        page = page_of(found.accounts, way, columns, after=after, before=before)
    is_whole = not (after or before or page.after)
    return page, len(page.rows) if is_whole else found.count()


def _sifted(found: account_queries.Matched, way: Sort, columns: Sequence[str], after: str, before: str) -> Page:
    """Accounts whose names have common words: the list is read in its order while that finds them."""
    columns = [*columns, way.field]
    sift = account_queries.Sifted(found.common)

    def read(rows: Rows, most: int) -> Rows:
        return _in_full(rows, sift(rows.values("pk", "name", way.field), most), columns)

    try:
        return page_of(Account.objects.all(), way, [], after=after, before=before, read=read)
    except account_queries.TooSparse:
        return page_of(found.accounts, way, [], after=after, before=before, read=_by_indexes(columns))


def _by_indexes(columns: Sequence[str]) -> Reader:
    """Who is in a segment or carries a tag is told by indexes alone; the columns are read of the page's rows only."""
    return lambda rows, most: _in_full(rows, rows.values("pk")[:most], columns)


def _in_full(rows: Rows, ids: Any, columns: Sequence[str]) -> Rows:
    """`columns` of the accounts with these ids, in the order of `rows`."""
    full: Rows = Account.objects.filter(pk__in=ids).order_by(*rows.query.order_by).values(*columns, "pk")
    return full


def beside(rows: Sequence[Row], owners: dict[int, tuple[str, bool]], columns: Columns, *, today: date) -> Beside:
    """What the shown columns need beside the rows of a page."""
    ids = [row["pk"] for row in rows]
    return Beside(
        trends=health_queries.scores_every(ids, **TREND, today=today) if columns.has("trend") else {},
        alerts=alert_queries.alert_counts(ids) if columns.has("alerts") else {},
        owners=owners,
        tags=tags_of(ids) if columns.has("tags") else {},
    )


def account_export(wanted: account_queries.Filter, sort: str, most: int) -> "QuerySet[Account]":
    """The whole list in the same order, its first `most` rows."""
    way = SORTS[sort]
    return account_queries.matching(wanted).order_by(*way.order())[:most]


def owners() -> dict[int, tuple[str, bool]]:
    """Everybody who may own accounts, by name: member id -> (name, still a member)."""
    rows = Member.objects.order_by("user__name", "pk").values_list("pk", "user__name", "user__email", "ended_at")
    return {pk: (name or email, ended_at is None) for pk, name, email, ended_at in rows}


# ------------------------------------------------------------------ search


@dataclass(frozen=True)
class Found:
    """The first of each kind; by the words that were `meant`, where those that were typed find nothing."""

    accounts: list[Account]
    contacts: list[Contact]
    tickets: list[Ticket]
    meant: str = ""

    def __bool__(self) -> bool:
        return bool(self.accounts or self.contacts or self.tickets)


def found(words: str, most: int = MOST_FOUND) -> Found:
    """The first `most` accounts, people and tickets by some words; out of MOST_LOOKED_AT of each that have them.

    Accounts also by their whole id elsewhere and their domain. Where nothing has the words as they stand, by all of
    them in any order; where nothing has those, by the nearest words that names are made of.
    """
    exact = _found(words, most, MOST_LOOKED_AT)
    if not exact.accounts:
        exact = replace(exact, accounts=list(_accounts(account_queries.accounts_known_as(words))[:most]))
    exact = exact or _in_any_order(words.split(), most)
    meant = "" if exact else account_queries.meant(words)
    return replace(_found(meant, most, most), meant=meant) if meant else exact


def _in_any_order(words: Sequence[str], most: int) -> Found:
    """What has each of several words, sought by the longest, which the fewest have."""
    if len(words) < 2:
        return Found([], [], [])
    longest = max(words, key=len)
    accounts = account_queries.found_accounts(longest)
    contacts = account_queries.found_contacts(longest)
    tickets = account_queries.found_tickets(longest)
    for word in words:
        accounts = accounts.filter(name__icontains=word)
        contacts = contacts.filter(Q(name__icontains=word) | Q(email__icontains=word))
        tickets = tickets.filter(subject__icontains=word)
    return _first(accounts, contacts, tickets, most)


def _found(words: str, most: int, looked_at: int) -> Found:
    accounts = account_queries.found_accounts(words, looked_at)
    contacts = account_queries.found_contacts(words, looked_at)
    return _first(accounts, contacts, account_queries.found_tickets(words, looked_at), most)


def _first(accounts: AccountQuerySet, contacts: ContactQuerySet, tickets: TicketQuerySet, most: int) -> Found:
    return Found(
        list(_accounts(accounts)[:most]),
        list(contacts.only("account", *FOUND_CONTACT)[:most]),
        list(tickets.only("account", *FOUND_TICKET)[:most]),
    )


def _accounts(found: AccountQuerySet) -> AccountQuerySet:
    return found.only("owner__user", *FOUND_ACCOUNT)
