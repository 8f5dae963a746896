import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

from workspaces.sql import definer

LIKE = " like '%' || replace(replace(replace(lower(words), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'"
HERE = " and workspace_id = nullif(current_setting('app.workspace', true), '')::bigint limit most"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_search")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                models.F("workspace"), django.db.models.functions.text.Lower("name"), name="accounts_contacts_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower("name"), name="gin_trgm_ops"
                ),
                name="accounts_contact_name_trigrams",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower("email"), name="gin_trgm_ops"
                ),
                name="accounts_contact_mail_trigrams",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["workspace", "number"], name="accounts_tickets_by_number"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower("subject"), name="gin_trgm_ops"
                ),
                name="accounts_ticket_trigrams",
            ),
        ),
        # Like accounts_search: row-level security keeps ILIKE from the trigram index.
        definer(
            "accounts_search_contacts(words text, most int)",
            "table (contact_id bigint)",
            f"select id from accounts_contact where (lower(name){LIKE} or lower(email){LIKE}){HERE}",  # noqa: S608  our own words
        ),
        definer(
            "accounts_search_tickets(words text, most int)",
            "table (ticket_id bigint)",
            f"select id from accounts_ticket where lower(subject){LIKE}{HERE}",  # noqa: S608  our own words
        ),
    ]
