from django.db import migrations

from workspaces.sql import definer


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        # Row-level security keeps ILIKE from the trigram index, so the search runs as the owner and filters by
        # the entered workspace itself; the outer query is under the policy again.
        definer(
            "accounts_search(words text, most int)",
            "table (account_id bigint)",
            "select id from accounts_account where lower(name) like '%' || replace(replace(replace(lower(words),"
            " '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'"
            " and workspace_id = nullif(current_setting('app.workspace', true), '')::bigint limit most",
        ),
    ]
