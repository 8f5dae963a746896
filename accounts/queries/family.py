"""What pages and API ask about families of accounts."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from accounts.models import Account, AccountQuerySet
from workspaces import tenancy


@dataclass(frozen=True)
class RollUp:
    """An account and everything below it: how many, their money by currency, and the one in the worst health.

    Without an account below, `below` is 0 and `worst` None. Those without a score are not the worst.
    """

    below: int
    arr: list[tuple[str, int]]
    worst_id: int | None
    worst_name: str
    worst_score: float | None
    worst_band: str


def parent_of(account: Account) -> Account | None:
    """The account right above."""
    return Account.objects.filter(pk=account.parent_id).first() if account.parent_id else None


def children_of(account: Account) -> AccountQuerySet:
    """The accounts right below, the most money first."""
    return Account.objects.filter(parent=account).order_by(F("arr_minor").desc(nulls_last=True), "name", "pk")


def roll_up(account: Account) -> RollUp:
    """The whole family below an account, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLL_UP, {"workspace": tenancy.current_id(), "account": account.pk})
        below, money, *worst = cursor.fetchone()
    return RollUp(below, sorted((money or {}).items(), key=lambda pair: -pair[1]), *worst)


_ROLL_UP = """
with recursive family(id, level) as (
    select id, 1 from accounts_account where workspace_id = %(workspace)s and id = %(account)s
    union all
    select a.id, f.level + 1
    from family f join accounts_account a on a.workspace_id = %(workspace)s and a.parent_id = f.id
    where f.level < 10
), known as (
    select a.id, f.level, a.name, a.currency, a.arr_minor, a.health_score, a.health_band
    from family f join accounts_account a on a.workspace_id = %(workspace)s and a.id = f.id
), worst as (
    select id, name, health_score, health_band from known
    where level > 1 and health_band <> '' order by health_score, id limit 1
)
select
    (select count(*) from known where level > 1),
    (select json_object_agg(currency, total) from (
        select currency, sum(arr_minor)::bigint as total from known where arr_minor is not null group by currency
    ) sums),
    (select id from worst), coalesce((select name from worst), ''),
    (select health_score::float8 from worst), coalesce((select health_band from worst), '')
"""
