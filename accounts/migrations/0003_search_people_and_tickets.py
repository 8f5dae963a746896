import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

from workspaces.sql import definer

PATTERN = "replace(replace(replace(lower(words), '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'"
HERE = "workspace_id = nullif(current_setting('app.workspace', true), '')::bigint"


def beginning(table: str) -> str:
    """Ids by the first letters of a name: `following` is the first word that no longer begins so."""
    return (
        f"select id from {table} where {HERE} and lower(name) >= lower(words) and lower(name) < following"  # noqa: S608
        f" and lower(name) like {PATTERN} order by lower(name) limit most"
    )


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
        # Like accounts_search: row-level security keeps `like`, and ranges of `lower`, from their indexes.
        definer(
            "accounts_beginning(words text, following text, most int)",
            "table (account_id bigint)",
            beginning("accounts_account"),
        ),
        definer(
            "accounts_contacts_beginning(words text, following text, most int)",
            "table (contact_id bigint)",
            beginning("accounts_contact"),
        ),
        definer(
            "accounts_search_contacts(words text, most int)",
            "table (contact_id bigint)",
            f"select id from accounts_contact where (lower(name) like '%' || {PATTERN}"  # noqa: S608  our own words
            f" or lower(email) like '%' || {PATTERN}) and {HERE} limit most",
        ),
        definer(
            "accounts_search_tickets(words text, most int)",
            "table (ticket_id bigint)",
            f"(select id from accounts_ticket where {HERE} and number in (words, ltrim(words, '#')) limit most)"  # noqa: S608
            f" union (select id from accounts_ticket where length(words) > 2 and lower(subject) like '%' || {PATTERN}"
            f" and {HERE} limit most)",
        ),
    ]
