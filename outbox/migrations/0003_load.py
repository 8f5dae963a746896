from django.db import migrations

from workspaces.sql import definer


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_sweeps")]

    operations = [
        # Counts over all workspaces, without a name: for the monitor. Each part has a partial index of its own.
        definer(
            "outbox_load()",
            "table (queue text, state text, n bigint, oldest double precision)",
            "select e.queue::text, e.state::text, count(*),"
            " greatest(extract(epoch from now() - min(e.available_at)), 0)::double precision from ("
            "select queue, state, available_at from outbox_effect where state = 'ready' and available_at <= now()"
            " union all select queue, state, available_at from outbox_effect where state in ('claimed', 'sending')"
            " union all select queue, state, available_at from outbox_effect where state in ('dead', 'in_doubt')"
            ") e group by e.queue, e.state order by 1, 2",
        ),
    ]
