"""Accounts in sets: found by their ids, or by a name that only one account bears."""

from collections.abc import Mapping

from accounts.actions import tags as tag_actions
from accounts.actions.family import ParentRefused, set_parents
from accounts.actions.merging import references
from accounts.actions.merging.stage import FOLDED, Columns, Stage
from lib.formatting import EXPONENTS

COLUMNS: Columns = (
    ("row", "int"),
    ("own_id", "bigint"),
    ("source", "text"),
    ("external_id", "text"),
    ("other_ids", "jsonb"),
    ("name", "text"),
    ("domains", "varchar[]"),
    ("tier", "text"),
    ("industry", "text"),
    ("arr", "numeric"),
    ("currency", "text"),
    ("locale", "text"),
    ("owner_id", "bigint"),
    ("stage", "text"),
    ("ref_ids", "text[]"),  # of the parent, as are the next two
    ("ref_name", "text"),
    ("ref_domain", "text"),
    ("tags", "text[]"),
    ("custom", "jsonb"),
)

_IDS = """
ids as (
    select s.row, s.source, s.external_id as value from staged s where s.external_id is not null
    union all
    select s.row, o.key, o.value from staged s cross join jsonb_each_text(s.other_ids) o
)
"""

_BY_OWN_ID = """
update staged s set target = a.id from accounts_account a
where s.own_id is not null and a.workspace_id = %(ws)s and a.id = s.own_id
"""

_BY_ID = f"""
with {_IDS}, found as (
    select i.row, min(e.account_id) as low, max(e.account_id) as high
    from ids i join accounts_externalid e on e.workspace_id = %(ws)s and e.source = i.source and e.value = i.value
    group by i.row
)
update staged s
set target = coalesce(s.target, f.low),
    why = case when f.low <> f.high or f.low <> coalesce(s.target, f.low) then 'ids_differ' else s.why end
from found f where f.row = s.row
"""  # noqa: S608  our own words

# An account of this name that is known under another id of the same system is another account.
_BY_NAME = f"""
with named as materialized (
    select folded, account_id from accounts_named(array(
        select distinct {FOLDED.format("name")} from staged where target is null and why is null and name is not null
    ))
), hits as (
    select s.row, count(*) as n, min(n.account_id) as account_id
    from staged s join named n on n.folded = {FOLDED.format("s.name")}
    where s.target is null and s.why is null and (s.external_id is null or not exists (
        select from accounts_externalid e
        where e.workspace_id = %(ws)s and e.account_id = n.account_id and e.source = s.source
    ))
    group by s.row
), once as (
    select *, row_number() over (partition by account_id order by row) as k from hits
)
update staged s
set target = case when o.n = 1 and o.k = 1 then o.account_id end,
    why = case when o.n > 1 then 'several_accounts' end
from once o where o.row = s.row and (o.n > 1 or o.k = 1)
"""  # noqa: S608

_LOCK = """
select a.id from accounts_account a
where a.workspace_id = %(ws)s and a.id in (select target from staged where target is not null)
order by a.id for no key update
"""

# What an amount is in minor units: 10 ^ 2 but for the currencies that EXPONENTS names.
_MINOR = (
    "round(s.{amount} * power(10::numeric, coalesce("
    "(%(exponents)s::jsonb ->> coalesce(s.currency, %(currency)s))::int, 2)))::bigint"
)

_COMPARE = """
update staged s set currency = coalesce(s.currency, a.currency), fields = array_remove(array[
    case when s.name <> a.name then 'name' end,
    case when s.domains <> a.domains then 'domains' end,
    case when s.tier <> a.tier then 'tier' end,
    case when s.industry <> a.industry then 'industry' end,
    case when s.currency <> a.currency then 'currency' end,
    case when s.locale <> a.locale then 'locale' end,
    case when s.owner_id is distinct from a.owner_id and s.owner_id is not null then 'owner' end
], null) || array(
    select 'custom.' || c.key from jsonb_each(s.custom) c where a.custom -> c.key is distinct from c.value
)
from accounts_account a where a.workspace_id = %(ws)s and a.id = s.target
"""

