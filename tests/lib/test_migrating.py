"""Several changes as one operation: the same statements, forth and back."""

import pytest
from django.db import connections, models
from django.db.migrations import AddField, AddIndex
from django.db.migrations.loader import MigrationLoader

from lib.migrating import Together

CHANGES = [
    AddField("word", "extra", models.IntegerField(default=0)),
    AddIndex("word", models.Index(fields=["workspace", "extra"], name="by_extra")),
]


@pytest.mark.django_db(databases=["owner"])
def test_changes_made_together_are_the_same_forth_and_back():
    operation = Together(CHANGES)
    before = MigrationLoader(connections["owner"]).project_state()
    after = before.clone()
    operation.state_forwards("accounts", after)
    with connections["owner"].schema_editor(collect_sql=True) as forth:
        operation.database_forwards("accounts", forth, before, after)
    with connections["owner"].schema_editor(collect_sql=True) as back:
        operation.database_backwards("accounts", back, after, before)
    assert 'ALTER TABLE "accounts_word" ADD COLUMN "extra" integer' in forth.collected_sql[0]
    assert 'CREATE INDEX "by_extra" ON "accounts_word" ("workspace_id", "extra");' in forth.collected_sql
    assert ["by_extra" in back.collected_sql[0], '"extra"' in back.collected_sql[-1]] == [True, True]
    assert (
        operation.describe()
        == "Add field extra to word; Create index by_extra on field(s) workspace, extra of model word"
    )
