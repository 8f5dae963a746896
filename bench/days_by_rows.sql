-- What is read of day rows by who reads the rows, in the place of `health/sql/days.sql`: the statements written by hand.
-- Whoever has key actions has no need of logins, nor whoever has no seats of their use.
by_actions as materialized (
    select m.account_id, count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
        sum(greatest(0::float8, least(m.total, 1e12::float8))) filter (where m.day > %(mid)s) as last,
        sum(greatest(0::float8, least(m.total, 1e12::float8))) filter (where m.day <= %(mid)s) as before,
        min(m.day) as first, count(*) filter (where m.day > %(mid)s and m.total > 0) as active,
        bit_count(bit_or(case when m.total > 0 then 1 << ((%(day)s - m.day) / 7) else 0 end)::bit(8)) as weeks
    from accounts_metricday m
    where m.workspace_id = %(workspace)s
      and m.metric_id = %(key_actions)s and m.day > %(start)s and m.day <= %(day)s
    group by m.account_id
),
by_logins as materialized (
    select m.account_id, count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
        sum(greatest(0::float8, least(m.total, 1e12::float8))) filter (where m.day > %(mid)s) as last,
        sum(greatest(0::float8, least(m.total, 1e12::float8))) filter (where m.day <= %(mid)s) as before,
        min(m.day) as first, count(*) filter (where m.day > %(mid)s and m.total > 0) as active,
        bit_count(bit_or(case when m.total > 0 then 1 << ((%(day)s - m.day) / 7) else 0 end)::bit(8)) as weeks
    from accounts_metricday m
    where m.workspace_id = %(workspace)s
      and not exists (select from by_actions o where o.account_id = m.account_id)
      and m.metric_id = %(logins)s and m.day > %(start)s and m.day <= %(day)s
    group by m.account_id
),
by_presence as materialized (
    select m.account_id, count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
        sum(greatest(0::float8, least(m.last, 1e12::float8))) filter (where m.day > %(mid)s) as last,
        sum(greatest(0::float8, least(m.last, 1e12::float8))) filter (where m.day <= %(mid)s) as before,
        min(m.day) as first, count(*) filter (where m.day > %(mid)s and m.last > 0) as active,
        bit_count(bit_or(case when m.last > 0 then 1 << ((%(day)s - m.day) / 7) else 0 end)::bit(8)) as weeks
    from accounts_metricday m
    where m.workspace_id = %(workspace)s
      and not exists (select from by_actions o where o.account_id = m.account_id)
      and not exists (select from by_logins o where o.account_id = m.account_id)
      and m.metric_id = %(active_users)s and m.day > %(start)s and m.day <= %(day)s
    group by m.account_id
),
by_people as materialized (
    select m.account_id, max(m.last) as peak, avg(greatest(0::float8, least(m.last, 1e12::float8))) as people
    from accounts_metricday m
    where m.workspace_id = %(workspace)s
      and m.metric_id = %(active_users)s and m.day > %(mid)s and m.day <= %(day)s
    group by m.account_id
),
trend as (
    select 0 as metric, r.* from by_actions r
    union all select 1, r.* from by_logins r
    union all select 2, r.* from by_presence r
),
seated as materialized (
    select c.account_id, sum(c.seats)::float8 as seats
    from accounts_contract c
    where c.workspace_id = %(workspace)s
      and c.starts_on <= %(day)s and c.ends_on > %(day)s and c.seats > 0
    group by c.account_id
),
in_use as materialized (
    select m.account_id, avg(greatest(0::float8, least(m.last, 1e12::float8))) as used,
        (array_agg(m.last order by m.day desc))[1] as last
    from accounts_metricday m
    where m.workspace_id = %(workspace)s and exists (select from seated o where o.account_id = m.account_id)
      and m.metric_id = %(seats_used)s and m.day > %(seats_from)s and m.day <= %(day)s
    group by m.account_id
),
used as (
    select asked.id as account_id, trend.metric as trend_metric, trend.n_last, trend.n - trend.n_last as n_before,
        trend.last as trend_last, trend.before as trend_before, trend.first as trend_first, trend.active, trend.weeks,
        by_actions.last as acts, by_people.people as users, by_people.peak, seated.seats,
        case when not in_use.used between 0 and %(seats_beyond)s::float8 * seated.seats then (
            select percentile_cont(0.5) within group (order by m.last)
            from accounts_metricday m
            where m.workspace_id = %(workspace)s and m.account_id = asked.id
              and m.metric_id = %(seats_used)s and m.day > %(seats_from)s and m.day <= %(day)s
        ) else in_use.used end as seats_read,
        in_use.last as seats_last
    from asked
    left join trend on trend.account_id = asked.id
    left join by_actions on by_actions.account_id = asked.id
    left join by_people on by_people.account_id = asked.id
    left join seated on seated.account_id = asked.id
    left join in_use on in_use.account_id = asked.id
),
-- What comes seldom, in one read: these metrics of an account lie near each other.
signals as (
    select s.account_id, max(s.day) filter (where s.metric_id = %(touchpoints_two_way)s and s.total > 0) as engaged_on,
        sum(s.n) filter (where s.is_rating) as voice_n, sum(s.n * s.w) filter (where s.is_rating) as voice_weight,
        sum(s.n * s.w * 100::float8 * greatest(0::float8, (least(s.rating, 100::float8) - s.bad) / (100::float8 - s.bad)))
            filter (where s.is_rating) as voice_total,
        max(s.day) filter (where s.is_rating) as voice_on,
        sum(s.n) filter (where s.is_effort) as effort_n,
        sum(greatest(1e-9::float8, least(s.total, 1e12::float8))) filter (where s.is_effort)
            / sum(s.n) filter (where s.is_effort) as effort_mean
    from (
        select m.account_id, m.metric_id, m.day, m.n, m.total,
            m.metric_id = any(array[%(csat)s, %(nps)s]::bigint[]) and m.n > 0 and m.day > %(year_from)s as is_rating,
            m.metric_id = %(ces)s and m.n > 0 and m.day > %(half_year_from)s as is_effort,
            greatest(m.total, 1e-9::float8) / nullif(m.n, 0) as rating,
            power(0.5::float8, least(%(day)s - m.day, 36500) / %(voice_half_life)s::float8) as w,
            case when m.metric_id = %(csat)s then %(csat_bad)s::float8 else %(nps_bad)s::float8 end as bad
        from accounts_metricday m
        where m.workspace_id = %(workspace)s
          and m.metric_id = any(array[%(csat)s, %(nps)s, %(ces)s, %(touchpoints_two_way)s]::bigint[])
          and m.day <= %(day)s
    ) s
    group by s.account_id
),
