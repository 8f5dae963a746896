-- The scores of one chunk of accounts on one day: computed, and stored where they differ. Formulas: health/parts.py.
-- Constants are ::float8, for numeric arithmetic took twice as long (measured). Each input is one lateral read of
-- an index, so that cost is linear in the accounts at any size and independent of the planner's guesses.
-- `offset 0` keeps a step from being written out again in every place that uses it: 0.16 s instead of 0.27 s CPU
-- for 1,500 accounts (measured).
with read as (
    select a.id as account_id,
        case when k.n > 0 then 'key_actions' when l.n > 0 then 'logins' when u.n > 0 then 'active_users' end as trend_metric,
        case when k.n > 0 then k.n_last when l.n > 0 then l.n_last else u.n_last end as n_last,
        case when k.n > 0 then k.n - k.n_last when l.n > 0 then l.n - l.n_last else u.n - u.n_last end as n_before,
        case when k.n > 0 then k.last when l.n > 0 then l.last else u.last end as trend_last,
        case when k.n > 0 then k.before when l.n > 0 then l.before else u.before end as trend_before,
        case when k.n > 0 then k.first when l.n > 0 then l.first else u.first end as trend_first,
        c.seats,
        case when s.used is not null then 'seats_used' when p.used is not null then 'active_users' end as seats_metric,
        coalesce(s.used, p.used) as used_read,
        t.ever, t.opened, t.waiting, t.reopened,
        v.n as voice_n, v.weight as voice_weight, v.total as voice_total, v.last_on as voice_on,
        e.day as engaged_on
    from accounts_account a
    left join lateral (
        select count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
            sum(m.total) filter (where m.day > %(mid)s) as last, sum(m.total) filter (where m.day <= %(mid)s) as before,
            min(m.day) as first
        from accounts_metricday m
        where m.workspace_id = %(workspace)s and m.account_id = a.id and m.metric_id = %(key_actions)s
          and m.day > %(start)s and m.day <= %(day)s
    ) k on true
    left join lateral (
        select count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
            sum(m.total) filter (where m.day > %(mid)s) as last, sum(m.total) filter (where m.day <= %(mid)s) as before,
            min(m.day) as first
        from accounts_metricday m
        where k.n = 0 and m.workspace_id = %(workspace)s and m.account_id = a.id and m.metric_id = %(logins)s
          and m.day > %(start)s and m.day <= %(day)s
    ) l on true
    left join lateral (
        select count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
            sum(m.last) filter (where m.day > %(mid)s) as last, sum(m.last) filter (where m.day <= %(mid)s) as before,
            min(m.day) as first
        from accounts_metricday m
        where k.n = 0 and l.n = 0 and m.workspace_id = %(workspace)s and m.account_id = a.id
          and m.metric_id = %(active_users)s and m.day > %(start)s and m.day <= %(day)s
    ) u on true
    left join lateral (
        select sum(c.seats)::float8 as seats
        from accounts_contract c
        where c.workspace_id = %(workspace)s and c.account_id = a.id
          and c.starts_on <= %(day)s and c.ends_on > %(day)s and c.seats > 0
    ) c on true
    left join lateral (
        select avg(m.last) as used
        from accounts_metricday m
        where c.seats is not null and m.workspace_id = %(workspace)s and m.account_id = a.id
          and m.metric_id = %(seats_used)s and m.day > %(seats_from)s and m.day <= %(day)s
    ) s on true
    left join lateral (
        select max(m.last) as used
        from accounts_metricday m
        where c.seats is not null and s.used is null and m.workspace_id = %(workspace)s and m.account_id = a.id
          and m.metric_id = %(active_users)s and m.day > %(peak_from)s and m.day <= %(day)s
    ) p on true
    left join lateral (
        select count(*) as ever,
            count(*) filter (where t.opened_at >= %(tickets_from)s) as opened,
            count(*) filter (where t.opened_at < %(waiting_before)s
                               and (t.closed_at is null or t.closed_at >= %(until)s)) as waiting,
            count(*) filter (where t.reopened_at >= %(tickets_from)s and t.reopened_at < %(until)s) as reopened
        from accounts_ticket t
        where t.workspace_id = %(workspace)s and t.account_id = a.id and t.opened_at < %(until)s
    ) t on true
    left join lateral (
        select sum(r.n) as n, sum(r.n * r.w) as weight, max(r.day) as last_on,
            sum(r.n * r.w * 100::float8 * greatest(0::float8, (least(r.rating, 100::float8) - r.bad) / (100::float8 - r.bad))) as total
        from (
            select m.day, m.n, greatest(0::float8, m.total / m.n) as rating,
                power(0.5::float8, (%(day)s - m.day) / %(voice_half_life)s::float8) as w,
                case when m.metric_id = %(csat)s then %(csat_bad)s::float8 else %(nps_bad)s::float8 end as bad
            from accounts_metricday m
            where m.workspace_id = %(workspace)s and m.account_id = a.id
              and m.metric_id = any(array[%(csat)s, %(nps)s]::bigint[])
              and m.day > %(voice_from)s and m.day <= %(day)s and m.n > 0
        ) r
    ) v on true
    left join lateral (
        select m.day
        from accounts_metricday m
        where m.workspace_id = %(workspace)s and m.account_id = a.id and m.metric_id = %(touchpoints_two_way)s
          and m.day <= %(day)s and m.total > 0
        order by m.day desc
        limit 1
    ) e on true
    where a.workspace_id = %(workspace)s and a.id = any(%(ids)s::bigint[])
),
-- `least` and `greatest` pass over nulls, so each stands behind a test; least(NaN, x) is x.
cleaned as (
    select read.*,
        case when used_read is not null then greatest(0::float8, least(used_read, 1e12::float8)) end as used,
        greatest(0::float8, least(coalesce(trend_last, 0), 1e12::float8)) as last28,
        greatest(0::float8, least(trend_before, 1e12::float8)) * case
            when trend_first > %(mid)s - (%(trend_days)s - %(trend_late_days)s)
            then %(trend_days)s::float8 / greatest(1, %(mid)s - trend_first + 1) else 1::float8 end as before28
    from read
),
valued as (
    select cleaned.*,
        case when n_before > 0 then 100::float8 * greatest(0::float8, least(1::float8,
            (ln((last28 + 1::float8) / (before28 + 1::float8)) - (%(trend_low)s)::float8)
            / (%(trend_high)s::float8 - (%(trend_low)s)::float8))) end as v1,
        case when n_before > 0 then (least(n_last, %(trend_full_days)s) + least(n_before, %(trend_full_days)s))
            / (2::float8 * %(trend_full_days)s) else 0::float8 end as cov1,
        case when seats is not null and used is not null then 100::float8 * least(1::float8, used / seats) end as v2,
        case when %(has_desk)s then 100::float8
            - %(cost_opened)s::float8 * least(1::float8, 100::float8 * opened
                / greatest(coalesce(seats, %(seats_unknown)s::float8), %(seats_least)s::float8) / %(per_100_full)s::float8)
            - least(%(cost_waiting_most)s::float8, %(cost_waiting)s::float8 * waiting)
            - least(%(cost_reopened_most)s::float8, %(cost_reopened)s::float8 * reopened) end as v3,
        case when not %(has_desk)s then 0::float8 when ever > 0 then 1::float8
            else %(never_asked_coverage)s::float8 end as cov3,
        case when voice_weight is null then 0::float8
            else least(1::float8, voice_weight / %(voice_pull)s::float8) end as cov4,
        100::float8 * power(0.5::float8, (%(day)s - engaged_on) / %(engagement_half_life)s::float8) as v5
    from cleaned
    offset 0
),
rested as (
    select valued.*,
        case when v1 is null then 0::float8 else %(w1)s::float8 end as p1,
        case when v2 is null then 0::float8 else %(w2)s::float8 end as p2,
        case when v3 is null then 0::float8 else %(w3)s::float8 end as p3,
        case when voice_weight is null then 0::float8 else %(w4)s::float8 end as p4,
        case when v5 is null then 0::float8 else %(w5)s::float8 end as p5
    from valued
),
pulled as (
    select rested.*, nullif(p1 + p2 + p3 + p4 + p5, 0) as all_weight,
        coalesce((p1 * coalesce(v1, 0) + p2 * coalesce(v2, 0) + p3 * coalesce(v3, 0) + p5 * coalesce(v5, 0))
            / nullif(p1 + p2 + p3 + p5, 0), %(voice_neutral)s::float8) as rest
    from rested
),
voiced as (
    select pulled.*,
        (voice_total + %(voice_pull)s::float8 * rest) / (voice_weight + %(voice_pull)s::float8) as v4
    from pulled
    offset 0
),
-- Tenths of points up to and with each part: rounding the running sum makes the parts add up to the score exactly.
summed as (
    select voiced.*,
        round(10::float8 * p1 * coalesce(v1, 0) / all_weight) as t1,
        round(10::float8 * (p1 * coalesce(v1, 0) + p2 * coalesce(v2, 0)) / all_weight) as t2,
        round(10::float8 * (p1 * coalesce(v1, 0) + p2 * coalesce(v2, 0) + p3 * coalesce(v3, 0)) / all_weight) as t3,
        round(10::float8 * (p1 * coalesce(v1, 0) + p2 * coalesce(v2, 0) + p3 * coalesce(v3, 0)
            + p4 * coalesce(v4, 0)) / all_weight) as t4,
        round(10::float8 * (p1 * coalesce(v1, 0) + p2 * coalesce(v2, 0) + p3 * coalesce(v3, 0)
            + p4 * coalesce(v4, 0) + p5 * coalesce(v5, 0)) / all_weight) as t5,
        round(%(w1)s * cov1 + %(w2)s * (v2 is not null)::int + %(w3)s * cov3 + %(w4)s * cov4
            + %(w5)s * (v5 is not null)::int) / 100::float8 as coverage
    from voiced
    offset 0
)
insert into health_healthscore as h (workspace_id, account_id, day, score, band, coverage, parts, computed_at)
select %(workspace)s, account_id, %(day)s, (t5 / 10::float8)::numeric(4, 1),
    case when t5 is null or coverage < %(enough)s::float8 then ''
        when t5 >= %(healthy_from)s::float8 * 10 then 'healthy'
        when t5 >= %(watch_from)s::float8 * 10 then 'watch'
        else 'at_risk' end,
    coverage,
    jsonb_build_array(
        jsonb_build_object('key', 'usage_trend', 'weight', %(w1)s, 'value', round(v1 * 10::float8) / 10::float8,
            'points', case when v1 is not null then coalesce(t1, 0::float8) / 10::float8 end, 'coverage', round(cov1 * 100::float8) / 100::float8,
            'metric', trend_metric, 'last', round(last28), 'before', case when v1 is not null then round(before28) end),
        jsonb_build_object('key', 'licence_use', 'weight', %(w2)s, 'value', round(v2 * 10::float8) / 10::float8,
            'points', case when v2 is not null then coalesce((t2 - t1), 0::float8) / 10::float8 end, 'coverage', (v2 is not null)::int,
            'metric', seats_metric, 'used', round(used), 'seats', seats),
        jsonb_build_object('key', 'support_load', 'weight', %(w3)s, 'value', round(v3 * 10::float8) / 10::float8,
            'points', case when v3 is not null then coalesce((t3 - t2), 0::float8) / 10::float8 end, 'coverage', cov3,
            'ever', ever, 'opened', opened, 'waiting', waiting, 'reopened', reopened, 'seats', seats),
        jsonb_build_object('key', 'survey_voice', 'weight', %(w4)s, 'value', round(v4 * 10::float8) / 10::float8,
            'points', case when v4 is not null then coalesce((t4 - t3), 0::float8) / 10::float8 end, 'coverage', round(cov4 * 100::float8) / 100::float8,
            'n', voice_n, 'mean', round(voice_total / voice_weight), 'rest', round(rest), 'on', voice_on),
        jsonb_build_object('key', 'engagement', 'weight', %(w5)s, 'value', round(v5 * 10::float8) / 10::float8,
            'points', case when v5 is not null then coalesce((t5 - t4), 0::float8) / 10::float8 end, 'coverage', (v5 is not null)::int,
            'days', %(day)s - engaged_on, 'on', engaged_on)
    ),
    %(at)s
from summed
on conflict (workspace_id, account_id, day) do update
set score = excluded.score, band = excluded.band, coverage = excluded.coverage, parts = excluded.parts,
    computed_at = excluded.computed_at
where (h.score, h.band, h.coverage, h.parts)
    is distinct from (excluded.score, excluded.band, excluded.coverage, excluded.parts)
