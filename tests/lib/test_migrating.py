"""Migrating sparingly: the same statements, and few models built."""

from contextlib import contextmanager, suppress

import pytest
from django.db import connections, models
from django.db.migrations import (
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    Migration,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState

from lib import migrating

CHANGES = [
    AddField("word", "extra", models.IntegerField(default=0)),
    AddIndex("word", models.Index(fields=["workspace", "extra"], name="by_extra")),
    CreateModel(
        "Sound",
        [("id", models.BigAutoField(primary_key=True)), ("word", models.ForeignKey("accounts.word", models.CASCADE))],
    ),
    AddField("word", "sound", models.ForeignKey("accounts.sound", models.CASCADE, null=True)),
    AlterField("word", "extra", models.BigIntegerField(default=0)),
]


def statements(changes, state):
    """What a migration of `changes` would do, and the state it leaves."""
    migration = Migration("9999_changes", "accounts")
    migration.operations = changes
    with connections["owner"].schema_editor(collect_sql=True) as editor:
        after = migration.apply(state, editor)
    return [statement for statement in editor.collected_sql if not statement.startswith("--")], after


@contextmanager
def counting(monkeypatch):
    """The names of the models that are built within."""
    built, render = [], ModelState.render

    def counted(self, apps):
        built.append(self.name)
        return render(self, apps)

    with monkeypatch.context() as patch:
        patch.setattr(ModelState, "render", counted)
        yield built


@pytest.fixture
def state():
    found = MigrationLoader(connections["owner"]).project_state()
    assert found.apps  # built, as it is when a migration begins
    return found


@pytest.mark.django_db(databases=["owner"])
def test_the_same_statements_with_one_model_built_for_each_change(state, monkeypatch):
    as_ever, _ = statements(CHANGES, state.clone())
    with migrating.sparingly(), counting(monkeypatch) as built:
        sparing, _ = statements(CHANGES, state)
    assert sparing == as_ever
    assert 'ALTER TABLE "accounts_word" ADD COLUMN "extra" integer' in sparing[0]
    assert built == ["Word", "Word", "Sound", "Word", "Word"]


@pytest.mark.django_db(databases=["owner"])
def test_data_is_moved_by_models_that_know_all_others(state, monkeypatch):
    seen = {}

    def look(apps, schema_editor):
        workspace = apps.get_model("workspaces", "Workspace")
        pointing = [
            one for one in workspace._meta.get_fields(include_hidden=True) if one.auto_created and one.is_relation
        ]
        seen["names"] = {one.related_model.__name__ for one in pointing} & {"Word", "Account"}
        seen["is_one"] = apps.get_model("accounts", "Word").workspace.field.related_model is workspace

    migration = Migration("9999_changes", "accounts")
    migration.operations = [*CHANGES[:2], RunPython(look), RunPython(look)]
    with migrating.sparingly(), counting(monkeypatch) as built, connections["owner"].schema_editor() as editor:
        migration.apply(state, editor)
    assert seen == {"names": {"Word", "Account"}, "is_one": True}
    assert built.count("Workspace") == 1


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (RunSQL("select 1"), True),
        (RunSQL("select 1", state_operations=[CHANGES[0]]), True),
        (RunPython(RunPython.noop), False),
        (AlterField("word", "extra", models.IntegerField(unique=True)), False),
        (SeparateDatabaseAndState(database_operations=[RunSQL("select 1")], state_operations=CHANGES), True),
        (SeparateDatabaseAndState(state_operations=[RunPython(RunPython.noop)]), False),
    ],
)
def test_what_looks_at_one_model(operation, expected):
    assert migrating.looks_at_one_model(operation) is expected


def test_few_of_all_changes_look_at_more_than_one_model():
    """Each of them costs the first start a tenth of a second."""
    migrations = MigrationLoader(None).graph.nodes.values()
    changes = [operation for migration in migrations for operation in migration.operations]
    assert len([one for one in changes if not migrating.looks_at_one_model(one)]) <= 20


def test_within_migrations_only():
    as_ever = Migration.apply
    with suppress(LookupError), migrating.sparingly():
        assert Migration.apply is not as_ever
        raise LookupError
    assert Migration.apply is as_ever
