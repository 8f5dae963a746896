"""Migrating without building every model anew for every column."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any

from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

ALONE = (
    operations.CreateModel,
    operations.AddField,
    operations.RemoveField,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.AddConstraint,
    operations.RemoveConstraint,
    operations.AlterUniqueTogether,
    operations.AlterModelOptions,
)


@contextmanager
def sparingly() -> Iterator[None]:
    """Within, each migration builds the model it changes and no other, where its operation looks at no other.

    Django builds every model that hangs together with the changed one, and here all do, by the workspace: 350
    operations took 14 s of the first start, and take 2. Before an operation that looks at others (at data, say, or
    at whatever points to a key), all are built, once.
    """
    whole = Migration.apply

    def apply(migration: Migration, state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:
        for operation in migration.operations:
            step = copy(migration)
            vars(step)["operations"] = [operation]
            with _rendering(state, operation):
                state = whole(step, state, schema_editor, collect_sql)
        return state

    Migration.apply = apply  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Migration.apply = whole  # type: ignore[method-assign]


@contextmanager
def _rendering(state: ProjectState, operation: Operation) -> Iterator[None]:
    if looks_at_one_model(operation):
        vars(state)["_find_reload_model"] = partial(_itself, state)  # of this state, not of its clones
        yield
        del vars(state)["_find_reload_model"]
        return
    if state.is_delayed:  # models do not know all that points to them
        state.clear_delayed_apps_cache()
        state.apps  # noqa: B018  builds them all
        state.is_delayed = False
    yield


def _itself(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """In place of the method that finds which models to build anew."""
    state.is_delayed = True
    return {(app_label, model_name)}


def looks_at_one_model(operation: Operation) -> bool:
    """Whether nothing but the changed model and those it points to matter to `operation`."""
    match operation:
        case operations.SeparateDatabaseAndState():
            return all(map(looks_at_one_model, [*operation.database_operations, *operation.state_operations]))
        case operations.RunSQL():
            return all(map(looks_at_one_model, operation.state_operations))
        case operations.AlterField(field=field):
            return not (field.unique or field.primary_key or field.many_to_many)
    return isinstance(operation, ALONE)
