"""What pages, API and other apps ask about accounts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower, StrIndex

from accounts.models import Account, AccountQuerySet, AccountTag, Contact, ContactQuerySet, ExternalId
from accounts.queries.search import (
    MOST_FOUND,
    Sifted,
    TooSparse,
    beginning,
    beginning_first,
    by_beginning,
    given,
    is_common,
    names_with,
    searched,
)
from accounts.queries.tag import carriers, tags_named
from accounts.stages import CUSTOMER
from accounts.stakeholders import CHAMPION_LEFT, NO_DECIDER
from workspaces import tenancy

MOST_COUNTED = 1000
FEW = 3000  # accounts: fewer are put in order by themselves, more are met soon enough in the order of the list
NOTHING = "none"  # in a filter: without a band, or without an owner
RENEWS_SOON = timedelta(days=90)
SOME = (3000, 30_000)
EVERY = 10_000_000
NAMES = ("accounts_beginning", "accounts_search")  # short words, and others


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
    ids: QuerySet[Any, int] | None = None


@dataclass(frozen=True)
class Matched:
    """The accounts that fit a filter, unordered.

    `alone` counts them sooner, where one set of ids says who they are. `common`: nothing but these words, which stand
    in COMMON names or more, says who they are. `are_few`: they are at most FEW, and their ids known.
    """

    accounts: AccountQuerySet
    alone: Callable[[], int] | None = None
    common: str = ""
    are_few: bool = False

    def count(self) -> int:
        """How many, at most MOST_COUNTED + 1: a list says "1,000+" rather than count a million."""
        if self.common:
            return MOST_COUNTED + 1
        return min(self.alone(), MOST_COUNTED + 1) if self.alone else capped_count(self.accounts)


def matching(wanted: Filter) -> AccountQuerySet:
    """The accounts that fit, unordered; of parts of names found in more, the first MOST_FOUND."""
    return matched(wanted).accounts


def matched(wanted: Filter) -> Matched:
    """`matching`, and how to count it. Words and tags are looked up now: all that follows starts from ids."""
    words = wanted.words.strip()
    is_often = is_common(words)
    if is_often and replace(wanted, words="") == Filter():
        return Matched(Account.objects.filter(pk__in=searched(NAMES[1], words, EVERY)), common=words)
    found, counts, told = Account.objects.all(), list[Callable[[], int]](), None
    if wanted.ids is not None:
        found = found.filter(pk__in=wanted.ids)
        counts.append(wanted.ids[: MOST_COUNTED + 1].count)
    if words and not is_often:
        named = names_with(words, NAMES)
        found = found.filter(pk__in=given(named))
        counts.append(lambda: len(named))
    if wanted.tag:
        carrying, told, size = _by_tag(wanted)
        found = found.filter(carrying)
        counts.append(lambda: size)
    found = narrowed(_plainly(found, wanted), replace(wanted, tag=""))
    if is_often:
        found = found.alias(at=StrIndex(Lower("name"), Lower(Value(words)))).filter(at__gt=0)
    elif not counts:
        return Matched(found)
    if len(counts) == 1 and not is_often and replace(wanted, words="", tag="", ids=None) == Filter():
        return Matched(found, counts[0])
    return _both(found, found.values_list("pk", flat=True) if told is None else told)


def _by_tag(wanted: Filter) -> tuple[Any, "QuerySet[AccountTag, int] | None", int]:
    """That an account carries the tag; all who fit, where two sets tell them; how many carry it, if it is alone."""
    is_alone = replace(wanted, tag="") == Filter()
    tagged, size = carriers(wanted.tag, SOME[1] if is_alone else 0)
    carrying = tagged.values_list("account", flat=True)
    if is_alone:
        return _among(carrying, size), None, size
    if wanted.ids is None or replace(wanted, tag="", ids=None) != Filter():
        return Q(pk__in=carrying), None, size
    return Q(pk__in=carrying), carrying.filter(account__in=wanted.ids), size


def _both(found: AccountQuerySet, ids: QuerySet[Any, int]) -> Matched:
    """Those who fit in several ways that tell nothing of each other: `ids` is the shortest way to say who.

    Nobody can tell beforehand how many they are: the planner expects some on every page of the list, and may read a
    million rows in their order for the 51st. So the first FEW are asked for in no order.
    """
    first = list(ids[: FEW + 1])
    if len(first) > FEW:
        return Matched(found, lambda: MOST_COUNTED + 1)
    return Matched(Account.objects.filter(pk__in=given(first)), lambda: len(first), are_few=True)


def _among(ids: QuerySet[Any, Any], size: int) -> Any:
    """That an account is in a set. Of neither few nor many the planner looks each account up; to hash them all is
    twice as fast, and it does so with what it cannot turn into a join.
    """
    is_in = Q(pk__in=ids)
    if SOME[0] < size < SOME[1]:
        wrapped = ExpressionWrapper(is_in, BooleanField())
        return Func(wrapped, template="(%(expressions)s) is true", output_field=BooleanField())
    return is_in


def _plainly(found: AccountQuerySet, wanted: Filter) -> AccountQuerySet:
    """Those whose own columns fit."""
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


def narrowed(found: AccountQuerySet, wanted: Filter) -> AccountQuerySet:
    """Those whose people, tags and family fit."""
    if wanted.signal == NO_DECIDER:
        found = found.filter(~Exists(_people(Contact.Role.DECISION_MAKER).present()))
    elif wanted.signal == CHAMPION_LEFT:
        champions = _people(Contact.Role.CHAMPION)
        found = found.filter(Exists(champions.filter(left_at__isnull=False)), ~Exists(champions.present()))
    if wanted.tag:
        found = found.filter(pk__in=AccountTag.objects.filter(tag__in=tags_named(wanted.tag)).values("account"))
    return found if wanted.parent is None else found.filter(parent=wanted.parent)


def _people(role: str) -> ContactQuerySet:
    return Contact.objects.filter(account=OuterRef("pk"), role=role)


def found_accounts(words: str, most: int = MOST_FOUND) -> AccountQuerySet:
    """Accounts by a part of their name, or its beginning if that is short; those that begin so come first.

    A common word is met by reading names in their order, in a seventh of the time that its trigrams take.
    """
    words = words.strip()
    ids = beginning_first(NAMES, words, most, _met(words, most) if is_common(words) else None)
    found = Account.objects.filter(pk__in=ids).select_related("owner__user")
    return found.order_by(by_beginning(words), "name", "pk")


def accounts_known_as(text: str) -> AccountQuerySet:
    """Accounts by their whole id in another system, or their e-mail domain.

    Their ids are read first: as a part of the list's statement they were looked for by walking all names.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_AS, [tenancy.current_id(), text.strip(), [text.strip().lower()], MOST_FOUND])
        ids = [pk for (pk,) in cursor.fetchall()]
    return Account.objects.filter(pk__in=ids).select_related("owner__user").order_by("name", "pk")


_KNOWN_AS = """
    select account_id from accounts_externalid where workspace_id = %s and value = %s
    union select account_id from accounts_at(%s::text[]) limit %s
"""


def _met(words: str, most: int) -> list[int] | None:
    """Ids of the first `most` names that contain a common word; None where they stand too far apart."""
    try:
        return Sifted(words)(Account.objects.order_by("name", "pk").values("pk", "name"), most)
    except TooSparse:
        return None


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
