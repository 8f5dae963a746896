"""Which workspace we are in: the one place that says so, to the ORM and to PostgreSQL.

Two independent layers rest on it. The ORM's managers filter by `current_id()` and raise when there is none.
PostgreSQL's row-level security compares `workspace_id` with the setting `app.workspace`, which is only ever
set for the length of a transaction, so a pooled connection cannot carry it to the next request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_current: ContextVar[int | None] = ContextVar("workspace_id", default=None)


class NoWorkspace(RuntimeError):
    """A tenant row was asked for while no workspace had been entered."""


def current_id() -> int:
    """The workspace entered; raises NoWorkspace outside `entered`."""
    workspace_id = _current.get()
    if workspace_id is None:
        raise NoWorkspace("Enter a workspace first: with tenancy.entered(workspace_id).")
    return workspace_id


def is_entered() -> bool:
    """Whether a workspace has been entered."""
    return _current.get() is not None


@contextmanager
def entered(workspace_id: int) -> Iterator[None]:
    """Work inside one workspace, in a transaction (a savepoint, if one is open).

    The old value is put back on the way out. After an exception the rollback does that by itself: a
    transaction-local setting is undone with the savepoint it was made in.
    """
    is_nested = connection.in_atomic_block
    token = _current.set(workspace_id)
    try:
        with transaction.atomic():
            before = _tell_database(str(workspace_id))
            yield
            if is_nested:
                _tell_database(before)
    finally:
        _current.reset(token)


def _tell_database(value: str) -> str:
    """Set the workspace until the transaction ends; returns the one before.

    Starting workers costs more than the planner thinks: for a page of fifty rows they took 165 ms instead of 25.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(current_setting('app.workspace', true), ''), set_config('app.workspace', %s, true),"
            " set_config('parallel_setup_cost', '10000', true)",
            [value],
        )
        (before, *_) = cursor.fetchone()
    return str(before)


def locate(function: str, argument: str | int) -> tuple[int, int] | None:
    """(workspace_id, object_id) of something known by a secret, before a workspace is known.

    `function` names one of our `security definer` functions, which return one row at most; a secret is
    looked up by its SHA-256.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"select workspace_id, object_id from {function}(%s)", [argument])  # noqa: S608  our own names
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None
