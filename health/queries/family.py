"""Families of accounts and how they stand."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from accounts.models import Account
from health.families import FamilyHealth, Member, rolled
from health.scoring import array
from workspaces import tenancy

DEEPEST = 10  # families are at most five levels deep; what could never be must not run for ever


def family_health(account: Account) -> FamilyHealth | None:
    """The account and everything below it; None: nothing is."""
    return family_health_of([account.pk]).get(account.pk)


def family_health_of(account_ids: Sequence[int]) -> dict[int, FamilyHealth]:
    """Of each account that has others below it, by account, in one statement."""
    families: dict[int, list[Member]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_FAMILIES, {"workspace": tenancy.current_id(), "ids": array(account_ids), "deepest": DEEPEST})
        for root_id, *member in cursor.fetchall():
            families[root_id].append(Member(*member))
    return {root_id: rolled(members) for root_id, members in families.items() if len(members) > 1}


# The members of each family from the top, brothers by name, each above what is below it.
_FAMILIES = """
with recursive family(root, id, level, path) as (
    select id, id, 1, array[name, id::text] from accounts_account
    where workspace_id = %(workspace)s and id = any(%(ids)s::bigint[])
    union all
    select f.root, a.id, f.level + 1, f.path || array[a.name, a.id::text]
    from family f join accounts_account a on a.workspace_id = %(workspace)s and a.parent_id = f.id
    where f.level < %(deepest)s
)
select f.root, a.id, a.name, f.level, a.arr_minor, a.currency, a.health_score::float8, a.health_band
from family f join accounts_account a on a.workspace_id = %(workspace)s and a.id = f.id
order by f.root, f.path
"""
