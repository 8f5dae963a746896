"""Owners: who looks after which accounts."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from accounts.actions.facts import NewFact, record_facts
from accounts.models import Account
from workspaces import tenancy
from workspaces.models import User


@transaction.atomic
def assign(*, owners: Mapping[int, int | None], at: datetime, by: User | None) -> dict[int, int | None]:
    """Give accounts their owners, by account id and member id; None leaves an account without one.

    Returns whom those that changed had before. The rows are locked, in the order of their ids.
    """
    held = Account.objects.filter(pk__in=owners).select_for_update(of=("self",), no_key=True).order_by("pk")
    before: dict[int, int | None] = {
        pk: owner for pk, owner in held.values_list("pk", "owner_id") if owner != owners[pk]
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "update accounts_account a set owner_id = v.owner from unnest(%s::bigint[], %s::bigint[]) as v(id, owner)"
            " where a.workspace_id = %s and a.id = v.id",
            [list(before), [owners[pk] for pk in before], tenancy.current_id()],
        )
    record_facts(facts=[NewFact(pk, "account.changed", at, {"fields": ["owner"]}, by) for pk in before], at=at)
    return before
