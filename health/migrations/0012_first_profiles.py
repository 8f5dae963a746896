"""The two profiles that every workspace starts with; weights that were set stay those of the default one."""

from django.db import migrations

GIVE = """
insert into health_healthprofile
    (workspace_id, name, place, stages, intent, needs, adoption, outcomes, relationships, engagement, education,
     journey, targets)
select w.id, first.name, first.place, first.stages::varchar[], w1, w2, w3, w4, w5, w6, w7, w8, first.targets::int[]
from workspaces_workspace w
cross join (values
    ('Onboarding', 1, '{decision,delivery}', 15, 10, 15, 5, 15, 15, 10, 15, '{80,70,40,30,60,75,60,80}'),
    ('Mature', 0, '{}', 5, 10, 25, 20, 15, 10, 5, 10, '{70,60,75,70,70,60,50,70}')
) first (name, place, stages, w1, w2, w3, w4, w5, w6, w7, w8, targets)
order by w.id, first.place
on conflict do nothing
"""
TAKE_BACK = "delete from health_healthprofile where segment_id is not null or stages <> '{}' or retired_at is not null"


class Migration(migrations.Migration):
    dependencies = [("health", "0011_profiles"), ("workspaces", "0001_initial")]

    operations = [migrations.RunSQL(GIVE, TAKE_BACK)]
