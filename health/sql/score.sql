-- The scores of one chunk of accounts on one day: computed, stored where they differ, and told where the account's
-- columns differ. Formulas: health/parts.py, and the places in `parts` too.
-- Each input is one read of an index, grouped, for the ids asked: the cost is linear in the accounts at any size. The
-- ids come as an array that the planner cannot see into, so the plan is the same for one account and for 25,000.
-- They are joined by `full join`, which no side needs (nothing is read of an account not asked), because a full join
-- cannot be planned as a nested loop: without fresh statistics one was, and read a chunk once for each of its accounts.
-- Constants are ::float8, for numeric arithmetic took twice as long (measured). `offset 0` keeps a step from being
-- written out again in every place that uses it: 0.16 s instead of 0.27 s CPU for 1,500 accounts (measured).
with asked as materialized (
    select a.id, a.health_score, a.health_band, a.health_coverage, a.health_at is null as is_first
    from accounts_account a
    where a.workspace_id = %(workspace)s and a.id = any(%(ids)s::bigint[])
),
by_actions as materialized (
    select m.account_id, count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
        sum(m.total) filter (where m.day > %(mid)s) as last, sum(m.total) filter (where m.day <= %(mid)s) as before,
        min(m.day) as first
    from accounts_metricday m
    where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked))
      and m.metric_id = %(key_actions)s and m.day > %(start)s and m.day <= %(day)s
    group by m.account_id
),
by_logins as materialized (
    select m.account_id, count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
        sum(m.total) filter (where m.day > %(mid)s) as last, sum(m.total) filter (where m.day <= %(mid)s) as before,
        min(m.day) as first
    from accounts_metricday m
    where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked except select account_id from by_actions))
      and m.metric_id = %(logins)s and m.day > %(start)s and m.day <= %(day)s
    group by m.account_id
),
by_people as (
    select m.account_id, count(*) as n, count(*) filter (where m.day > %(mid)s) as n_last,
        sum(m.last) filter (where m.day > %(mid)s) as last, sum(m.last) filter (where m.day <= %(mid)s) as before,
        min(m.day) as first
    from accounts_metricday m
    where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked except select account_id from by_actions
        except select account_id from by_logins))
      and m.metric_id = %(active_users)s and m.day > %(start)s and m.day <= %(day)s
    group by m.account_id
),
trend as (
    select 0 as metric, r.* from by_actions r
    union all select 1, r.* from by_logins r
    union all select 2, r.* from by_people r
),
seated as materialized (
    select c.account_id, sum(c.seats)::float8 as seats
    from accounts_contract c
    where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
      and c.starts_on <= %(day)s and c.ends_on > %(day)s and c.seats > 0
    group by c.account_id
),
in_use as materialized (
    select m.account_id, avg(m.last) as used
    from accounts_metricday m
    where m.workspace_id = %(workspace)s and m.account_id = any(array(select account_id from seated))
      and m.metric_id = %(seats_used)s and m.day > %(seats_from)s and m.day <= %(day)s
    group by m.account_id
),
at_peak as (
    select m.account_id, max(m.last) as used
    from accounts_metricday m
    where m.workspace_id = %(workspace)s
      and m.account_id = any(array(select account_id from seated except select account_id from in_use))
      and m.metric_id = %(active_users)s and m.day > %(peak_from)s and m.day <= %(day)s
    group by m.account_id
),
people as (
    select 3 as metric, r.* from in_use r
    union all select 2, r.* from at_peak r
),
cases as (
    select t.account_id, count(*) as ever,
        count(*) filter (where t.opened_at >= %(tickets_from)s) as opened,
        count(*) filter (where t.opened_at < %(waiting_before)s
                           and (t.closed_at is null or t.closed_at >= %(until)s)) as waiting,
        count(*) filter (where t.reopened_at >= %(tickets_from)s and t.reopened_at < %(until)s) as reopened
    from accounts_ticket t
    where %(has_desk)s and t.workspace_id = %(workspace)s and t.account_id = any(array(select id from asked))
      and t.opened_at < %(until)s
    group by t.account_id
),
voice as (
    select r.account_id, sum(r.n) as n, sum(r.n * r.w) as weight, max(r.day) as last_on,
        sum(r.n * r.w * 100::float8 * greatest(0::float8, (least(r.rating, 100::float8) - r.bad) / (100::float8 - r.bad))) as total
    from (
        select m.account_id, m.day, m.n, greatest(m.total, 1e-9::float8) / m.n as rating,
            power(0.5::float8, (%(day)s - m.day) / %(voice_half_life)s::float8) as w,
            case when m.metric_id = %(csat)s then %(csat_bad)s::float8 else %(nps_bad)s::float8 end as bad
        from accounts_metricday m
        where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked))
          and m.metric_id = any(array[%(csat)s, %(nps)s]::bigint[])
          and m.day > %(voice_from)s and m.day <= %(day)s and m.n > 0
    ) r
    group by r.account_id
),
talk as (
    select m.account_id, max(m.day) as last_on
    from accounts_metricday m
    where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked))
      and m.metric_id = %(touchpoints_two_way)s and m.day <= %(day)s and m.total > 0
    group by m.account_id
),
kept as (
    select h.account_id, h.score, h.band, h.coverage, h.parts
    from health_healthscore h
    where h.workspace_id = %(workspace)s and h.account_id = any(array(select id from asked)) and h.day = %(day)s
),
read as (
    select asked.*,
        trend.metric as trend_metric, trend.n_last, trend.n - trend.n_last as n_before,
        trend.last as trend_last, trend.before as trend_before, trend.first as trend_first,
        seated.seats, people.metric as people_metric, people.used as used_read,
        coalesce(cases.ever, 0) as ever, coalesce(cases.opened, 0) as opened, coalesce(cases.waiting, 0) as waiting,
        coalesce(cases.reopened, 0) as reopened,
        voice.n as voice_n, voice.weight as voice_weight, voice.total as voice_total, voice.last_on as voice_on,
        talk.last_on as engaged_on,
        kept.score as kept_score, kept.band as kept_band, kept.coverage as kept_coverage, kept.parts as kept_parts
    from asked
    full join trend on trend.account_id = asked.id
    full join seated on seated.account_id = asked.id
    full join people on people.account_id = asked.id
    full join cases on cases.account_id = asked.id
    full join voice on voice.account_id = asked.id
    full join talk on talk.account_id = asked.id
    full join kept on kept.account_id = asked.id
),
-- `least` and `greatest` pass over nulls, so each stands behind a test; least(NaN, x) is x. What is next to nothing
-- counts as 1e-9, and what is longer ago than a century as a century: a division that underflows is an error.
cleaned as (
    select read.*,
        case when used_read is not null then greatest(1e-9::float8, least(used_read, 1e12::float8)) end as used,
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
        case when engaged_on is not null then 100::float8 * power(0.5::float8,
            least(%(day)s - engaged_on, 36500) / %(engagement_half_life)s::float8) end as v5
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
),
-- One array of numbers, not JSON: building that took a third of the statement's time, and three times the room.
scored as materialized (
    select id as account_id, health_score, health_band, health_coverage, is_first,
        kept_score, kept_band, kept_coverage, kept_parts, (t5 / 10::float8)::numeric(4, 1) as score,
        case when t5 is null or coverage < %(enough)s::float8 then ''
            when t5 >= %(healthy_from)s::float8 * 10 then 'healthy'
            when t5 >= %(watch_from)s::float8 * 10 then 'watch'
            else 'at_risk' end as band,
        coverage,
        array[
            %(w1)s, round(v1 * 10::float8) / 10::float8,
            case when v1 is not null then coalesce(t1, 0::float8) / 10::float8 end,
            round(cov1 * 100::float8) / 100::float8,
            trend_metric, round(last28), case when v1 is not null then round(before28) end,
            %(w2)s, round(v2 * 10::float8) / 10::float8,
            case when v2 is not null then coalesce(t2 - t1, 0::float8) / 10::float8 end,
            (v2 is not null)::int,
            people_metric, round(used), seats,
            %(w3)s, round(v3 * 10::float8) / 10::float8,
            case when v3 is not null then coalesce(t3 - t2, 0::float8) / 10::float8 end,
            cov3,
            ever, opened, waiting, reopened, seats,
            %(w4)s, round(v4 * 10::float8) / 10::float8,
            case when v4 is not null then coalesce(t4 - t3, 0::float8) / 10::float8 end,
            round(cov4 * 100::float8) / 100::float8,
            voice_n, round(voice_total / voice_weight), round(rest), voice_on - %(epoch)s,
            %(w5)s, round(v5 * 10::float8) / 10::float8,
            case when v5 is not null then coalesce(t5 - t4, 0::float8) / 10::float8 end,
            (v5 is not null)::int,
            %(day)s - engaged_on, engaged_on - %(epoch)s
        ]::float8[] as parts
    from summed
),
stored as (
    insert into health_healthscore as h (workspace_id, account_id, day, score, band, coverage, parts, computed_at)
    select %(workspace)s, account_id, %(day)s, score, band, coverage, parts, %(at)s
    from scored
    where (kept_score, kept_band, kept_coverage, kept_parts) is distinct from (score, band, coverage, parts)
    on conflict (workspace_id, account_id, day) do update
    set score = excluded.score, band = excluded.band, coverage = excluded.coverage, parts = excluded.parts,
        computed_at = excluded.computed_at
)
-- Accounts keep whole points, on the band's side of its bounds: most scores move by some tenths every day, and each
-- account that is written again is written into all of its indexes (5.9 s of CPU for 100,000, measured).
select account_id, whole as score, band, coverage, health_score, health_band, is_first
from (
    select scored.*, case band
        when 'watch' then least(round(score), %(healthy_from)s - 1)
        when 'at_risk' then least(round(score), %(watch_from)s - 1)
        else round(score) end as whole
    from scored
) w
where %(is_current)s and (health_score, health_band, health_coverage) is distinct from (whole, band, coverage)
