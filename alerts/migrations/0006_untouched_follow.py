"""The first rule about the score follows the budget where it is as it was given: another may have been chosen."""

from django.db import migrations

FOLLOW = """
update alerts_alertrule set follows_budget = true
where key = 'score_band' and kind = 'score_band' and parameters = '{"below": 50, "leave_from": 60}'::jsonb
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_follows_budget")]

    operations = [migrations.RunSQL(FOLLOW, migrations.RunSQL.noop)]
