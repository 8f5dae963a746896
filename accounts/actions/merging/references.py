"""Whose a row is: found by ids, else by name, else by domain; what points at two accounts points at none."""

from accounts.actions.merging.stage import FOLDED, Columns, Stage

# `ref_ids`: ids in any system, the surest first; ours are `<workspace>-<id>`.
COLUMNS: Columns = (
    ("source", "text"),
    ("ref_ids", "text[]"),
    ("ref_name", "text"),
    ("ref_domain", "text"),
)

_BY_ID = """
with wanted as (
    select s.row, s.source, i.value, i.place
    from staged s cross join unnest(s.ref_ids) with ordinality as i(value, place)
    where s.account_id is null
), found as (
    select w.row, w.place, 0 as rank, a.id as account_id
    from wanted w join accounts_account a on a.workspace_id = %(ws)s
     and a.id = case when w.value ~ ('^' || %(ws)s || '-[0-9]{1,18}$') then split_part(w.value, '-', 2)::bigint end
    union all
    select w.row, w.place, case when e.source = w.source then 1 else 2 end, e.account_id
    from wanted w join accounts_externalid e on e.workspace_id = %(ws)s and e.value = w.value
), clear as (
    select row, place, rank, min(account_id) as account_id from found
    group by row, place, rank having count(distinct account_id) = 1
)
update staged s set account_id = f.account_id
from (select distinct on (row) row, account_id from clear order by row, place, rank) f
where f.row = s.row
"""

_BY_NAME = f"""
with named as materialized (
    select folded, min(account_id) as account_id, count(*) as n
    from accounts_named(array(
        select distinct {FOLDED.format("ref_name")} from staged where account_id is null and ref_name is not null
    )) group by folded
)
update staged s
set account_id = case when n.n = 1 then n.account_id end, why = case when n.n > 1 then 'several_accounts' else why end
from named n
where s.account_id is null and s.why is null and n.folded = {FOLDED.format("s.ref_name")}
"""  # noqa: S608  our own words

# Of several of one name, the domain may tell which.
_BY_DOMAIN = f"""
with there as materialized (
    select domain, min(account_id) as account_id from accounts_at(array(
        select distinct ref_domain from staged where account_id is null and ref_domain is not null
    )) group by domain having count(*) = 1
)
update staged s set account_id = t.account_id, why = null
from there t join accounts_account a on a.workspace_id = %(ws)s and a.id = t.account_id
where s.account_id is null and t.domain = s.ref_domain
 and (s.why is null or s.why = 'several_accounts' and {FOLDED.format("a.name")} = {FOLDED.format("s.ref_name")})
"""  # noqa: S608  our own words


def find_accounts(stage: Stage) -> None:
    """Fill `account_id` of the rows that have none; a name that several accounts bear is a reason to refuse,
    unless one of them has the row's domain.
    """
    if stage.has("s.account_id is null and s.ref_ids is not null"):
        stage.run(_BY_ID)
    if stage.has("s.account_id is null and s.ref_name is not null"):
        stage.run(_BY_NAME)
    if stage.has("s.account_id is null and s.ref_domain is not null"):
        stage.run(_BY_DOMAIN)


def refuse_strangers(stage: Stage) -> None:
    """No account: refused."""
    stage.refuse("no_account", "s.account_id is null")


def refuse_same_target(stage: Stage) -> None:
    """Two rows that are the same row of ours: the second is refused."""
    stage.run(
        "update staged s set why = 'same_row' from ("
        " select row, row_number() over (partition by target order by row) as k from staged"
        " where target is not null and why is null) d"
        " where d.row = s.row and d.k > 1"
    )
