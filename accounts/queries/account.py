"""What pages, API and other apps ask about accounts."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Account, AccountQuerySet, AccountTag, Contact, ContactQuerySet, ExternalId
from accounts.queries.search import LETTERS, beginning, searched
from accounts.queries.tag import tags_named
from accounts.stages import CUSTOMER
from accounts.stakeholders import CHAMPION_LEFT, NO_DECIDER

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
    `signal` is NO_DECIDER or CHAMPION_LEFT; `tag` a tag's name; `parent` the id of the account right above.
    `ids`: a query of ids that another room chose.
    """

    words: str = ""
    stage: str = ""
    band: str = ""
    owner: int | str = ""
    tier: str = ""
    renews_from: date | None = None
    customers: bool = False
    signal: str = ""
    tag: str = ""
    parent: int | None = None
    ids: QuerySet[Any, Any] | None = None


def matching(wanted: Filter) -> AccountQuerySet:
    """The accounts that fit, unordered; of words found very often, the first MOST_FOUND.

    Words and tags are looked up now: a page, its neighbours and its count then start from ids.
    """
    found = Account.objects.all()
    if wanted.words.strip():
        found = found.filter(pk__in=list(_named(wanted.words.strip()).values_list("pk", flat=True)))
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
    if wanted.ids is not None:
        found = found.filter(pk__in=wanted.ids)
    found = narrowed(found, wanted)
    return found.filter(stage__in=CUSTOMER) if wanted.customers else found


def narrowed(found: AccountQuerySet, wanted: Filter) -> AccountQuerySet:
    """Those whose people, tags and family fit."""
    if wanted.signal == NO_DECIDER:
        found = found.filter(~Exists(_people(Contact.Role.DECISION_MAKER).present()))
    elif wanted.signal == CHAMPION_LEFT:
        champions = _people(Contact.Role.CHAMPION)
        found = found.filter(Exists(champions.filter(left_at__isnull=False)), ~Exists(champions.present()))
    if wanted.tag:
        found = found.filter(pk__in=_tagged(wanted.tag))
    return found if wanted.parent is None else found.filter(parent=wanted.parent)


def _tagged(tag: str) -> QuerySet[Any, Any]:
    tags = list(tags_named(tag).values_list("pk", flat=True))
    return AccountTag.objects.filter(tag__in=tags).values("account")


def count_matching(wanted: Filter, found: AccountQuerySet) -> int:
    """How many of `found`, which fit `wanted`, at most MOST_COUNTED + 1: members alone are counted where they stand."""
    if wanted.ids is not None and replace(wanted, ids=None) == Filter():
        return wanted.ids[: MOST_COUNTED + 1].count()
    if wanted.tag and replace(wanted, tag="") == Filter():
        return _tagged(wanted.tag)[: MOST_COUNTED + 1].count()
    return capped_count(found)


def _people(role: str) -> ContactQuerySet:
    return Contact.objects.filter(account=OuterRef("pk"), role=role)


def found_accounts(words: str) -> AccountQuerySet:
    """Accounts by a part of their name, or its beginning if that is short."""
    return _named(words.strip()).select_related("owner__user").order_by("name", "pk")


def _named(words: str) -> AccountQuerySet:
    ids = searched("accounts_search", words) if len(words) >= LETTERS else beginning("accounts_beginning", words)
    return Account.objects.filter(pk__in=ids)


def accounts_meant(text: str) -> list[Account]:
    """The accounts that a person may mean by `Cedar`, `cedar`, `Cedar #42`, `crm: 4711` or `4711`; three at most.

    The first way that finds any decides: the exact name, our own id, the name in other capitals, an id elsewhere.
    """
    text = text.strip()
    ours = re.search(r"#([0-9]{1,18})$", text)
    system, _colon, value = (part.strip() for part in text.partition(":"))
    elsewhere = ExternalId.objects.filter(value=text)
    if value:
        elsewhere |= ExternalId.objects.filter(source__iexact=system, value=value)
    ways = (
        Account.objects.filter(name=text),
        Account.objects.filter(pk=int(ours[1])) if ours else Account.objects.none(),
        Account.objects.filter(pk__in=beginning("accounts_beginning", text), name__iexact=text),
        Account.objects.filter(pk__in=elsewhere.values("account")),
    )
    return next((found for way in ways if (found := list(way.order_by("pk")[:3]))), [])


def capped_count(rows: QuerySet[Any]) -> int:
    """How many, at most MOST_COUNTED + 1: a list says "1,000+" rather than count a million."""
    return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()


def external_ids_of(account: Account) -> QuerySet[ExternalId]:
    """The account's ids in other systems, by system."""
    return ExternalId.objects.filter(account=account).order_by("source")
