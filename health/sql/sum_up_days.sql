-- How the workspace stood on the days before one, from the scores of each: of the days that are still kept.
insert into health_healthday as d (workspace_id, day, healthy, watch, at_risk, no_band, mean)
select %(workspace)s, s.day,
    count(*) filter (where s.band = 'healthy'),
    count(*) filter (where s.band = 'watch'),
    count(*) filter (where s.band = 'at_risk'),
    count(*) filter (where s.band = ''),
    avg(s.score::float8) filter (where s.band <> '')
from health_healthscore s
join health_healthday k on k.workspace_id = %(workspace)s and k.day = s.day
where s.workspace_id = %(workspace)s and s.day < %(until)s
group by s.day
on conflict (workspace_id, day) do update
set healthy = excluded.healthy, watch = excluded.watch, at_risk = excluded.at_risk, no_band = excluded.no_band,
    mean = excluded.mean
where (d.healthy, d.watch, d.at_risk, d.no_band, d.mean)
    is distinct from (excluded.healthy, excluded.watch, excluded.at_risk, excluded.no_band, excluded.mean)
