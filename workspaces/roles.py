"""The database's side of tenancy: policies, grants, and the check that we run as the right role.

Policies and grants are generated from the model registry, so a new tenant table cannot be forgotten;
`manage.py upgrade` applies them after every migration, on the owner's connection.
"""

import sys
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from workspaces.fields import WorkspaceModel
from workspaces.models import Workspace

_CURRENT = "(select nullif(current_setting('app.workspace', true), '')::bigint)"


def tenant_tables() -> Iterator[tuple[str, str, bool]]:
    """(table, column that names the workspace, append only) of every tenant table."""
    yield Workspace._meta.db_table, "id", False
    for model in apps.get_models():
        if issubclass(model, WorkspaceModel):
            yield model._meta.db_table, "workspace_id", model.append_only


def secure(owner: BaseDatabaseWrapper, app_role: str) -> None:
    """Force row-level security on every tenant table and grant `app_role` what it needs, no more."""
    quote = owner.ops.quote_name
    role = quote(app_role)
    with owner.cursor() as cursor:
        cursor.execute(f"grant select, insert, update, delete on all tables in schema public to {role}")
        cursor.execute(f"grant usage, select on all sequences in schema public to {role}")
        cursor.execute(f"revoke insert, update, delete on django_migrations from {role}")
        for table, column, is_append_only in tenant_tables():
            name = quote(table)
            cursor.execute(f"alter table {name} enable row level security")
            cursor.execute(f"alter table {name} force row level security")
            cursor.execute(f"drop policy if exists tenant on {name}")
            cursor.execute(
                f"create policy tenant on {name} using ({column} = {_CURRENT}) with check ({column} = {_CURRENT})"
            )
            if is_append_only:
                cursor.execute(f"revoke update, delete on {name} from {role}")
        for name in _partitions(owner):
            cursor.execute(f"alter table {name} enable row level security, force row level security")
            cursor.execute(f"revoke all on {name} from {role}")
        for signature in _definer_functions(owner):
            cursor.execute(f"revoke all on function {signature} from public")
            cursor.execute(f"grant execute on function {signature} to {role}")


def _partitions(owner: BaseDatabaseWrapper) -> list[str]:
    """Tables that are reached through their parent, whose policy and grants count, and not by themselves."""
    with owner.cursor() as cursor:
        cursor.execute("select oid::regclass::text from pg_class where relispartition and relkind = 'r'")
        return [row[0] for row in cursor.fetchall()]


def _definer_functions(owner: BaseDatabaseWrapper) -> list[str]:
    with owner.cursor() as cursor:
        cursor.execute(
            "select oid::regprocedure::text from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
        )
        return [row[0] for row in cursor.fetchall()]


def wrong_role() -> str | None:
    """Why the runtime role must not be used, in a sentence; None when it may be."""
    with connection.cursor() as cursor:
        cursor.execute("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        name, is_superuser, is_bypassing = cursor.fetchone()
        cursor.execute("select count(*) from pg_tables where schemaname = 'public' and tableowner = %s", [name])
        (owned,) = cursor.fetchone()
    if is_superuser:
        return f"Database role {name} is a superuser, and superusers read past row-level security."
    if is_bypassing:
        return f"Database role {name} has BYPASSRLS, and reads past row-level security."
    if owned:
        return f"Database role {name} owns tables; run migrations as another role (DATABASE_OWNER_URL)."
    return None


def refuse_wrong_role() -> None:
    """End the process with a sentence when the runtime role could see other tenants' rows."""
    reason = wrong_role()
    connections.close_all()
    if reason:
        sys.exit(f"Ninefold does not start: {reason} Set DATABASE_URL to a role without these rights.")
