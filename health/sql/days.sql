-- ------------------------------------------------------------------------------------------------------ metrics' days
-- Day rows are read as they were packed when an account was last scored because something happened to it. Of use: their
-- days, and running sums up to each, so that what a window holds is the difference of two of them, found without a look
-- at the rows between. Of what comes seldom: the rows themselves (`health.models.MetricWindow`). Who is not packed, or
-- not for this day, is packed from the rows: both ways end in the same arrays.
packed as materialized (
    select w.account_id, w.metric_ids, w.trend, w.days, w.sums, w.actives, w.people_days, w.people_sums, w.people_lasts,
        w.seat_days, w.seat_sums, w.talk_days, w.said_days, w.said_ns, w.said_values, w.said_efforts
    from health_metricwindow w
    where %(is_trusted)s and w.workspace_id = %(workspace)s and w.account_id = any(array(select id from asked))
      and w.since <= %(start)s and w.since > %(packed_since)s and w.metric_ids = %(window_ids)s::bigint[]
      and (w.trend is null or w.trend = 2
           or width_bucket(%(day)s::date, w.days) > width_bucket(%(start)s::date, w.days))
),
loose as materialized (
    select id from asked except select account_id from packed
),
<series>,
loose_said as (
    select s.account_id, max(s.day) filter (where s.is_talk and s.day <= %(day)s) as talked_on,
        array_agg(s.day order by s.metric_id, s.day) filter (where s.is_talk and s.day > %(day)s) as talks_ahead,
        array_agg(s.day order by s.metric_id, s.day) filter (where s.is_said) as days,
        array_agg(s.n order by s.metric_id, s.day) filter (where s.is_said) as ns,
        array_agg(s.value order by s.metric_id, s.day) filter (where s.is_said) as values,
        array_agg(s.is_effort order by s.metric_id, s.day) filter (where s.is_said) as efforts
    from (
        select m.account_id, m.metric_id, m.day, m.n, coalesce(m.metric_id = %(ces)s, false) as is_effort,
            m.metric_id = %(touchpoints_two_way)s and m.total > 0 as is_talk,
            m.n > 0 and m.day > case m.metric_id when %(touchpoints_two_way)s then null
                when %(ces)s then %(half_year_from)s else %(year_from)s end as is_said,
            case when m.metric_id = %(ces)s then greatest(1e-9::float8, least(m.total, 1e12::float8))
                else greatest(0::float8, (least(greatest(m.total, 1e-9::float8) / nullif(m.n, 0), 100::float8) - r.bad)
                    / (100::float8 - r.bad)) end as value
        from accounts_metricday m
        cross join lateral (
            select case when m.metric_id = %(csat)s then %(csat_bad)s::float8 else %(nps_bad)s::float8 end as bad
        ) r
        where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from loose))
          and m.metric_id = any(array[%(csat)s, %(nps)s, %(ces)s, %(touchpoints_two_way)s]::bigint[])
          and m.day <= %(packed_to)s
    ) s
    group by s.account_id
),
-- Rows of days to come may make another metric the one that counts: what is packed then is good for this time only.
repacked as materialized (
    select loose.id as account_id,
        case when coalesce(a.days[1], %(day)s) <= %(day)s and coalesce(l.days[1], %(day)s) <= %(day)s
            and coalesce(p.days[1], %(day)s) <= %(day)s then %(window_ids)s::bigint[] else '{}' end as metric_ids,
        case when a.days[1] <= %(day)s then 0 when l.days[1] <= %(day)s then 1 when p.days[1] <= %(day)s then 2 end as trend,
        case when a.days[1] <= %(day)s then a.days when l.days[1] <= %(day)s then l.days else p.days end as days,
        case when a.days[1] <= %(day)s then a.sums when l.days[1] <= %(day)s then l.sums else p.sums end as sums,
        case when a.days[1] <= %(day)s then a.actives when l.days[1] <= %(day)s then l.actives else p.actives end as actives,
        n.days as people_days, n.sums as people_sums, n.lasts as people_lasts, s.days as seat_days, s.sums as seat_sums,
        array_remove(t.talked_on || t.talks_ahead, null) as talk_days, t.days as said_days, t.ns as said_ns,
        t.values as said_values, t.efforts as said_efforts
    from loose
    full join loose_actions a on a.account_id = loose.id
    full join loose_logins l on l.account_id = loose.id
    full join loose_presence p on p.account_id = loose.id
    full join loose_people n on n.account_id = loose.id
    full join loose_seats s on s.account_id = loose.id
    full join loose_said t on t.account_id = loose.id
),
windows as materialized (
    select * from packed union all select * from repacked
),
seated as materialized (
    select c.account_id, sum(c.seats)::float8 as seats
    from accounts_contract c
    where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
      and c.starts_on <= %(day)s and c.ends_on > %(day)s and c.seats > 0
    group by c.account_id
),
-- How many of the packed days are over by the end of the day, and of each week before it: of the trend's only if one of
-- them is in the window, else nothing is known of it.
placed as (
    select w.*, seated.seats, width_bucket(%(day)s::date, w.known) as i0,
        width_bucket(%(day)s::date - 7, w.known) as i1, width_bucket(%(day)s::date - 14, w.known) as i2,
        width_bucket(%(day)s::date - 21, w.known) as i3, width_bucket(%(mid)s::date, w.known) as i4,
        width_bucket(%(day)s::date - 35, w.known) as i5, width_bucket(%(day)s::date - 42, w.known) as i6,
        width_bucket(%(day)s::date - 49, w.known) as i7, width_bucket(%(start)s::date, w.known) as i8,
        width_bucket(%(day)s::date, w.people_days) as p0, width_bucket(%(mid)s::date, w.people_days) as p1,
        width_bucket(%(day)s::date, w.seat_days) as s0, width_bucket(%(seats_from)s::date, w.seat_days) as s1
    from (
        select w.*, case when width_bucket(%(day)s::date, days) > width_bucket(%(start)s::date, days) then days end as known
        from windows w
    ) w
    full join seated on seated.account_id = w.account_id
    offset 0
),
counted as (
    select w.*,
        case when w.i0 > w.i4 then w.sums[w.i0] - coalesce(w.sums[w.i4], 0) end as now_sum,
        case when w.i4 > w.i8 then w.sums[w.i4] - coalesce(w.sums[w.i8], 0) end as before_sum,
        case when w.p0 > w.p1
            then (w.people_sums[w.p0] - coalesce(w.people_sums[w.p1], 0)) / (w.p0 - w.p1) end as users_mean,
        1 + least(w.people_sums[w.p1 + 1] - coalesce(w.people_sums[w.p1], 0),
            w.people_sums[w.p0] - coalesce(w.people_sums[w.p0 - 1], 0)) as users_then,
        case when w.seats is not null and w.s0 > w.s1
            then (w.seat_sums[w.s0] - coalesce(w.seat_sums[w.s1], 0)) / (w.s0 - w.s1) end as seats_mean
    from placed w
    offset 0
),
-- A single day that cannot be right would decide over a sum or a mean: then the median day counts instead of each.
used as (
    select w.account_id, case when w.i0 > 0 then w.trend end as trend_metric, w.i0 - w.i4 as n_last, w.i4 - w.i8 as n_before,
        w.trend_last, w.trend_before,
        w.days[w.i8 + 1] as trend_first, w.actives[w.i0] - coalesce(w.actives[w.i4], 0) as active,
        <weeks> as weeks,
        case when w.trend = 0 then w.trend_last end as acts,
        case when w.users_mean < 0 or w.users_mean > %(times_beyond)s::float8 * w.users_then
            then <median people_sums p1 p0> else w.users_mean end as users,
        case when w.seats_mean is null
            then (select coalesce(max(v) filter (where v <= %(seats_beyond)s::float8 * w.seats), max(v))
                  from unnest(w.people_lasts[w.p1 + 1:w.p0]) v) end as peak,
        w.seats, case when not w.seats_mean between 0 and %(seats_beyond)s::float8 * w.seats
            then <median seat_sums s1 s0> else w.seats_mean end as seats_read,
        case when w.seats_mean is not null then w.seat_sums[w.s0] - coalesce(w.seat_sums[w.s0 - 1], 0) end as seats_last
    from (
        select w.*, case when w.is_odd then (w.i0 - w.i4) * <median sums i4 i0> else w.now_sum end as trend_last,
            case when w.is_odd then (w.i4 - w.i8) * <median sums i8 i4> else w.before_sum end as trend_before
        from (
            select w.*, greatest(w.now_sum, w.before_sum) > %(times_beyond)s::float8
                * greatest(least(w.now_sum, w.before_sum), %(trend_days)s::float8) as is_odd
            from counted w
        ) w
    ) w
),
signals as (
    select w.account_id, w.talk_days[width_bucket(%(day)s::date, w.talk_days)] as engaged_on, s.*
    from windows w
    cross join lateral (
        select sum(s.n) filter (where s.is_rating) as voice_n, sum(s.n * s.w) filter (where s.is_rating) as voice_weight,
            sum(s.n * s.w * 100::float8 * s.value) filter (where s.is_rating) as voice_total,
            max(s.day) filter (where s.is_rating) as voice_on,
            sum(s.n) filter (where not s.is_rating) as effort_n,
            sum(s.value) filter (where not s.is_rating) / sum(s.n) filter (where not s.is_rating) as effort_mean
        from (
            select t.day, t.n, t.value, not t.is_effort as is_rating,
                power(0.5::float8, least(%(day)s - t.day, 36500) / %(voice_half_life)s::float8) as w
            from unnest(w.said_days, w.said_ns, w.said_values, w.said_efforts) as t(day, n, value, is_effort)
            where t.day <= %(day)s and t.day > case when t.is_effort then %(half_year_from)s else %(year_from)s end
            offset 0
        ) s
    ) s
),
