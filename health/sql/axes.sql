-- What loyalty and satisfaction of some accounts are made of on one day. Formulas: health/axes.py.
with asked as materialized (
    select a.id, a.stage from accounts_account a
    where a.workspace_id = %(workspace)s and a.id = any(%(ids)s::bigint[])
),
deciders as materialized (
    select c.id, c.account_id from accounts_contact c
    where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
      and c.role = 'decision_maker' and (c.left_at is null or c.left_at >= %(until)s)
),
-- "In ... is true" looks each up in a hash. A join was planned as a loop, for what is materialized has no statistics
-- and no index: each answer was held against every decider, 15 million times for 5,000 accounts (5 s, measured).
said as (
    select distinct on (f.account_id, f.contact_id) f.account_id,
        greatest(0::float8, least(100::float8, ((f.data->>'value')::float8 - %(nps_bad)s::float8)
            / (10::float8 - %(nps_bad)s::float8) * 100)) as value,
        power(0.5::float8, (%(day)s - (f.at at time zone 'UTC')::date) / %(nps_half_life)s::float8) as w
    from (
        select f.id, f.account_id, f.at, f.data, (f.data->>'contact_id')::bigint as contact_id from accounts_fact f
        where f.workspace_id = %(workspace)s and f.account_id = any(array(select account_id from deciders))
          and f.kind = 'survey.answered' and f.data->>'metric' = 'nps'
      and coalesce((f.data->>'is_relational')::boolean, true) -- after an event it says little about staying
      and f.at >= %(year_at)s and f.at < %(until)s
    ) f
    where ((f.account_id, f.contact_id) in (select account_id, id from deciders)) is true
    order by f.account_id, f.contact_id, f.at desc, f.id desc
),
promoters as (
    select account_id, count(*) as n, sum(w) as w, sum(w * value) / sum(w) as v from said group by account_id
),
plan as (
    select distinct on (p.account_id) p.account_id, p.renewal_intent,
        greatest(0, %(day)s - p.renewal_intent_on) as age
    from plans_planversion p
    where p.workspace_id = %(workspace)s and p.account_id = any(array(select id from asked)) and p.recorded_at < %(until)s
    order by p.account_id, p.id desc
),
contracts as materialized (
    select c.id, c.account_id, c.starts_on, c.ends_on, c.renewed_from_id from accounts_contract c
    where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked)) and c.created_at < %(until)s
),
followed as ( -- joined, not looked up one by one: what was materialized has no index
    select c.id, c.account_id, c.ends_on, bool_or((o.id <> c.id and (o.renewed_from_id = c.id or (
        o.ends_on > c.ends_on and o.starts_on <= c.ends_on + %(grace_days)s and o.starts_on > c.starts_on
        and c.ends_on <= %(day)s))) is true) as is_kept
    from contracts c join contracts o on o.account_id = c.account_id
    where c.ends_on > %(day)s - %(kept_years)s
    group by c.id, c.account_id, c.ends_on
),
renewed as (
    select account_id, count(*) as n, count(*) filter (where is_kept) as kept
    from followed where is_kept or ends_on <= %(day)s - %(grace_days)s
    group by account_id
),
moved as (
    select v.account_id, max((v.at at time zone 'UTC')::date) as on_day
    from journeys_stagemove v
    where v.workspace_id = %(workspace)s and v.account_id = any(array(select id from asked))
      and v.to_stage = 'advocacy' and v.at >= %(year_at)s and v.at < %(until)s
    group by v.account_id
),
voices as (
    select m.account_id, m.metric_id is not distinct from %(csat)s::bigint as is_csat,
        least(sum(m.n), 1e9::int) as n, sum(m.n * r.w) as w,
        sum(m.n * r.w * case when m.metric_id is not distinct from %(csat)s::bigint
            then 100 * greatest(0::float8, (r.rating - %(csat_bad)s::float8) / (100 - %(csat_bad)s::float8))
            else r.rating end) / sum(m.n * r.w) as v
    from accounts_metricday m
    cross join lateral (select
        power(0.5::float8, (%(day)s - m.day) / %(voice_half_life)s::float8) as w,
        greatest(0::float8, least(100::float8, m.total / m.n)) as rating) r
    where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked))
      and m.metric_id = any(array[%(csat)s, %(ces)s]::bigint[])
      and m.day > %(half_year_from)s and m.day <= %(day)s and m.n > 0
    group by 1, 2
),
felt as (
    select t.account_id, count(*) as n, sum(r.w) as w, sum(r.w * 25 * (t.felt + 2)) / sum(r.w) as v
    from journeys_touchpoint t
    cross join lateral (select power(0.5::float8,
        (%(day)s - (t.at at time zone 'UTC')::date) / %(voice_half_life)s::float8) as w) r
    where t.workspace_id = %(workspace)s and t.account_id = any(array(select id from asked))
      and t.felt is not null and t.channel <> 'note' and t.at >= %(half_year_at)s and t.at < %(until)s
    group by t.account_id
),
promised as (
    select e.account_id, count(*) as n, count(*) filter (where e.outcome = 'kept' and e.settled_at < %(until)s) as kept
    from expectations_expectation e
    where e.workspace_id = %(workspace)s and e.account_id = any(array(select id from asked)) and e.created_at < %(until)s
      and ((e.outcome in ('kept', 'broken') and e.settled_at >= %(year_at)s and e.settled_at < %(until)s)
        or ((e.settled_at is null or e.settled_at >= %(until)s) and e.due_on < %(day)s))
    group by e.account_id
),
measured as (
    select a.id as account_id,
        p.v as v_promoters, p.w / (p.w + 0.5) as c_promoters, p.n as n_promoters,
        25::float8 * (plan.renewal_intent - 1) as v_will, power(0.5::float8, plan.age / %(will_half_life)s::float8) as c_will,
        case when plan.renewal_intent is not null then 1 end as n_will, plan.renewal_intent as x_will,
        100::float8 * r.kept / r.n as v_renewed, r.n / (r.n + 1::float8) as c_renewed, r.n as n_renewed, r.kept as x_renewed,
        case when a.stage = 'advocacy' or moved.on_day is not null then 100::float8 end as v_speaking,
        case when a.stage = 'advocacy' then 1::float8
            else power(0.5::float8, (%(day)s - moved.on_day) / 180::float8) end as c_speaking,
        case when a.stage = 'advocacy' or moved.on_day is not null then 1 end as n_speaking,
        (a.stage = 'advocacy')::int as x_speaking,
        s.v as v_csat, s.w / (s.w + 2) as c_csat, s.n as n_csat,
        e.v as v_ease, e.w / (e.w + 2) as c_ease, e.n as n_ease,
        f.v as v_felt, f.w / (f.w + 2) as c_felt, f.n as n_felt,
        100::float8 * k.kept / k.n as v_promises, k.n / (k.n + 2::float8) as c_promises, k.n as n_promises,
        k.kept as x_promises
    from asked a
    left join promoters p on p.account_id = a.id
    left join plan on plan.account_id = a.id
    left join renewed r on r.account_id = a.id
    left join moved on moved.account_id = a.id
    left join voices s on s.account_id = a.id and s.is_csat
    left join voices e on e.account_id = a.id and not e.is_csat
    left join felt f on f.account_id = a.id
    left join promised k on k.account_id = a.id
)
