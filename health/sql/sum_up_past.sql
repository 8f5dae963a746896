-- How the workspace stood on a past day, from the score of each account that stood on it.
insert into health_healthday as d (workspace_id, day, healthy, watch, at_risk, no_band, mean)
select %(workspace)s, %(day)s,
    count(*) filter (where s.band = 'healthy'),
    count(*) filter (where s.band = 'watch'),
    count(*) filter (where s.band = 'at_risk'),
    count(*) filter (where s.band = ''),
    avg(s.score::float8) filter (where s.band <> '')
from accounts_account a
cross join lateral (
    select s.band, s.score from health_healthscore s
    where s.workspace_id = %(workspace)s and s.account_id = a.id and s.day <= %(day)s
      and s.day > %(day)s - %(stands_days)s
    order by s.day desc limit 1
) s
where a.workspace_id = %(workspace)s
on conflict (workspace_id, day) do update
set healthy = excluded.healthy, watch = excluded.watch, at_risk = excluded.at_risk, no_band = excluded.no_band,
    mean = excluded.mean
