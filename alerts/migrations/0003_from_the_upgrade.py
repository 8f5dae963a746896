"""Alerts that are open when a workspace first gives untouched ones to its managers have waited since then."""

from django.db import migrations

BEGIN = """
insert into alerts_alertsettings
    (workspace_id, budget, escalate_after_days, holdout_share, changed_at, escalating_since)
select distinct l.workspace_id, 5, 3, 0, now(), now() from alerts_alert l where l.closed_at is null
on conflict (workspace_id) do update set escalating_since = now() where alerts_alertsettings.escalating_since is null
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_escalating_since")]

    operations = [migrations.RunSQL(BEGIN, migrations.RunSQL.noop)]
