"""The first themes, for the workspaces that are there already."""

import json

from django.db import migrations

from voice.first_themes import themes

GIVE = """
insert into voice_theme (workspace_id, name, words, created_at)
select w.id, %s, %s::jsonb, now() from workspaces_workspace w order by w.id
on conflict do nothing
"""


def give(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for theme in themes():
            cursor.execute(GIVE, [theme["name"], json.dumps(theme["words"])])


class Migration(migrations.Migration):
    dependencies = [("voice", "0001_initial"), ("workspaces", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
