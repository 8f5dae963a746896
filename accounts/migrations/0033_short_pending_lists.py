from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models.functions import Lower

PENDING_KB = 256
INDEXES = [
    ("account", "accounts_by_domain", "domains"),
    ("account", "accounts_name_trigrams", Lower("name")),
    ("contact", "accounts_contact_name_trigrams", Lower("name")),
    ("contact", "accounts_contact_mail_trigrams", Lower("email")),
    ("ticket", "accounts_ticket_trigrams", Lower("subject")),
    ("word", "accounts_word_trigrams", "text"),
]


def _index(name, column):
    by = {"fields": [column]} if column == "domains" else {}
    columns = [] if by else [OpClass(column, name="gin_trgm_ops")]
    return GinIndex(*columns, **by, name=name, gin_pending_list_limit=PENDING_KB)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0032_ticket_tags")]

    # A search reads all of what waits to be sorted into an index. The indexes stay as they are; only the limit changes.
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"alter index {name} set (gin_pending_list_limit = {PENDING_KB})",
                    f"alter index {name} reset (gin_pending_list_limit)",
                )
                for _, name, _ in INDEXES
            ],
            state_operations=[
                operation
                for model, name, column in INDEXES
                for operation in (migrations.RemoveIndex(model, name), migrations.AddIndex(model, _index(name, column)))
            ],
        )
    ]
