"""Rules for the workspaces that are there already; those of later ones are in `complaints.starters`."""

from django.db import migrations

WORDS = [
    "complain", "unacceptable", "disappoint", "refund", "cancel the contract", "nobody call", "no one call",
    "never again", "fed up", "still not fixed", "投诉", "投訴", "不可接受", "退款", "失望",
]  # fmt: skip
RULES = [
    ("A bad answer that says why", "answer", [], True, True, None, False),
    ("Any answer with words of a complaint", "answer", WORDS, False, True, None, True),
    ("A ticket with words of a complaint", "ticket", WORDS, True, False, None, True),
    ("A touchpoint that felt much worse than usual", "touchpoint", [], True, False, -2, True),
]
GIVE = """
insert into complaints_complaintrule (
    workspace_id, name, source, words, is_bad_only, needs_comment, felt_at_most, is_on, priorities, topics, created_at
)
select w.id, %s, %s, %s::varchar[], %s, %s, %s, %s, '{}', '{}', now() from workspaces_workspace w order by w.id
"""


def give(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for rule in RULES:
            cursor.execute(GIVE, rule)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("workspaces", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
