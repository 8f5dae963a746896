from django.db import migrations

from workspaces.sql import definer


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("workspaces", "0002_lookups")]

    operations = [
        # One index probe per workspace: a workspace with a long queue costs no more than one with a short.
        definer(
            "outbox_due(which text, at timestamptz)",
            "table (workspace_id bigint)",
            "select w.id from workspaces_workspace w where exists (select 1 from outbox_effect e"
            " where e.workspace_id = w.id and e.queue = which and e.state = 'ready' and e.available_at <= at)"
            " order by w.id",
        ),
        definer(
            "outbox_abandoned(at timestamptz)",
            "table (workspace_id bigint)",
            "select w.id from workspaces_workspace w where exists (select 1 from outbox_effect e"
            " where e.workspace_id = w.id and e.state in ('claimed', 'sending') and e.lease_until < at)"
            " order by w.id",
        ),
        definer(
            "outbox_without(which text, slot text)",
            "table (workspace_id bigint)",
            "select w.id from workspaces_workspace w where not exists (select 1 from outbox_effect e"
            " where e.workspace_id = w.id and e.kind = which and e.dedupe_key = slot) order by w.id",
        ),
    ]
