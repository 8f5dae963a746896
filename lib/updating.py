"""Many changed rows in one statement: as JSON, of which PostgreSQL makes the columns.

Django's `bulk_update` writes a case of its own for each row and column, which took longer than all else together.
"""

from collections.abc import Sequence
from functools import cache

from django.db import connection, models

from lib.recordset import AT_ONCE, recordset


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store these columns, by the names of their attributes, of rows of one model that are there already."""
    for start in range(0, len(rows), AT_ONCE):
        chunk = rows[start : start + AT_ONCE]
        told = [{"id": row.pk, **{name: getattr(row, name) for name in names}} for row in chunk]
        with connection.cursor() as cursor:
            cursor.execute(_statement(type(rows[0]), tuple(names)), [recordset(told)])


@cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if field.attname in names]
    changes = ", ".join(f"{quote(str(field.column))} = told.{quote(field.attname)}" for field in fields)
    shape = ", ".join(f"{quote(field.attname)} {field.db_type(connection)}" for field in fields)
    table = quote(model._meta.db_table)
    return (
        f"update {table} set {changes} from json_to_recordset(%s::json) as told(id bigint, {shape})"  # noqa: S608
        f" where {table}.id = told.id"
    )
