"""Contracts in sets: found by their ids, or by account, name and first day."""

from accounts.actions.merging import references
from accounts.actions.merging.accounts import minor
from accounts.actions.merging.stage import Columns, Stage

COLUMNS: Columns = (
    ("row", "int"),
    ("own_id", "bigint"),
    ("external_id", "text"),
    *references.COLUMNS,
    ("name", "text"),
    ("starts_on", "date"),
    ("ends_on", "date"),
    ("seats", "int"),
    ("value", "numeric"),
    ("currency", "text"),
    ("auto_renews", "boolean"),
)

_BY_OWN_ID = """
update staged s set target = c.id, account_id = coalesce(s.account_id, c.account_id) from accounts_contract c
where s.own_id is not null and c.workspace_id = %(ws)s and c.id = s.own_id
"""

_BY_ID = """
update staged s
set target = coalesce(s.target, c.id), account_id = coalesce(s.account_id, c.account_id),
    why = case when c.id <> coalesce(s.target, c.id) then 'ids_differ' else s.why end
from accounts_contract c
where c.workspace_id = %(ws)s and c.source = s.source and c.external_id = s.external_id and c.external_id <> ''
"""

_BY_NAME = """
with hits as (
    select s.row, min(c.id) as id, count(*) as n
    from staged s join accounts_contract c on c.workspace_id = %(ws)s and c.account_id = s.account_id
     and c.name = s.name and c.starts_on = s.starts_on
     and (s.external_id is null or c.external_id = '')
    where s.target is null and s.why is null group by s.row
)
update staged s set target = case when h.n = 1 then h.id end, why = case when h.n > 1 then 'several_contracts' end
from hits h where h.row = s.row
"""

_AT_HOME = """
update staged s set why = coalesce(s.why, 'other_account')
from accounts_contract c where c.workspace_id = %(ws)s and c.id = s.target and c.account_id <> s.account_id
"""

_LOCK = """
select c.id from accounts_contract c
where c.workspace_id = %(ws)s and c.id in (select target from staged where target is not null)
order by c.id for no key update
"""

_ENDS = """
update staged s set why = 'ends_before_start'
from staged t left join accounts_contract c on c.workspace_id = %(ws)s and c.id = t.target
where t.row = s.row and s.why is null and coalesce(s.ends_on, c.ends_on) <= coalesce(s.starts_on, c.starts_on)
"""

_CURRENCY = """
update staged s set currency = coalesce(s.currency, c.currency, a.currency)
from staged t join accounts_account a on a.workspace_id = %(ws)s and a.id = t.account_id
left join accounts_contract c on c.workspace_id = %(ws)s and c.id = t.target
where t.row = s.row
"""

_COMPARE = """
update staged s set fields = array_remove(array[
    case when s.name <> c.name then 'name' end,
    case when s.starts_on <> c.starts_on then 'starts_on' end,
    case when s.ends_on <> c.ends_on then 'ends_on' end,
    case when s.seats is distinct from c.seats and s.seats is not null then 'seats' end,
    case when s.value_minor is distinct from c.value_minor and s.value is not null then 'value_minor' end,
    case when s.currency <> c.currency then 'currency' end,
    case when s.auto_renews <> c.auto_renews then 'auto_renews' end
], null), has_more = s.external_id is not null and c.external_id = ''
from accounts_contract c where c.workspace_id = %(ws)s and c.id = s.target
"""


def judge(stage: Stage, *, is_final: bool) -> None:
    """Say of each row which contract it is and what it changes; `is_final`: hold those rows until the end."""
    stage.run("alter table staged add value_minor bigint")
    references.find_accounts(stage)
    stage.run(_BY_OWN_ID)
    stage.refuse("no_own_id", "s.own_id is not null and s.target is null")
    stage.run(_BY_ID)
    if stage.has("s.target is null and s.why is null"):
        stage.run(_BY_NAME)
    if is_final:
        stage.rows(_LOCK)
    stage.run(_AT_HOME)
    references.refuse_same_target(stage)
    references.refuse_strangers(stage)
    stage.refuse("dates_missing", "s.target is null and (s.starts_on is null or s.ends_on is null)")
    stage.refuse("name_missing", "s.target is null and s.name is null")
    stage.run(_ENDS)
    stage.run(_CURRENCY)
    stage.run(minor(stage, "value", "value_minor"))
    if stage.has("s.target is not null"):
        stage.run(_COMPARE)
    stage.settle()


def merge(stage: Stage) -> None:
    """Write what `judge` found, as the actions about one contract would have; renewals follow."""
    stage.number("accounts_contract_id_seq")
    stage.run(_INSERT)
    if stage.has("s.verdict = 'changed'"):
        stage.run(_UPDATE)
    stage.run(_RENEWALS, day=stage.at.date())
    about = "jsonb_build_object('contract_id', s.target, 'name', s.name)"
    stage.run(
        "update staged s set name = c.name from accounts_contract c"
        " where s.name is null and c.workspace_id = %(ws)s and c.id = s.target"
    )
    stage.tell("contract.added", about, "s.verdict = 'new'")
    stage.tell("contract.changed", f"{about} || {_FIELDS}", "s.verdict = 'changed' and s.fields <> '{}'")
    stage.tell_watchers()


_FIELDS = "jsonb_build_object('fields', array(select f from unnest(s.fields) f order by f))"

_INSERT = """
insert into accounts_contract (id, workspace_id, account_id, name, starts_on, ends_on, seats, value_minor, currency,
    auto_renews, source, external_id, created_at)
select s.target, %(ws)s, s.account_id, s.name, s.starts_on, s.ends_on, s.seats, s.value_minor, s.currency,
    coalesce(s.auto_renews, false), case when s.external_id is null then '' else s.source end,
    coalesce(s.external_id, ''), %(at)s
from staged s where s.verdict = 'new' order by s.row
"""

_UPDATE = """
update accounts_contract c
set name = coalesce(s.name, c.name), starts_on = coalesce(s.starts_on, c.starts_on),
    ends_on = coalesce(s.ends_on, c.ends_on), seats = coalesce(s.seats, c.seats),
    value_minor = coalesce(s.value_minor, c.value_minor), currency = s.currency,
    auto_renews = coalesce(s.auto_renews, c.auto_renews),
    source = case when s.external_id is not null and c.external_id = '' then s.source else c.source end,
    external_id = case when c.external_id = '' then coalesce(s.external_id, '') else c.external_id end
from staged s
where c.workspace_id = %(ws)s and c.id = s.target and s.verdict = 'changed'
"""

# As `refresh_renewal` does for one account.
_RENEWALS = """
update accounts_account a set renews_on = r.ends_on
from (
    select t.account_id, max(c.ends_on) as ends_on
    from (select distinct account_id from staged where verdict in ('new', 'changed')) t
    left join accounts_contract c
     on c.workspace_id = %(ws)s and c.account_id = t.account_id and c.ends_on >= %(day)s
    group by t.account_id
) r
where a.workspace_id = %(ws)s and a.id = r.account_id and a.renews_on is distinct from r.ends_on
"""
