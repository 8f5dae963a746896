"""Statements that a session plans once."""

from datetime import date, datetime

import pytest
from django.db import connection, transaction

from lib.prepared import Prepared, type_of

ADD = Prepared(
    "select %(one)s + %(other)s, 10 %% %(one)s, %(words)s", {"one": "integer", "other": "float8", "words": "text"}
)


def asked(values, statement=ADD):
    with connection.cursor() as cursor:
        statement.execute(cursor, values)
        return cursor.fetchall()


def planned() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select name from pg_prepared_statements")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db
def test_it_is_planned_once_and_runs_with_any_values():
    assert asked({"one": 3, "other": 0.5, "words": "50 % of 'it'"}) == [(3.5, 1, "50 % of 'it'")]
    assert asked({"one": 4, "other": None, "words": None}) == [(None, 2, None)]
    assert planned().count(ADD.name) == 1


@pytest.mark.django_db
def test_a_session_that_lost_it_or_whose_transaction_was_taken_back_runs_it_all_the_same():
    with transaction.atomic():
        asked({"one": 3, "other": 0.5, "words": ""})
        transaction.set_rollback(True)
    assert asked({"one": 3, "other": 0.5, "words": ""}) == [(3.5, 1, "")]
    with connection.cursor() as cursor:
        cursor.execute("deallocate all")
    assert asked({"one": 3, "other": 0.5, "words": ""}) == [(3.5, 1, "")]


@pytest.mark.django_db
def test_it_is_known_by_its_text():
    """After an upgrade a pooler's session may still have the one of before."""
    other = Prepared("select %(one)s + 2", {"one": "integer"})
    assert (asked({"one": 3}, other), asked({"one": 3}, Prepared("select %(one)s + 9", {"one": "integer"}))) == (
        [(5,)],
        [(12,)],
    )


@pytest.mark.django_db
def test_the_plan_fits_any_values():
    """One for the values at hand would show them, not a parameter."""
    named = Prepared("select from accounts_account where name = %(name)s", {"name": "text"})
    with connection.cursor() as cursor:
        named.execute(cursor, {"name": "Oak"}, how="explain")
        assert "$1" in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "boolean"),
        (1, "integer"),
        (0.5, "float8"),
        ("x", "text"),
        (date(2026, 6, 15), "date"),
        (datetime(2026, 6, 15), "timestamptz"),
        ([1], "bigint[]"),
        (None, "float8"),
    ],
)
def test_types(value, told):
    assert type_of(value, "float8") == told
