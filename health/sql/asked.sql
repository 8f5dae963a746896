-- What the measures of one chunk of accounts on one day are made of. Formulas: health/parts.py.
-- Each input is one read of an index, grouped, for the ids asked: the cost is linear in the accounts at any size. The
-- ids come as an array that the planner cannot see into, so the plan is the same for one account and for 10,000.
-- They are joined by `full join`, which no side needs (nothing is read of an account not asked), because a full join
-- cannot be planned as a nested loop: without fresh statistics one was, and read a chunk once for each of its accounts.
-- Constants are ::float8, for numeric arithmetic took twice as long (measured). `offset 0` keeps a step from being
-- written out again in every place that uses it: 0.16 s instead of 0.27 s CPU for 1,500 accounts (measured).
with profiles as materialized (
    select * from jsonb_to_recordset(%(profiles)s::jsonb) as p(
        place int, profile_id bigint, segment_id bigint, stages text[], asked_weight float8, w_intent float8,
        w_needs float8, w_adoption float8, w_outcomes float8, w_relationships float8, w_engagement float8,
        w_education float8, w_journey float8
    )
),
held as materialized (
    select m.account_id, array_agg(m.segment_id) as segments
    from segments_segmentmember m
    where m.workspace_id = %(workspace)s and m.account_id = any(%(ids)s::bigint[])
      and m.segment_id = any(array(select segment_id from profiles where segment_id is not null))
    group by m.account_id
),
asked as materialized (
    select a.*, p.*
    from (
        select a.id, a.stage, a.health_score, a.health_band, a.health_coverage, a.health_at is null as is_first
        from accounts_account a
        where a.workspace_id = %(workspace)s and a.id = any(%(ids)s::bigint[])
    ) a
    full join held on held.account_id = a.id
    cross join lateral (
        select p.* from profiles p
        where (p.stages is null or a.stage = any(p.stages))
          and (p.segment_id is null or p.segment_id = any(held.segments))
        order by p.place limit 1
    ) p
),
