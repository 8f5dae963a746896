"""What pages, API and other apps ask about customers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.expressions import RawSQL

from accounts import registry
from accounts.models import (
    Account,
    AccountQuerySet,
    Contact,
    ContactQuerySet,
    Contract,
    ContractQuerySet,
    ExternalId,
    Fact,
    Ticket,
    TicketQuerySet,
)
from accounts.stages import CUSTOMER
from lib.paging import Sort, page_of

MOST_FOUND = 1000
MOST_COUNTED = 1000
LETTERS = 3  # a trigram index helps from here on; shorter words find beginnings
NOTHING = "none"  # in a filter: without a band, or without an owner
RENEWS_SOON = timedelta(days=90)
NEWEST_FIRST = Sort("at", falls=True, ids_fall=True)


def accounts() -> AccountQuerySet:
    """Every account with its owner, by name."""
    return Account.objects.select_related("owner__user").order_by("name", "pk")


@dataclass(frozen=True)
class Filter:
    """Which accounts; an empty field does not narrow. `owner` is a member's id or NOTHING; `band` may be NOTHING.

    `renews_from`: those who renew within 90 days of that day. `customers`: no prospects, and nobody who left.
    """

    words: str = ""
    stage: str = ""
    band: str = ""
    owner: int | str = ""
    tier: str = ""
    renews_from: date | None = None
    customers: bool = False


def matching(wanted: Filter) -> AccountQuerySet:
    """The accounts that fit, unordered; of words found very often, the first MOST_FOUND."""
    found = _named(wanted.words.strip()) if wanted.words.strip() else Account.objects.all()
    if wanted.stage:
        found = found.filter(stage=wanted.stage)
    if wanted.tier:
        found = found.filter(tier=wanted.tier)
    if wanted.band:
        found = found.filter(health_band="" if wanted.band == NOTHING else wanted.band)
    if wanted.owner:
        found = found.filter(owner=None if wanted.owner == NOTHING else int(wanted.owner))
    if wanted.renews_from:
        found = found.filter(renews_on__range=(wanted.renews_from, wanted.renews_from + RENEWS_SOON))
    return found.filter(stage__in=CUSTOMER) if wanted.customers else found


def found_accounts(words: str) -> AccountQuerySet:
    """Accounts by a part of their name, or its beginning if that is short."""
    return _named(words.strip()).select_related("owner__user").order_by("name", "pk")


def _named(words: str) -> AccountQuerySet:
    ids = _searched("accounts_search", words) if len(words) >= LETTERS else _beginning("accounts_beginning", words)
    return Account.objects.filter(pk__in=ids)


def found_contacts(words: str) -> ContactQuerySet:
    """People by a part of their name or address, or by the beginning of their name if that is short."""
    words = words.strip()
    ids = _beginning("accounts_contacts_beginning", words)
    if len(words) >= LETTERS:
        ids = _searched("accounts_search_contacts", words)
    return Contact.objects.filter(pk__in=ids).select_related("account").order_by("name", "pk")


def found_tickets(words: str) -> TicketQuerySet:
    """Tickets by number, with or without `#`, or by a part of their subject; newest first."""
    found = Ticket.objects.filter(pk__in=_searched("accounts_search_tickets", words.strip()))
    return found.select_related("account").order_by("-opened_at", "-pk")


def _searched(function: str, words: str) -> RawSQL:
    """Ids by trigrams. Our function knows the workspace; row-level security would keep it from the index."""
    return RawSQL(f"select * from {function}(%s, %s)", [words, MOST_FOUND])  # noqa: S608, S611  our own names


def _beginning(function: str, words: str) -> RawSQL:
    """Ids of names that begin with `words`: a range, read from the index by a function as above."""
    low = words.lower()
    following = low[:-1] + _next_letter(low[-1:])
    return RawSQL(f"select * from {function}(%s, %s, %s)", [words, following, MOST_FOUND])  # noqa: S608, S611


def _next_letter(letter: str) -> str:
    code = ord(letter or chr(0x10FFFE)) + 1
    return chr(0xE000 if 0xD800 <= code < 0xE000 else min(code, 0x10FFFF))


def capped_count(rows: QuerySet[Any]) -> int:
    """How many, at most MOST_COUNTED + 1: a list says "1,000+" rather than count a million."""
    return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()


def external_ids_of(account: Account) -> QuerySet[ExternalId]:
    """The account's ids in other systems, by system."""
    return ExternalId.objects.filter(account=account).order_by("source")


def contacts() -> ContactQuerySet:
    """Every contact with the account, by name."""
    return Contact.objects.select_related("account").order_by("name", "pk")


def contacts_of(account: Account) -> ContactQuerySet:
    """The account's people: those still there first, decision makers before champions before the rest."""
    rank = {Contact.Role.DECISION_MAKER: 0, Contact.Role.CHAMPION: 1, Contact.Role.END_USER: 2}
    whens = [When(role=role, then=place) for role, place in rank.items()]
    return Contact.objects.filter(account=account).order_by(
        F("left_at").desc(nulls_first=True), Case(*whens), "name", "pk"
    )


def contracts() -> ContractQuerySet:
    """Every contract with the account, by account."""
    return Contract.objects.select_related("account").order_by("account__name", "-ends_on", "pk")


def contracts_of(account: Account) -> ContractQuerySet:
    """The account's contracts, the one that ends last first."""
    return Contract.objects.filter(account=account).order_by("-ends_on", "-pk")


def tickets_of(account: Account) -> TicketQuerySet:
    """The account's tickets, open ones first, then newest."""
    return (
        Ticket.objects.filter(account=account)
        .select_related("contact")
        .order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")
    )


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


def _moment(row: dict[str, Any]) -> Moment:
    tell = registry.words.get(row["kind"])
    told = tell(row["data"]) if tell else row["kind"]
    return Moment(row["kind"], row["at"], told, row["by__name"] or row["by__email"] or "")
