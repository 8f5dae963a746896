"""Families: which account belongs to which, as trees of at most MOST_LEVELS levels."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actions.facts import NewFact, record_facts
from accounts.models import Account
from workspaces import tenancy
from workspaces.models import User

MOST_LEVELS = 5

Parents = dict[int, int | None]


class ParentRefused(Exception):
    """This account cannot stand there; the text says why."""


class FamilyLoop(ParentRefused):
    """The account is its own new parent, or stands above it."""

    def __str__(self) -> str:
        return _("This account is itself, or stands above, the parent chosen for it.")


class FamilyTooDeep(ParentRefused):
    """More than MOST_LEVELS accounts would stand one above the other."""

    def __str__(self) -> str:
        return _("At most %(limit)s accounts may stand one above the other.") % {"limit": MOST_LEVELS}


class NoSuchParent(ParentRefused):
    """No account of this workspace has that id."""

    def __str__(self) -> str:
        return _("There is no such account.")


@transaction.atomic
def set_parent(*, account: Account, parent: Account | None) -> bool:
    """Put one account below `parent`, or on its own; whether it moved. Raises ParentRefused. The caller tells it."""
    moved, refused = _place({account.pk: parent.pk if parent else None})
    if refused:
        raise refused[account.pk]
    account.parent = parent
    return bool(moved)


@transaction.atomic
def set_parents(*, parents: Mapping[int, int | None], at: datetime, by: User | None) -> dict[int, ParentRefused]:
    """Put many accounts below others, by id, one after the other. Returns those refused, and why."""
    moved, refused = _place(parents)
    facts = [NewFact(account_id, "account.changed", at, {"fields": ["parent"]}, by) for account_id in moved]
    record_facts(facts=facts, at=at)
    return refused


def _place(wanted: Mapping[int, int | None]) -> tuple[list[int], dict[int, ParentRefused]]:
    """Write what may be; (accounts that moved, refusals).

    The workspace's families change one after the other, or two people could close a loop from both ends.
    """
    ids = list({*wanted, *(parent_id for parent_id in wanted.values() if parent_id is not None)})
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('accounts.family', %s))", [tenancy.current_id()])
        cursor.execute(_AROUND, {"workspace": tenancy.current_id(), "ids": ids, "most": MOST_LEVELS})
        tree = _Tree(dict(cursor.fetchall()))
        refused = {}
        for account_id, parent_id in wanted.items():
            refusal = tree.place(account_id, parent_id)
            if refusal:
                refused[account_id] = refusal
        moved = {pk: wanted[pk] for pk in wanted if pk not in refused}
        cursor.execute(_MOVE, [list(moved), list(moved.values()), tenancy.current_id()])
        return [pk for (pk,) in cursor.fetchall()], refused


class _Tree:
    """The part of the families that matters, changed as it will be in the database."""

    def __init__(self, parents: Parents) -> None:
        self.parents = parents
        self.children: dict[int | None, set[int]] = defaultdict(set)
        for account_id, parent_id in parents.items():
            self.children[parent_id].add(account_id)

    def place(self, account_id: int, parent_id: int | None) -> ParentRefused | None:
        above = self._above(parent_id)
        if account_id not in self.parents or (parent_id is not None and parent_id not in self.parents):
            return NoSuchParent()
        if account_id in above:
            return FamilyLoop()
        if parent_id is not None and len(above) + self._height(account_id) > MOST_LEVELS:
            return FamilyTooDeep()
        self.children[self.parents[account_id]].discard(account_id)
        self.children[parent_id].add(account_id)
        self.parents[account_id] = parent_id
        return None

    def _above(self, account_id: int | None) -> list[int]:
        """The account and everything above it."""
        found = []
        while account_id is not None:
            found.append(account_id)
            account_id = self.parents.get(account_id)
        return found

    def _height(self, account_id: int) -> int:
        return 1 + max((self._height(child) for child in self.children[account_id]), default=0)


# Everything above and below some accounts, with the parent of each.
_AROUND = """
with recursive up(id, parent_id, level) as (
    select id, parent_id, 1 from accounts_account where workspace_id = %(workspace)s and id = any(%(ids)s)
    union
    select a.id, a.parent_id, up.level + 1
    from up join accounts_account a on a.workspace_id = %(workspace)s and a.id = up.parent_id
    where up.level <= %(most)s
), down(id, parent_id, level) as (
    select id, parent_id, 1 from accounts_account where workspace_id = %(workspace)s and id = any(%(ids)s)
    union
    select a.id, a.parent_id, down.level + 1
    from down join accounts_account a on a.workspace_id = %(workspace)s and a.parent_id = down.id
    where down.level <= %(most)s
)
select id, parent_id from up union select id, parent_id from down
"""
_MOVE = """
update accounts_account a set parent_id = v.parent_id
from unnest(%s::bigint[], %s::bigint[]) as v(id, parent_id)
where a.workspace_id = %s and a.id = v.id and a.parent_id is distinct from v.parent_id
returning a.id
"""
