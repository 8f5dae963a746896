stored as (
    insert into health_healthscore as h (workspace_id, account_id, day, score, band, coverage, parts, profile_id, computed_at)
    select %(workspace)s, account_id, %(day)s, score, band, coverage, parts, profile_id, %(at)s
    from scored
    where not is_kept or (kept_score, kept_band, kept_coverage, kept_parts, kept_profile)
        is distinct from (score, band, coverage, parts, profile_id)
    on conflict (workspace_id, account_id, day) do update
    set score = excluded.score, band = excluded.band, coverage = excluded.coverage, parts = excluded.parts,
        profile_id = excluded.profile_id, computed_at = excluded.computed_at
),
kept_windows as (
    insert into health_metricwindow (
        workspace_id, account_id, since, metric_ids, trend, days, sums, actives, people_days, people_sums,
        people_lasts, seat_days, seat_sums, talk_days, said_days, said_ns, said_values, said_efforts
    )
    select
        %(workspace)s, account_id, %(start)s, metric_ids, trend, days, sums, actives, people_days, people_sums,
        people_lasts, seat_days, seat_sums, talk_days, said_days, said_ns, said_values, said_efforts
    from repacked
    where %(is_current)s
    on conflict (workspace_id, account_id) do update set
        since = excluded.since, metric_ids = excluded.metric_ids, trend = excluded.trend, days = excluded.days, sums =
        excluded.sums, actives = excluded.actives, people_days = excluded.people_days, people_sums =
        excluded.people_sums, people_lasts = excluded.people_lasts, seat_days = excluded.seat_days, seat_sums =
        excluded.seat_sums, talk_days = excluded.talk_days, said_days = excluded.said_days, said_ns =
        excluded.said_ns, said_values = excluded.said_values, said_efforts = excluded.said_efforts
)
-- At night accounts keep whole points, on the band's side of its bounds: most scores move by some tenths every day, and
-- each account that is written again is written into all of its indexes (5.9 s of CPU for 100,000, measured). When
-- something happened to one, its column is told to the tenth. Without a band too little is known to tell a score.
select account_id, shown as score, band, coverage, health_score, health_band, is_first
from (
    select scored.*, case when band <> '' then case when %(is_exact)s then score else case band
        when 'watch' then least(round(score), %(healthy_from)s - 1)
        when 'at_risk' then least(round(score), %(watch_from)s - 1)
        else round(score) end end end as shown
    from scored
) w
where %(is_current)s and (health_score, health_band, health_coverage) is distinct from (shown, band, coverage)
  and (%(is_exact)s or (round(health_score), health_band, health_coverage) is distinct from (shown, band, coverage))
