-- How the workspace stands now, kept as the row of the day.
insert into health_healthday as d (workspace_id, day, healthy, watch, at_risk, no_band, mean)
select %(workspace)s, %(day)s,
    count(*) filter (where a.health_band = 'healthy'),
    count(*) filter (where a.health_band = 'watch'),
    count(*) filter (where a.health_band = 'at_risk'),
    count(*) filter (where a.health_band = ''),
    avg(a.health_score::float8) filter (where a.health_band <> '')
from accounts_account a
where a.workspace_id = %(workspace)s
on conflict (workspace_id, day) do update
set healthy = excluded.healthy, watch = excluded.watch, at_risk = excluded.at_risk, no_band = excluded.no_band,
    mean = excluded.mean
