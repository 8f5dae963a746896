"""Contacts in sets: found by their ids, then by address, and without either by name within their account."""

from accounts.actions.merging import references
from accounts.actions.merging.stage import FOLDED, Columns, Stage
from accounts.queries import privacy

COLUMNS: Columns = (
    ("row", "int"),
    ("own_id", "bigint"),
    ("external_id", "text"),
    *references.COLUMNS,
    ("name", "text"),
    ("email", "text"),
    ("title", "text"),
    ("role", "text"),
    ("persona_id", "bigint"),
    ("influence", "text"),
    ("stance", "text"),
    ("locale", "text"),
    ("phone", "text"),
    ("time_zone", "text"),
    ("consent", "text"),
    ("consent_at", "timestamptz"),
    ("consent_source", "text"),
    ("opted_out", "boolean"),
    ("opted_out_at", "timestamptz"),
    ("has_left", "boolean"),
    ("left_at", "timestamptz"),
    ("custom", "jsonb"),
)

_BY_OWN_ID = """
update staged s set target = c.id from accounts_contact c
where s.own_id is not null and c.workspace_id = %(ws)s and c.id = s.own_id
"""

_BY_ID = """
update staged s
set target = coalesce(s.target, c.id), why = case when c.id <> coalesce(s.target, c.id) then 'ids_differ' else s.why end
from accounts_contact c
where c.workspace_id = %(ws)s and c.source = s.source and c.external_id = s.external_id and c.external_id <> ''
"""

# Addresses are stored in small letters, and read by an index that policies leave to us.
_BY_EMAIL = """
update staged s
set target = coalesce(s.target, c.id),
    why = case when c.id <> coalesce(s.target, c.id) then 'email_taken' else s.why end
from accounts_contact c
where c.workspace_id = %(ws)s and c.email = s.email and c.email <> ''
"""

_BY_NAME = f"""
with hits as (
    select s.row, min(c.id) as id, count(*) as n
    from staged s join accounts_contact c on c.workspace_id = %(ws)s and c.account_id = s.account_id
     and {FOLDED.format("c.name")} = {FOLDED.format("s.name")}
    where s.target is null and s.why is null and s.email is null and s.external_id is null
    group by s.row
)
update staged s set target = case when h.n = 1 then h.id end, why = case when h.n > 1 then 'several_contacts' end
from hits h where h.row = s.row
"""  # noqa: S608  our own words

# Somebody who is known stays where they are: a row that only names another account is refused.
_AT_HOME = """
update staged s
set account_id = c.account_id,
    why = case
        when s.why is not null then s.why
        when s.account_id is null and (s.ref_ids is not null or s.ref_name is not null) then 'no_account'
        when s.account_id <> c.account_id and (s.ref_ids is not null or s.ref_name is not null)
         and not coalesce(%(ws)s || '-' || c.account_id = any(s.ref_ids), false)
         and not exists (
            select from accounts_externalid e
            where e.workspace_id = %(ws)s and e.account_id = c.account_id and e.value = any(s.ref_ids)
        ) then 'other_account'
    end
from accounts_contact c where c.workspace_id = %(ws)s and c.id = s.target
"""

_LOCK = """
select c.id from accounts_contact c
where c.workspace_id = %(ws)s and c.id in (select target from staged where target is not null)
order by c.id for no key update
"""

_COMPARE = """
update staged s set fields = array_remove(array[
    case when s.name <> c.name then 'name' end,
    case when s.email <> c.email then 'email' end,
    case when s.title <> c.title then 'title' end,
    case when s.role <> c.role then 'role' end,
    case when s.persona_id is distinct from c.persona_id and s.persona_id is not null then 'persona' end,
    case when s.influence <> c.influence then 'influence' end,
    case when s.stance <> c.stance then 'stance' end,
    case when s.locale <> c.locale then 'locale' end,
    case when s.phone <> c.phone then 'phone' end,
    case when s.time_zone <> c.time_zone then 'time_zone' end,
    case when s.consent <> c.consent then 'consent' end,
    case when coalesce(s.consent, c.consent) <> '' and s.consent_at <> coalesce(c.consent_at, '-infinity')
     then 'consent_at' end,
    case when coalesce(s.consent, c.consent) <> '' and s.consent_source <> c.consent_source then 'consent_source' end,
    case when s.external_id is not null and c.external_id = '' then 'external_id' end
], null) || array(
    select 'custom.' || f.key from jsonb_each(s.custom) f where c.custom -> f.key is distinct from f.value
), has_more = coalesce(s.opted_out <> (c.opted_out_at is not null), false)
    or coalesce(s.has_left <> (c.left_at is not null), false)
from accounts_contact c where c.workspace_id = %(ws)s and c.id = s.target
"""


def judge(stage: Stage, *, is_final: bool) -> None:
    """Say of each row which person it is and what it changes; `is_final`: hold those rows until the end."""
    references.find_accounts(stage)
    stage.run("update staged set why = null where why = 'several_accounts'")  # it may be somebody we know
    stage.run(_BY_OWN_ID)
    stage.refuse("no_own_id", "s.own_id is not null and s.target is null")
    stage.run(_BY_ID)
    stage.run(_BY_EMAIL)
    if stage.has("s.target is null and s.why is null and s.email is null and s.external_id is null"):
        stage.run(_BY_NAME)
    if is_final:
        stage.rows(_LOCK)
    stage.run(_AT_HOME)
    _refuse_suppressed(stage)
    references.refuse_same_target(stage)
    references.refuse_strangers(stage)
    stage.refuse("not_yet", "greatest(s.consent_at, s.opted_out_at, s.left_at) > %(at)s + interval '1 day'")
    stage.refuse("name_missing", "s.target is null and s.name is null and s.email is null")
    if stage.has("s.target is not null"):
        stage.run(_COMPARE)
    stage.settle()


