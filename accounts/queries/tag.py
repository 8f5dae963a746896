"""What pages, API and other apps ask about tags."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Lower

from accounts.models import AccountTag, Tag
from workspaces import tenancy

MOST_OFFERED = 200


def tags_named(name: str) -> QuerySet[Tag]:
    """The tag of this name, whatever its capitals; the database says what a capital is."""
    in_low: Any = Tag.objects.alias(low=Lower("name"))
    found: QuerySet[Tag] = in_low.filter(low=Lower(Value(" ".join(name.split()))))
    return found


def carriers(name: str, most: int) -> tuple[QuerySet[AccountTag], int]:
    """Which accounts carry the tag of this name, and how many do, at most `most`: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CARRIERS, {"workspace": tenancy.current_id(), "name": " ".join(name.split()), "most": most})
        tag, size = cursor.fetchone() or (None, 0)
    return AccountTag.objects.filter(tag=tag) if tag else AccountTag.objects.none(), size


_CARRIERS = """
    select t.id, (
        select count(*) from (
            select from accounts_accounttag a where a.workspace_id = %(workspace)s and a.tag_id = t.id limit %(most)s
        ) carried
    )
    from accounts_tag t where t.workspace_id = %(workspace)s and lower(t.name) = lower(%(name)s)
"""


def tag_named(name: str) -> Tag | None:
    return tags_named(name).first()


def tags_in_use() -> QuerySet[Tag]:
    """The tags that some account carries, by name; the first MOST_OFFERED."""
    carried = AccountTag.objects.filter(tag=OuterRef("pk"))
    tags: QuerySet[Tag] = Tag.objects.filter(Exists(carried)).order_by(Lower("name"), "pk")
    return tags[:MOST_OFFERED]


def tags_of(account_ids: Collection[int]) -> dict[int, list[str]]:
    """The tags of each account, by name."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = AccountTag.objects.filter(account_id__in=account_ids).order_by(Lower("tag__name"))
    for account_id, name in rows.values_list("account_id", "tag__name"):
        found[account_id].append(name)
    return dict(found)