_COMPARE_ARR = """
update staged s set fields = s.fields || array['arr_minor'::text]
from accounts_account a
where a.workspace_id = %(ws)s and a.id = s.target and s.arr_minor <> coalesce(a.arr_minor, -1)
"""

# Ids, tags and stages are changes of the account, though its own columns stay.
_COMPARE_REST = f"""
with {_IDS}, more as (
    select i.row from ids i join staged s using (row)
    where s.target is not null and not exists (
        select from accounts_externalid e
        where e.workspace_id = %(ws)s and e.account_id = s.target and e.source = i.source and e.value = i.value
    )
    union
    select s.row from staged s cross join unnest(s.tags) w(name)
    where s.target is not null and not exists (
        select from accounts_accounttag c join accounts_tag t on t.id = c.tag_id
        where c.workspace_id = %(ws)s and c.account_id = s.target and lower(t.name) = lower(w.name)
    )
    union
    select s.row from staged s join accounts_account a on a.workspace_id = %(ws)s and a.id = s.target
    where s.stage <> a.stage
       or ((s.ref_ids is not null or s.ref_name is not null) and s.account_id is distinct from a.parent_id)
)
update staged s set has_more = true from more m where m.row = s.row
"""  # noqa: S608


def judge(stage: Stage, *, is_final: bool) -> None:
    """Say of each row which account it is and what it changes; `is_final`: hold those accounts until the end."""
    stage.run("alter table staged add column if not exists arr_minor bigint")
    _find(stage)
    references.find_accounts(stage)
    references.refuse_same_target(stage)
    stage.refuse("name_missing", "s.target is null and s.name is null")
    if is_final:
        stage.rows(_LOCK)
    _compare(stage)
    stage.settle()


def _find(stage: Stage) -> None:
    stage.run(_BY_OWN_ID)
    stage.refuse("no_own_id", "s.own_id is not null and s.target is null")
    stage.run(_BY_ID)
    if stage.has("s.target is null and s.why is null and s.name is not null"):
        stage.run(_BY_NAME)


def _compare(stage: Stage) -> None:
    if stage.has("s.target is not null"):
        stage.run(_COMPARE)
        stage.run(_COMPARE_REST)
    if stage.has("s.arr is not null"):
        amounts = minor(stage, "arr", "arr_minor")
        stage.run(amounts)
    if stage.has("s.arr_minor is not null"):
        stage.run(_COMPARE_ARR)


def minor(stage: Stage, amount: str, column: str) -> str:
    """The statement that puts `amount` in minor units into `column`, in the workspace's currency unless told."""
    stage.params["exponents"] = _EXPONENTS
    return (
        f"update staged s set currency = coalesce(s.currency, %(currency)s),"  # noqa: S608  our own words
        f" {column} = {_MINOR.format(amount=amount)} where s.{amount} is not null"
    )


_EXPONENTS = "{" + ", ".join(f'"{code}": {places}' for code, places in EXPONENTS.items()) + "}"


def merge(stage: Stage) -> None:
    """Write what `judge` found, as `create_account` and `update_account` would have; stages are journeys' own."""
    stage.run(_NUMBER)
    stage.run(_INSERT)
    if stage.has("s.verdict = 'changed'"):
        stage.run(_UPDATE)
    stage.run(_WRITE_IDS)
    stage.tell("account.created", "jsonb_build_object('stage', coalesce(s.stage, %(stage)s))", "s.verdict = 'new'")
    stage.tell("account.changed", _CHANGES, "s.verdict = 'changed' and s.fields <> '{}'")
    for name, account_ids in stage.rows(_TAGS):
        tag_actions.tag(account_ids=account_ids, name=name, at=stage.at, by=stage.by)
    stage.tell_watchers()


