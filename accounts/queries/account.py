"""What pages, API and other apps ask about accounts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import Account, AccountQuerySet, ExternalId
from accounts.queries.search import LETTERS, beginning, searched
from accounts.stages import CUSTOMER

MOST_COUNTED = 1000
NOTHING = "none"  # in a filter: without a band, or without an owner
RENEWS_SOON = timedelta(days=90)


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
    ids = searched("accounts_search", words) if len(words) >= LETTERS else beginning("accounts_beginning", words)
    return Account.objects.filter(pk__in=ids)


def capped_count(rows: QuerySet[Any]) -> int:
    """How many, at most MOST_COUNTED + 1: a list says "1,000+" rather than count a million."""
    return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()


def external_ids_of(account: Account) -> QuerySet[ExternalId]:
    """The account's ids in other systems, by system."""
    return ExternalId.objects.filter(account=account).order_by("source")
