"""What a workspace's health profile said of its budget is in the settings of its alerts now."""

from django.db import migrations

MOVE = """
insert into health_alertsettings
    (workspace_id, budget, escalate_after_days, holdout_share, changed_at, changed_by_id)
select workspace_id, alert_budget, 3, 0, changed_at, changed_by_id from health_healthprofile where alert_budget <> 5
on conflict do nothing
"""
TAKE_BACK = """
update health_healthprofile p set alert_budget = s.budget
from health_alertsettings s where s.workspace_id = p.workspace_id
"""


class Migration(migrations.Migration):
    dependencies = [("health", "0008_alert_work")]

    operations = [migrations.RunSQL(MOVE, TAKE_BACK)]
