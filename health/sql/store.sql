stored as (
    insert into health_healthscore as h (workspace_id, account_id, day, score, band, coverage, parts, profile_id, computed_at)
    select %(workspace)s, account_id, %(day)s, score, band, coverage, parts, profile_id, %(at)s
    from scored
    where not is_kept or (kept_score, kept_band, kept_coverage, kept_parts, kept_profile)
        is distinct from (score, band, coverage, parts, profile_id)
    on conflict (workspace_id, account_id, day) do update
    set score = excluded.score, band = excluded.band, coverage = excluded.coverage, parts = excluded.parts,
        profile_id = excluded.profile_id, computed_at = excluded.computed_at
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
