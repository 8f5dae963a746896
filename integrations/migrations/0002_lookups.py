from django.db import migrations

from workspaces.sql import by_digest, definer

_HERE = "nullif(current_setting('app.workspace', true), '')::bigint"


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0001_initial"),
        ("accounts", "0002_search"),
        ("workspaces", "0002_lookups"),
    ]

    operations = [
        by_digest("integrations_connection_of", "integrations_connection"),
        migrations.RunSQL(
            "create index integrations_folded_name on accounts_account (workspace_id, lower(normalize(name, NFKC)))",
            "drop index integrations_folded_name",
        ),
        # Row-level security keeps comparisons of lower(...) and of arrays from their indexes, so the look-up runs
        # as the owner and keeps to the entered workspace itself. Two rows are enough to know: not unique.
        definer(
            "integrations_accounts_by(sign text, value text)",
            "table (account_id bigint)",
            # Materialised, lest the limit make the planner read the table until it meets two.
            "with found as materialized (select id from accounts_account where sign = 'name'"  # noqa: S608  our own words
            f" and workspace_id = {_HERE} and lower(normalize(name, NFKC)) = lower(normalize(value, NFKC))"
            " union all select id from accounts_account where sign = 'domain'"
            f" and workspace_id = {_HERE} and domains @> array[value]::varchar[]"
            " union all select c.account_id from accounts_contact c where sign = 'contact'"
            f" and c.workspace_id = {_HERE} and c.email <> '' and lower(c.email) = lower(value))"
            " select id from found limit 2",
        ),
    ]
