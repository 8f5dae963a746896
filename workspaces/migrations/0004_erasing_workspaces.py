from django.db import migrations

from workspaces.sql import definer

# Deletes some rows of one table of the entered workspace, if that is due to be erased. No other table than those with
# the policy of tenants can be named.
ERASE_ROWS = """
create function workspaces_erase_rows(which text, most integer) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    here constant bigint := nullif(current_setting('app.workspace', true), '')::bigint;
    gone bigint;
begin
    perform from workspaces_workspace w where w.id = here and w.erase_at <= now();
    if not found then
        raise exception 'workspace % is not due to be erased', here;
    end if;
    perform from pg_policies p where p.schemaname = 'public' and p.tablename = which and p.policyname = 'tenant';
    if not found or which = 'workspaces_workspace' then
        raise exception '% holds no rows of a workspace', which;
    end if;
    execute format('delete from public.%1$I where ctid = any(array('
        'select ctid from public.%1$I where workspace_id = $1 limit $2))', which) using here, most;
    get diagnostics gone = row_count;
    return gone;
end
$$
"""

FORGET_AUDIT = """
create function workspaces_forget_audit(before timestamptz, most integer) returns bigint
language sql volatile security definer set search_path = pg_catalog, public as $$
    with gone as (
        delete from workspaces_auditevent where id in (
            select e.id from workspaces_auditevent e
            where e.workspace_id = nullif(current_setting('app.workspace', true), '')::bigint
              and e.at < least(before, now() - interval '90 days')
            order by e.id limit most
        ) returning 1
    )
    select count(*) from gone
$$
"""

MEMBERSHIPS = (
    "select w.id, w.name::text, m.id, m.role::text{more} from workspaces_member m"
    " join workspaces_workspace w on w.id = m.workspace_id"
    " where m.user_id = who and m.ended_at is null{which} order by w.name, w.id"
)
COLUMNS = "workspace_id bigint, workspace_name text, member_id bigint, role text"


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0003_retention_and_erasure")]

    operations = [
        migrations.RunSQL(ERASE_ROWS, "drop function workspaces_erase_rows"),
        migrations.RunSQL(FORGET_AUDIT, "drop function workspaces_forget_audit"),
        migrations.RunSQL(
            "drop function workspaces_memberships",
            definer(
                "workspaces_memberships(who bigint)", f"table ({COLUMNS})", MEMBERSHIPS.format(more="", which="")
            ).sql,
        ),
        # Nobody enters a workspace that is being erased.
        definer(
            "workspaces_memberships(who bigint)",
            f"table ({COLUMNS}, erase_at timestamptz)",
            MEMBERSHIPS.format(more=", w.erase_at", which=" and (w.erase_at is null or w.erase_at > now())"),
        ),
        # In how many workspaces a person is, or was, a member: whether anybody still needs to know who they are.
        definer(
            "workspaces_places_of(who bigint)",
            "table (active bigint, ever bigint)",
            "select count(*) filter (where m.ended_at is null), count(*) from workspaces_member m where m.user_id = who",
        ),
    ]
