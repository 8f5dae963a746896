"""The three rules that every workspace starts with, off where they were switched off."""

from django.db import migrations

GIVE = """
insert into health_alertrule
    (workspace_id, key, name, kind, parameters, is_hard, is_on, cool_down_days, created_at)
select w.id, first.key, '', first.kind, first.parameters::jsonb, first.is_hard,
    not coalesce(first.key = any(p.rules_off), false), 42, now()
from workspaces_workspace w
left join health_healthprofile p on p.workspace_id = w.id
cross join (values
    (1, 'bad_answer', 'answer', '{"csat_most": 2, "nps_most": 6}', true),
    (2, 'score_band', 'score_band', '{"below": 50, "leave_from": 60}', false),
    (3, 'score_drop', 'score_drop', '{"points": 15, "days": 14}', false)
) first (place, key, kind, parameters, is_hard)
order by w.id, first.place
on conflict do nothing
"""
TAKE_BACK = """
update health_healthprofile p set rules_off = array(
    select r.key from health_alertrule r
    where r.workspace_id = p.workspace_id and not r.is_on and r.key in ('bad_answer', 'score_band', 'score_drop')
)
"""


class Migration(migrations.Migration):
    dependencies = [("health", "0003_alert_rules"), ("workspaces", "0001_initial")]

    operations = [migrations.RunSQL(GIVE, TAKE_BACK)]
