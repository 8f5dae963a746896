from django.db import migrations

from workspaces.sql import definer

HERE = "a.workspace_id = nullif(current_setting('app.workspace', true), '')::bigint"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_who_decides")]

    operations = [
        # ruff: noqa: S608  our own words
        # Like accounts_search: row-level security keeps comparisons with functions, and of arrays, from their indexes.
        # Many names or domains at once, for imports: whose rows are these?
        definer(
            "accounts_named(names text[])",
            "table (folded text, account_id bigint)",
            f"""select n.folded, a.id from unnest(names) n(folded)
                join accounts_account a on {HERE} and lower(normalize(a.name, NFKC)) = n.folded""",
        ),
        definer(
            "accounts_at(domains text[])",
            "table (domain text, account_id bigint)",
            f"""select d.domain, a.id from unnest(domains) d(domain)
                join accounts_account a on {HERE} and a.domains @> array[d.domain]::varchar[]""",
        ),
    ]
