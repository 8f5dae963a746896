from django.db import migrations

# A row's place is its own in one table only: in a table of partitions other rows share it, of other workspaces too.
ERASE_ROWS = """
create or replace function workspaces_erase_rows(which text, most integer) returns bigint
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
    execute format('delete from public.%1$I where workspace_id = $1 and ctid = any(array('
        'select ctid from public.%1$I where workspace_id = $1 limit $2))', which) using here, most;
    get diagnostics gone = row_count;
    return gone;
end
$$
"""
BEFORE = """
create or replace function workspaces_erase_rows(which text, most integer) returns bigint
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


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0005_token_scopes")]

    operations = [migrations.RunSQL(ERASE_ROWS, BEFORE)]