def _refuse_suppressed(stage: Stage) -> None:
    """People who were erased do not come back; asked once the rows are held, so that no erasure is overlooked."""
    rows = stage.rows("select row, email, source, external_id from staged where why is null")
    known_by = {
        row: privacy.signs(email=email or "", source=source or "", external_id=external_id or "")
        for row, email, source, external_id in rows
    }
    stage.refuse_rows("suppressed", privacy.suppressed_among(known_by))


def merge(stage: Stage) -> None:
    """Write what `judge` found, as the actions about one contact would have."""
    stage.run(_FLAGS)
    stage.number("accounts_contact_id_seq")
    stage.run(_INSERT)
    if stage.has("s.verdict = 'changed'"):
        stage.run(_UPDATE)
    stage.tell("contact.added", _ABOUT, "s.verdict = 'new'")
    stage.tell("contact.changed", f"{_ABOUT} || {_CHANGES}", "s.verdict = 'changed' and s.fields <> '{}'")
    for kind, flag in (("opted_out", "is_out"), ("opted_in", "is_in"), ("left", "is_gone"), ("returned", "is_back")):
        stage.tell(f"contact.{kind}", _ABOUT, f"s.{flag} and s.verdict in ('new', 'changed')")
    stage.tell_watchers()


# Before anything is written: what of the two flags really changes, and what they are called and are now.
_FLAGS = """
alter table staged add is_out boolean, add is_in boolean, add is_gone boolean, add is_back boolean;
update staged s
set is_out = s.opted_out and c.opted_out_at is null, is_in = not s.opted_out and c.opted_out_at is not null,
    is_gone = s.has_left and c.left_at is null, is_back = not s.has_left and c.left_at is not null,
    name = coalesce(s.name, c.name), email = coalesce(s.email, c.email), role = coalesce(s.role, c.role)
from staged t left join accounts_contact c on c.workspace_id = %(ws)s and c.id = t.target
where t.row = s.row
"""

# Where consent was recorded, for who says neither that nor when.
_TOLD = "case when s.consent_at is null then %(told)s else '' end"

_INSERT = f"""
insert into accounts_contact (id, workspace_id, account_id, name, email, title, role, persona_id, influence, stance,
    locale, phone, time_zone, consent, consent_at, consent_source, custom, source, external_id, opted_out_at, left_at,
    created_at)
select s.target, %(ws)s, s.account_id, coalesce(s.name, ''), coalesce(s.email, ''), coalesce(s.title, ''),
    coalesce(s.role, 'end_user'), s.persona_id, coalesce(s.influence, ''), coalesce(s.stance, ''),
    coalesce(s.locale, ''), coalesce(s.phone, ''), coalesce(s.time_zone, ''), coalesce(s.consent, ''),
    case when s.consent <> '' then coalesce(s.consent_at, %(at)s) end,
    case when s.consent <> '' then coalesce(s.consent_source, {_TOLD}) else '' end,
    coalesce(s.custom, '{{}}'), case when s.external_id is null then '' else s.source end, coalesce(s.external_id, ''),
    case when s.opted_out then coalesce(s.opted_out_at, %(at)s) end,
    case when s.has_left then coalesce(s.left_at, %(at)s) end, %(at)s
from staged s where s.verdict = 'new' order by s.row
"""  # noqa: S608  our own words

_UPDATE = f"""
update accounts_contact c
set name = coalesce(s.name, c.name), email = coalesce(s.email, c.email), title = coalesce(s.title, c.title),
    role = coalesce(s.role, c.role), persona_id = coalesce(s.persona_id, c.persona_id),
    influence = coalesce(s.influence, c.influence), stance = coalesce(s.stance, c.stance),
    locale = coalesce(s.locale, c.locale), time_zone = coalesce(s.time_zone, c.time_zone),
    phone = coalesce(s.phone, c.phone), consent = coalesce(s.consent, c.consent),
    consent_at = case when 'consent' = any(s.fields) then coalesce(s.consent_at, %(at)s)
        when 'consent_at' = any(s.fields) then s.consent_at else c.consent_at end,
    consent_source = case when 'consent' = any(s.fields) then coalesce(s.consent_source, {_TOLD})
        when 'consent_source' = any(s.fields) then s.consent_source else c.consent_source end,
    custom = c.custom || coalesce(s.custom, '{{}}'),
    source = case when s.external_id is not null and c.external_id = '' then s.source else c.source end,
    external_id = case when c.external_id = '' then coalesce(s.external_id, '') else c.external_id end,
    opted_out_at = case when s.is_out then coalesce(s.opted_out_at, %(at)s) when s.is_in then null
        else c.opted_out_at end,
    left_at = case when s.is_gone then coalesce(s.left_at, %(at)s) when s.is_back then null else c.left_at end
from staged s
where c.workspace_id = %(ws)s and c.id = s.target and s.verdict = 'changed'
"""  # noqa: S608  our own words

_ABOUT = """
jsonb_build_object('contact_id', s.target, 'name', coalesce(nullif(s.name, ''), s.email),
    'role', coalesce(s.role, 'end_user'))
"""

_CHANGES = """
jsonb_strip_nulls(jsonb_build_object('fields', to_jsonb(array(select f from unnest(s.fields) f order by f)), 'names',
    (select jsonb_object_agg(n.key, n.value) from jsonb_each(%(names)s::jsonb) n where n.key = any(s.fields))))
"""
