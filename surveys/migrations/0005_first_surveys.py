"""The two surveys of every workspace take over what its settings said; what was sent and answered is theirs."""

from django.db import migrations

GIVE = """
insert into surveys_survey
    (workspace_id, name, kind, points, trigger, stage, days, delay_hours, spread_days, keeps_hours, persona_ids, roles,
     sample_percent, quiet_days, expiry_days, is_on, version, created_at)
select w.id, first.name, first.kind, first.points, first.trigger, '', first.days,
    case when first.kind = 'csat' then coalesce(s.closure_delay_hours, 24) else 0 end, 0, false, '{}',
    first.roles::varchar[], 100, case when first.kind = 'nps' then coalesce(s.nps_quiet_days, 90) else 0 end,
    coalesce(s.expiry_days, 14), true, 1, now()
from workspaces_workspace w
left join surveys_surveysettings s on s.workspace_id = w.id
cross join (values
    (1, 'After support', 'csat', 5, 'ticket_closed', 0, '{}'),
    (2, 'Relationship', 'nps', 11, 'by_hand', 90, '{decision_maker,champion}')
) first (place, name, kind, points, trigger, days, roles)
order by w.id, first.place
on conflict do nothing
"""
OF_KIND = """
update {table} t set survey_id = s.id
from (select workspace_id, kind, min(id) as id from surveys_survey group by workspace_id, kind) s
where s.workspace_id = t.workspace_id and s.kind = {kind} and t.survey_id is null
"""
OCCASION = """
update surveys_invitation set occasion = case
    when ticket_id is not null then 'ticket:' || ticket_id || ':' || episode
    else 'wave:' || wave_id end
where occasion = '' and (ticket_id is not null or wave_id is not null)
"""
CARRY = [
    OF_KIND.format(table="surveys_wave", kind="'nps'"),
    *(
        OF_KIND.format(table=table, kind="t.metric")
        for table in ("surveys_invitation", "surveys_refusal", "surveys_answer")
    ),
    OCCASION,
]
LET_GO = [
    *(f"update surveys_{name} set survey_id = null" for name in ("wave", "invitation", "refusal", "answer")),  # noqa: S608  our own names
    "update surveys_invitation set occasion = ''",
    "delete from surveys_survey",
]


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_surveys"), ("workspaces", "0001_initial")]

    operations = [migrations.RunSQL([GIVE, *CARRY], LET_GO)]
