from django.db import migrations

WITHOUT = (
    "create or replace function outbox_without(which text, slot text) returns table (workspace_id bigint)"
    " language sql stable security definer set search_path = pg_catalog, public as $$"
    " select w.id from workspaces_workspace w where not exists (select 1 from outbox_effect e"
    " where e.workspace_id = w.id and e.kind = which and e.dedupe_key = slot){more} order by w.id $$"
)


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_mail_without_text"), ("workspaces", "0003_retention_and_erasure")]

    operations = [
        # A workspace that is being erased gets no daily work any more.
        migrations.RunSQL(
            WITHOUT.format(more=" and (w.erase_at is null or w.erase_at > now())"), WITHOUT.format(more="")
        ),
    ]
