-- How the workspace stood on the days before one that are still kept: each score counts from its day until the account's
-- next, so what comes and goes on a day is added up, whose cost is that of the rows and not of the days they stand for.
with standing as (
    select s.day, s.band, s.score, lead(s.day) over (partition by s.account_id order by s.day) as until
    from health_healthscore s
    where s.workspace_id = %(workspace)s and s.day < %(until)s
),
moved as (
    select day, band, score, 1 as n from standing
    union all
    select until, band, score, -1 from standing where until is not null
    union all
    select k.day, null, null, 0 from health_healthday k where k.workspace_id = %(workspace)s and k.day < %(until)s
),
daily as (
    select day, sum(n) filter (where band = 'healthy') as healthy, sum(n) filter (where band = 'watch') as watch,
        sum(n) filter (where band = 'at_risk') as at_risk, sum(n) filter (where band = '') as no_band,
        sum(n * score) filter (where band <> '') as total
    from moved
    group by day
),
added as (
    select day, coalesce(sum(healthy) over w, 0) as healthy, coalesce(sum(watch) over w, 0) as watch,
        coalesce(sum(at_risk) over w, 0) as at_risk, coalesce(sum(no_band) over w, 0) as no_band,
        coalesce(sum(total) over w, 0) as total
    from daily
    window w as (order by day)
),
known as (
    select day, healthy, watch, at_risk, no_band, (total / nullif(healthy + watch + at_risk, 0))::float8 as mean
    from added
    where healthy + watch + at_risk + no_band > 0
)
update health_healthday d
set healthy = known.healthy, watch = known.watch, at_risk = known.at_risk, no_band = known.no_band, mean = known.mean
from known
where d.workspace_id = %(workspace)s and d.day = known.day
  and (d.healthy, d.watch, d.at_risk, d.no_band, d.mean)
    is distinct from (known.healthy, known.watch, known.at_risk, known.no_band, known.mean)
