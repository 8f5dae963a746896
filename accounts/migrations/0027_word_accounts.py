from django.db import migrations, models

HERE = "nullif(current_setting('app.workspace', true), '')::bigint"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0026_risk_by_renewal")]

    operations = [
        migrations.AddField("word", "accounts", models.PositiveIntegerField(default=0)),
        # Row-level security keeps `like` from the trigram index.
        migrations.RunSQL(
            f"""
            create function accounts_named_with(letters text) returns bigint
            language sql stable security definer set search_path = pg_catalog, public set enable_seqscan = off
            set plan_cache_mode = force_custom_plan as $$
                select coalesce(sum(w.accounts), 0)::bigint from accounts_word w
                where w.text like '%' || lower(letters) || '%' and w.workspace_id + 0 = {HERE}
            $$
            """,  # noqa: S608  our own words
            "drop function accounts_named_with",
        ),
    ]
