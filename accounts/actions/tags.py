"""Tags: words that group accounts."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actions.facts import NewFact, record_facts
from accounts.models import Tag
from accounts.queries.tag import tag_named
from workspaces import tenancy
from workspaces.models import User

LONGEST = 40
SEPARATORS = ",;"


class BadTag(Exception):
    """This cannot be a tag; the text says why."""


def clean_tag(text: str) -> str:
    """One tag without needless spaces. Raises BadTag."""
    name = " ".join(text.split())
    if not name:
        raise BadTag(_("A tag needs at least one letter."))
    if len(name) > LONGEST:
        raise BadTag(_("A tag has at most %(limit)s characters.") % {"limit": LONGEST})
    if not name.isprintable() or any(sign in name for sign in SEPARATORS):
        raise BadTag(_("A tag is plain text without commas or semicolons."))
    return name


@transaction.atomic
def tag(*, account_ids: Collection[int], name: str, at: datetime, by: User | None) -> list[int]:
    """Give accounts a tag; returns those that did not carry it yet. Capitals do not make another tag. Raises BadTag."""
    wanted = _made(clean_tag(name), at)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into accounts_accounttag (workspace_id, account_id, tag_id)
            select workspace_id, id, %s from accounts_account where workspace_id = %s and id = any(%s)
            order by id
            on conflict do nothing
            returning account_id
            """,
            [wanted.pk, tenancy.current_id(), list(account_ids)],
        )
        tagged = [pk for (pk,) in cursor.fetchall()]
    _tell("account.tagged", tagged, wanted, at, by)
    return tagged


@transaction.atomic
def untag(*, account_ids: Collection[int], name: str, at: datetime, by: User | None) -> list[int]:
    """Take a tag from accounts; returns those that carried it."""
    wanted = tag_named(name)
    if wanted is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from accounts_accounttag where workspace_id = %s and tag_id = %s and account_id = any(%s)"
            " returning account_id",
            [tenancy.current_id(), wanted.pk, list(account_ids)],
        )
        untagged = sorted(pk for (pk,) in cursor.fetchall())
    _tell("account.untagged", untagged, wanted, at, by)
    return untagged


@transaction.atomic
def set_tags(*, account_id: int, names: Collection[str], at: datetime, by: User | None) -> None:
    """Let one account carry these tags and no others. Raises BadTag."""
    wanted = {clean_tag(name).lower(): name for name in names}
    there = Tag.objects.filter(account_tags__account=account_id)
    for name in [row.name for row in there if row.name.lower() not in wanted]:
        untag(account_ids=[account_id], name=name, at=at, by=by)
    for name in wanted.values():
        tag(account_ids=[account_id], name=name, at=at, by=by)


def _made(name: str, at: datetime) -> Tag:
    """The tag of this name; of two who make it at once, both get the first one's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into accounts_tag (workspace_id, name, created_at) values (%s, %s, %s) on conflict do nothing",
            [tenancy.current_id(), name, at],
        )
    made = tag_named(name)
    assert made is not None  # noqa: S101  no tag is ever deleted
    return made


def _tell(kind: str, account_ids: Collection[int], wanted: Tag, at: datetime, by: User | None) -> None:
    facts = [NewFact(account_id, kind, at, {"tag": wanted.name, "tag_id": wanted.pk}, by) for account_id in account_ids]
    record_facts(facts=facts, at=at)
