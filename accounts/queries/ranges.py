"""Accounts in lots, for work on all of them that is done in short transactions."""

from django.db import connection

from accounts.models import Account
from workspaces import tenancy


def id_ranges(size: int) -> list[tuple[int, int]]:
    """The first and the last id of each `size` accounts, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_RANGES, {"workspace": tenancy.current_id(), "size": size})
        return [(first, last) for first, last in cursor.fetchall()]


_RANGES = """
    select min(id), max(id)
    from (
        select id, (row_number() over (order by id) - 1) / %(size)s as nth
        from accounts_account where workspace_id = %(workspace)s
    ) a
    group by nth order by nth
"""


def ids_between(first: int, last: int) -> list[int]:
    """The ids of the accounts in a closed range, in order."""
    return list(Account.objects.filter(pk__range=(first, last)).order_by("pk").values_list("pk", flat=True))
