"""Delete every row of one workspace: the database's side, generated from the model registry like its policies."""

from django.apps import apps
from django.db import connection, models

from workspaces import tenancy
from workspaces.fields import WorkspaceModel

LAST = "outbox_effect"  # the work that deletes is a row itself


def tables() -> list[type[WorkspaceModel]]:
    """Every tenant model, whatever points at another before that other; LAST at the end."""
    left = {model for model in apps.get_models() if issubclass(model, WorkspaceModel)}
    ordered: list[type[WorkspaceModel]] = []
    while left:
        free = sorted((one for one in left if not _pointed_at(one, left)), key=lambda one: one._meta.db_table)
        assert free, f"these tables point at each other: {left}"  # noqa: S101  a mistake in the models
        ordered += free
        left -= set(free)
    return sorted(ordered, key=lambda one: one._meta.db_table == LAST)


def _pointed_at(model: type[WorkspaceModel], others: set[type[WorkspaceModel]]) -> bool:
    return any(model in _targets(other) for other in others if other is not model)


def _targets(model: type[WorkspaceModel]) -> set[type[models.Model]]:
    return {field.related_model for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)}


def erase_some(model: type[WorkspaceModel], limit: int) -> int:
    """Delete up to `limit` rows of one table of the entered workspace, which is due; returns how many were touched.

    Rows that point at rows of the same table first let go of them.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is model:
                cursor.execute(
                    _LET_GO.format(table=table, column=field.column), {"here": tenancy.current_id(), "limit": limit}
                )
                if cursor.rowcount:
                    return int(cursor.rowcount)
        cursor.execute("select workspaces_erase_rows(%s, %s)", [table, limit])
        return int(cursor.fetchone()[0])


_LET_GO = (
    'update "{table}" set "{column}" = null where workspace_id = %(here)s and ctid = any(array('
    'select ctid from "{table}" where workspace_id = %(here)s and "{column}" is not null limit %(limit)s))'
)


def erase_last() -> None:
    """Delete the workspace's own row; what still points at it makes the transaction fail."""
    with connection.cursor() as cursor:
        cursor.execute("delete from workspaces_workspace where id = %s and erase_at <= now()", [tenancy.current_id()])
