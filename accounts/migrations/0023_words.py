import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import workspaces.tenancy

HERE = "nullif(current_setting('app.workspace', true), '')::bigint"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_fresh_statistics"),
        ("workspaces", "0005_token_scopes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=workspaces.tenancy.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
                ("text", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("text", name="gin_trgm_ops"),
                        name="accounts_word_trigrams",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "text"), name="accounts_word_once"),
                ],
            },
        ),
        # As for accounts_search, row-level security keeps `%` from its trigram index.
        migrations.RunSQL(
            f"""
            create function accounts_words_like(words text[]) returns table (asked text, found text)
            language sql stable security definer set search_path = pg_catalog, public set enable_seqscan = off
            set max_parallel_workers_per_gather = 0 set plan_cache_mode = force_custom_plan as $$
                select a.text, near.text from unnest(words) a(text) cross join lateral (
                    select w.text from accounts_word w
                    where w.text % a.text and w.workspace_id + 0 = {HERE}
                    order by similarity(w.text, a.text) desc, w.text limit 1
                ) near
            $$
            """,  # noqa: S608  our own words
            "drop function accounts_words_like",
        ),
    ]