# Every row's account, in one pass: that of a new one is the id it will have, in their order.
_NUMBER = """
update staged s set target = n.id, account_id = n.id
from (
    select row, case when verdict = 'new' then nextval('accounts_account_id_seq'::regclass) else target end as id
    from (select row, verdict, target from staged order by row) o
) n
where n.row = s.row
"""

_INSERT = """
insert into accounts_account (id, workspace_id, name, domains, tier, industry, arr_minor, currency, locale, owner_id,
    custom, created_at, stage, stage_since, health_band, health_coverage)
select s.target, %(ws)s, s.name, coalesce(s.domains, '{}'), coalesce(s.tier, 'standard'), coalesce(s.industry, ''),
    s.arr_minor, coalesce(s.currency, %(currency)s), coalesce(s.locale, ''), s.owner_id,
    coalesce(s.custom, '{}'), %(at)s, coalesce(s.stage, %(stage)s), %(at)s, '', 0
from staged s where s.verdict = 'new' order by s.row
"""

_UPDATE = """
update accounts_account a
set name = coalesce(s.name, a.name), domains = coalesce(s.domains, a.domains), tier = coalesce(s.tier, a.tier),
    industry = coalesce(s.industry, a.industry), arr_minor = coalesce(s.arr_minor, a.arr_minor),
    currency = s.currency, locale = coalesce(s.locale, a.locale), owner_id = coalesce(s.owner_id, a.owner_id),
    custom = a.custom || coalesce(s.custom, '{}')
from staged s
where a.workspace_id = %(ws)s and a.id = s.target and s.verdict = 'changed' and s.fields <> '{}'
"""

_WRITE_IDS = f"""
with {_IDS}
insert into accounts_externalid (workspace_id, account_id, source, value)
select %(ws)s, s.target, i.source, i.value from ids i join staged s using (row)
where s.verdict in ('new', 'changed') order by i.row
on conflict (workspace_id, account_id, source) do update set value = excluded.value
where accounts_externalid.value <> excluded.value
"""  # noqa: S608

# The names of the workspace's own fields as they are now, for the timeline.
_CHANGES = """
jsonb_strip_nulls(jsonb_build_object('fields', to_jsonb(array(select f from unnest(s.fields) f order by f)), 'names',
    (select jsonb_object_agg(n.key, n.value) from jsonb_each(%(names)s::jsonb) n where n.key = any(s.fields))))
"""

_TAGS = """
select min(w.name), array_agg(s.target) from staged s cross join unnest(s.tags) w(name)
where s.verdict in ('new', 'changed') group by lower(w.name) order by 1
"""


def stage_moves(stage: Stage) -> dict[int, str]:
    """The stages that accounts which were there before are to enter, by account."""
    return dict(
        stage.rows(
            "select s.target, s.stage from staged s"
            " join accounts_account a on a.workspace_id = %(ws)s and a.id = s.target"
            " where s.verdict = 'changed' and s.stage <> a.stage order by s.target"
        )
    )


def unknown_parents(stage: Stage) -> list[tuple[int, list[str], str]]:
    """(row, ids, name) of the parents that `judge` did not find: they are not there, or not yet."""
    return stage.rows(
        "select row, coalesce(ref_ids, '{}'), coalesce(ref_name, '') from staged"
        " where account_id is null and why is null and (ref_ids is not null or ref_name is not null) order by row"
    )


def link_parents(stage: Stage) -> list[tuple[int, ParentRefused | None]]:
    """Put accounts below the parents that their rows name; (row, why not) of those that stay where they are."""
    _find(stage)
    references.find_accounts(stage)
    rows: Mapping[int, tuple[int, int | None]] = {
        target: (row, parent)
        for row, target, parent in stage.rows(
            "select row, target, account_id from staged"
            " where target is not null and (ref_ids is not null or ref_name is not null) order by row"
        )
    }
    wanted = {target: parent for target, (_, parent) in rows.items() if parent is not None}
    refused = set_parents(parents=wanted, at=stage.at, by=stage.by)
    return [(row, refused.get(target)) for target, (row, parent) in rows.items() if parent is None or target in refused]
