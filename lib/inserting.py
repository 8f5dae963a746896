"""Many new rows in one statement: as JSON, of which PostgreSQL makes the columns.

Django's `bulk_create` prepares each value of each row by itself, which took longer than storing them.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from lib.recordset import AT_ONCE, recordset


def insert(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, ignore_conflicts: bool = False
) -> list[int]:
    """Store `rows`, each with the same names of columns, and return their ids in order; the rest is as by default.

    With `ignore_conflicts` rows that are there already stay as they are, and have no id here.
    """
    found: list[int] = []
    for start in range(0, len(rows), AT_ONCE):
        found += _insert(model, rows[start : start + AT_ONCE], ignore_conflicts)
    return found


def _insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]], ignore_conflicts: bool) -> list[int]:
    statement, defaults = _prepared(model, tuple(rows[0]), ignore_conflicts)
    left_out = [field.get_db_prep_save(field.get_default(), connection) for field in defaults]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*left_out, recordset(rows)])
        return [row[0] for row in cursor.fetchall()]


@cache
def _prepared(
    model: type[models.Model], names: tuple[str, ...], ignore_conflicts: bool
) -> tuple[str, list["models.Field[Any, Any]"]]:
    """The statement, and the fields that rows with these names leave as by default."""
    quote = connection.ops.quote_name
    types = {field: str(field.db_type(connection)) for field in model._meta.concrete_fields if not field.primary_key}
    told = [field for field in types if field.attname in names]
    left_out = [field for field in types if field not in told]
    columns = ", ".join(quote(str(field.column)) for field in [*told, *left_out])
    read = ", ".join([*(quote(field.attname) for field in told), *(f"%s::{types[field]}" for field in left_out)])
    shape = ", ".join(f"{quote(field.attname)} {types[field]}" for field in told)
    statement = f"""
        insert into {quote(model._meta.db_table)} ({columns})
        select {read} from json_to_recordset(%s::json) as told({shape})
        {"on conflict do nothing" if ignore_conflicts else ""} returning id
        """  # noqa: S608  names of our own columns
    return statement, left_out
