-- The accounts of a chunk whose current columns differ from the day's score, with what the columns hold.
select s.account_id, s.score, s.band, s.coverage, a.health_score, a.health_band, a.health_at is null as is_first
from health_healthscore s
join accounts_account a on a.id = s.account_id and a.workspace_id = %(workspace)s
where s.workspace_id = %(workspace)s and s.day = %(day)s and s.account_id = any(%(ids)s::bigint[])
  and (a.health_score, a.health_band, a.health_coverage) is distinct from (s.score, s.band, s.coverage)
