"""Look-ups that must work before a workspace is known: `security definer` functions of the tables' owner.

They answer one narrow question each, by id or by the SHA-256 of a secret, so no table can be listed through
them. `upgrade` takes them from PUBLIC and grants them to the runtime role.
"""

from django.db import migrations


def definer(signature: str, returns: str, body: str) -> migrations.RunSQL:
    """A migration operation that makes one such function, with a fixed search path."""
    name = signature.partition("(")[0]
    return migrations.RunSQL(
        f"create function {signature} returns {returns} language sql stable security definer "
        f"set search_path = pg_catalog, public as $$ {body} $$",
        f"drop function {name}",
    )


def by_digest(function: str, table: str) -> migrations.RunSQL:
    """The function `tenancy.locate` calls to find a row of `table` by its `token_hash`."""
    return definer(
        f"{function}(digest text)",
        "table (workspace_id bigint, object_id bigint)",
        f"select workspace_id, id from {table} where token_hash = digest limit 1",  # noqa: S608  our own names
    )
