-- ------------------------------------------------------------------------------------------- plan, goals and steps
plan as materialized (
    select distinct on (p.account_id) p.account_id, p.metrics, p.renewal_intent, p.renewal_intent_on,
        (min(p.recorded_at) over (partition by p.account_id) at time zone 'UTC')::date as since,
        (p.why_bought <> '')::int + (p.use_case <> '')::int + (p.replaces <> '')::int + (p.success_criteria <> '')::int
            + (p.expected_on is not null)::int + (p.sponsor_role <> '')::int as filled,
        greatest(0, %(day)s - coalesce(p.confirmed_on, (p.recorded_at at time zone 'UTC')::date)) as age
    from plans_planversion p
    where p.workspace_id = %(workspace)s and p.account_id = any(array(select id from asked)) and p.recorded_at < %(until)s
    order by p.account_id, p.id desc
),
planned_use as (
    select plan.account_id, cardinality(plan.metrics) as features, count(distinct m.metric_id) as used,
        count(distinct m.day) as days
    from plan
    left join accounts_metricday m on m.workspace_id = %(workspace)s and m.account_id = plan.account_id
        and m.metric_id = any(plan.metrics) and m.day > %(mid)s and m.day <= %(day)s and m.total > 0
    where cardinality(plan.metrics) > 0
    group by plan.account_id, plan.metrics
),
aims as (
    select g.account_id, g.weight, g.site, (g.reached_on is not null and g.reached_on <= %(day)s) as is_reached,
        (g.confirmed_on is not null and g.confirmed_on <= %(day)s) as is_confirmed,
        (%(day)s - g.starts_on)::float8 / (g.due_on - g.starts_on) as time,
        g.baseline, g.target, coalesce(
            (select case k.kind when 'counter' then m.total when 'rating' then m.total / nullif(m.n, 0) else m.last end
             from accounts_metricday m join accounts_metric k on k.id = m.metric_id
             where m.workspace_id = %(workspace)s and m.account_id = g.account_id and m.metric_id = g.metric_id
               and m.day <= %(day)s
             order by m.day desc limit 1),
            (select r.value from plans_goalreading r where r.workspace_id = %(workspace)s and r.goal_id = g.id
                and r.day <= %(day)s and r.recorded_at < %(until)s order by r.day desc limit 1)
        ) as told
    from plans_goal g
    where g.workspace_id = %(workspace)s and g.account_id = any(array(select id from asked))
      and g.recorded_at < %(until)s and g.starts_on <= %(day)s and (g.ended_on is null or g.ended_on > %(day)s)
),
judged as (
    select gone.*, case when is_reached then 1::float8
        when time < %(goal_begun)s or way is null then null
        when way <= 0 then 0::float8
        when way > %(goal_beyond)s::float8 * abs(target - baseline) then null
        else least(1::float8, greatest(way, 1e-9::float8) / greatest(abs(target - baseline), 1e-9::float8)
            / least(1::float8, time)) end as progress
    from (
        select aims.*, case when told is not null
            then (greatest(-1e12::float8, least(told, 1e12::float8)) - baseline) * sign(target - baseline) end as way
        from aims
    ) gone
),
aimed as (
    select account_id, sum(weight * progress) / sum(weight) filter (where progress is not null) as progress,
        count(progress) as goals, count(*) filter (where progress < 0.9::float8) as behind,
        count(*) filter (where is_reached) as reached, count(*) filter (where is_reached and is_confirmed) as confirmed,
        count(distinct nullif(site, '')) as sites,
        count(distinct nullif(site, '')) filter (where is_reached) as sites_reached
    from judged
    group by account_id
),
steps as (
    select s.account_id,
        count(*) filter (where s.due_on <= %(day)s) as due,
        count(*) filter (where s.due_on <= %(day)s and is_done and s.done_on > s.due_on) as late,
        count(*) filter (where s.due_on < %(day)s and not is_done) as overdue,
        sum(case when is_done then exp(-greatest(0, s.done_on - s.due_on) / %(late_scale)s::float8)
            else exp(-(%(day)s - s.due_on) / %(late_scale)s::float8) end) filter (where s.due_on <= %(day)s) as kept,
        count(*) filter (where s.due_on > %(day)s and not is_done) as ahead,
        count(*) filter (where s.due_on > %(day)s and not is_done and s.material <> '') as prepared,
        count(*) filter (where s.due_on > %(recent_from)s and s.due_on < %(day)s
                           and (not is_done or s.done_on > s.due_on)) as slipped
    from (
        select m.*, (m.done_on is not null and m.done_on <= %(day)s and m.done_recorded_at < %(until)s) as is_done
        from plans_milestone m
        where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked))
          and m.due_on > %(year_from)s and m.due_on <= %(ahead_to)s and m.recorded_at < %(until)s
    ) s
    group by s.account_id
),
-- ------------------------------------------------------------------------------------------ people and conversations
people as materialized (
    select c.id, c.account_id, c.role, (c.left_at is null or c.left_at >= %(until)s) as is_here,
        c.role = 'champion' and c.left_at >= %(recent_at)s and c.left_at < %(until)s as has_just_left
    from accounts_contact c
    where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
),
-- `next_at`: when they next spoke with us, `sent_at`: when we next sent something. Newest first, as the index has them:
-- nothing is sorted, each is looked at once.
touches as materialized (
    select t.*, min(t.at) filter (where t.is_two_way) over later as next_at,
        min(t.at) filter (where t.is_one_way) over later as sent_at
    from (
        select t.account_id, t.contact_id, t.at, t.direction = 'two_way' and t.outcome <> 'missed' as is_two_way,
            t.direction = 'one_way' and t.outcome <> 'missed' as is_one_way, t.outcome, t.is_proactive, t.felt,
            (t.at at time zone 'UTC')::date as day
        from journeys_touchpoint t
        where t.workspace_id = %(workspace)s and t.account_id = any(array(select id from asked))
          and t.at >= %(half_year_at)s and t.at < %(until)s and t.channel <> 'note'
    ) t
    window later as (
        partition by t.account_id order by t.at desc range between unbounded preceding and '1 microsecond' preceding
    )
),
talked as (
    select t.account_id,
        count(*) filter (where t.is_one_way and t.day > %(recent_from)s and t.sent_at < t.next_at is not true) as sent,
        count(*) filter (where t.is_one_way and t.day > %(recent_from)s and t.sent_at < t.next_at is not true
                           and t.next_at <= t.at + %(answer_days)s * interval '1 day') as answered,
        count(*) filter (where t.outcome <> '') as planned, count(*) filter (where t.outcome = 'held') as held,
        count(t.felt) as felt, avg(t.felt) as tone,
        count(*) filter (where t.is_two_way and t.is_proactive and t.day > %(recent_from)s) as ours,
        count(*) filter (where t.is_two_way and not t.is_proactive and t.day > %(recent_from)s) as theirs
    from touches t
    group by t.account_id
),
near as ( -- `coalesce`, for a plainer condition would make the full joins here and in `spoken_of` inner ones
    select p.account_id, count(*) filter (where p.is_here) as here,
        bool_or(p.role = 'decision_maker' and p.is_here) as has_decider,
        coalesce(bool_or(p.has_just_left), false) as has_lost,
        count(*) filter (where t.last_on > %(recent_from)s) as people,
        bit_count(bit_or(case p.role when 'decision_maker' then 1 when 'champion' then 2 else 4 end)
            filter (where t.last_on > %(recent_from)s)::bit(3)) as roles,
        bool_or(p.role = 'champion' and t.last_on > %(sponsor_from)s) as champion,
        bool_or(p.role = 'decision_maker' and t.last_on > %(sponsor_from)s) as decider,
        max(t.last_on) filter (where p.role = 'decision_maker') as decider_on
    from people p
    full join (
        select account_id, contact_id, max(day) as last_on from touches where is_two_way group by account_id, contact_id
    ) t on t.account_id = p.account_id and t.contact_id = p.id
    where coalesce(p.id, 0) > 0
    group by p.account_id
),
spoken_for as (
    select v.account_id, max((v.at at time zone 'UTC')::date) as on_day
    from journeys_stagemove v
    where v.workspace_id = %(workspace)s and v.account_id = any(array(select id from asked))
      and v.to_stage = 'advocacy' and v.at < %(until)s and v.at >= %(year_at)s
    group by v.account_id
),
-- ------------------------------------------------------------------------------------------------- tickets and voice
cases as (
    select t.account_id, count(*) as ever,
        count(*) filter (where t.opened_at >= %(tickets_from)s) as opened,
        count(*) filter (where t.opened_at < %(waiting_before)s and t.topic <> 'question' and t.priority <> 'low'
                           and (t.closed_at is null or t.closed_at >= %(until)s)) as waiting,
        count(*) filter (where t.reopened_at >= %(tickets_from)s and t.reopened_at < %(until)s) as reopened,
        count(*) filter (where t.reopened_at >= %(recent_at)s and t.reopened_at < %(until)s) as bumps
    from accounts_ticket t
    where %(has_desk)s and t.workspace_id = %(workspace)s and t.account_id = any(array(select id from asked))
      and t.opened_at < %(until)s
    group by t.account_id
),
needs as materialized (
    select t.account_id, t.opened_at as at
    from accounts_ticket t
    where t.workspace_id = %(workspace)s and t.account_id = any(array(select id from asked))
      and t.topic = 'question' and t.opened_at >= %(recent_at)s and t.opened_at < %(until)s
    union all
    select m.account_id, m.due_on + interval '1 day'
    from plans_milestone m
    where m.workspace_id = %(workspace)s and m.account_id = any(array(select id from asked))
      and m.due_on > %(recent_from)s and m.due_on < %(day)s and m.recorded_at < %(until)s
      and (m.done_on is null or m.done_on > m.due_on or m.done_recorded_at >= %(until)s)
    union all
    select plan.account_id, u.day + interval '0 days'
    from plan
    cross join unnest(plan.metrics) f(metric_id)
    cross join lateral (
        select m.day from accounts_metricday m
        where m.workspace_id = %(workspace)s and m.account_id = plan.account_id and m.metric_id = f.metric_id
          and m.total > 0
        order by m.day limit 1
    ) u
    where u.day > greatest(plan.since, %(recent_from)s) and u.day <= %(day)s
    union all -- only of those who are near it now: most are not, and of these no day is read
    select used.account_id, full_house.day + interval '0 days'
    from used
    cross join lateral (
        select m.day
        from (
            select m.day, m.last >= used.seats as is_full, lag(m.last >= used.seats) over (order by m.day) as was_full
            from accounts_metricday m
            where m.workspace_id = %(workspace)s and m.account_id = used.account_id and m.metric_id = %(seats_used)s
              and m.day >= %(recent_from)s and m.day <= %(day)s
        ) m
        where m.is_full and not m.was_full
        order by m.day limit 1
    ) full_house
    where used.seats_last between %(seats_near)s::float8 * used.seats and %(seats_beyond)s::float8 * used.seats
),
spoken_of as (
    select n.account_id, n.at, n.nth, bool_or(t.at < n.at and t.at >= n.at - %(before_days)s * interval '1 day') as is_met
    from (select account_id, at, row_number() over () as nth from needs) n
    full join (
        select account_id, at from touches where is_two_way and is_proactive and exists (select from needs)
    ) t on t.account_id = n.account_id
    where coalesce(n.nth, 0) > 0
    group by n.account_id, n.at, n.nth
),
foreseen as (
    select n.account_id, count(*) as events, count(*) filter (where n.is_met or exists (
        select from learning_completion c where c.workspace_id = %(workspace)s and c.account_id = n.account_id
          and c.recorded_at < %(until)s
          and c.completed_at < n.at and c.completed_at >= n.at - %(before_days)s * interval '1 day')) as met
    from spoken_of n
    group by n.account_id
),
-- ---------------------------------------------------------------------------------------------------------- learning
lessons as materialized (
    select c.account_id, c.contact_id, c.started_at, c.completed_at, i.metric_id,
        c.completed_at < %(until)s as is_done, c.started_at >= %(year_at)s as is_new,
        cardinality(i.roles) = 0 or p.role = any(i.roles) as is_meant, p.is_here
    from learning_completion c
    join learning_contentitem i on i.workspace_id = %(workspace)s and i.id = c.item_id
    join people p on p.id = c.contact_id
    where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
      and c.started_at < %(until)s and c.recorded_at < %(until)s
      and (c.started_at >= %(year_at)s or c.completed_at >= %(year_at)s)
),
taught as (
    select l.account_id, count(*) filter (where l.is_new) as started,
        count(*) filter (where l.is_new and l.is_done) as completed,
        count(distinct l.contact_id) filter (where l.is_done and l.is_meant and l.is_here
                                               and l.completed_at >= %(half_year_at)s) as people,
        count(*) filter (where l.is_done and l.metric_id is not null) as about,
        count(*) filter (where l.is_done and exists (
            select from accounts_metricday m where m.workspace_id = %(workspace)s and m.account_id = l.account_id
              and m.metric_id = l.metric_id and m.total > 0 and m.day <= %(day)s
              and m.day between (l.completed_at at time zone 'UTC')::date
                and (l.completed_at at time zone 'UTC')::date + %(answer_days)s)) as used
    from lessons l
    group by l.account_id
),
-- What stands on the day, if it was written in its month.
kept as (
    select asked.id as account_id, h.score, h.band, h.coverage, h.parts, h.profile_id
    from asked
    cross join lateral (
        select h.score, h.band, h.coverage, h.parts, h.profile_id
        from health_healthscore h
        where h.workspace_id = %(workspace)s and h.account_id = asked.id and h.day >= %(month)s and h.day <= %(day)s
        order by h.day desc limit 1
    ) h
),
read as (
    select asked.*,
        used.trend_metric, used.n_last, used.n_before, used.trend_last, used.trend_before, used.trend_first,
        used.active, used.weeks, used.acts, used.users, used.peak, used.seats, used.seats_read,
        plan.account_id is not null as has_plan, plan.filled, plan.age as plan_age, plan.renewal_intent,
        %(day)s - least(plan.renewal_intent_on, %(day)s) as intent_age,
        planned_use.features, planned_use.used as features_used, planned_use.days as aligned_days,
        aimed.progress, aimed.goals, aimed.behind, aimed.reached, aimed.confirmed, aimed.sites, aimed.sites_reached,
        steps.due, steps.late, steps.overdue, steps.kept, steps.ahead, steps.prepared, steps.slipped,
        talked.sent, talked.answered, talked.planned, talked.held, talked.felt, talked.tone, talked.ours, talked.theirs,
        near.people as people_met, near.roles as roles_met, near.champion as champion_met, near.decider as decider_met,
        near.decider_on, near.here, near.has_decider, near.has_lost,
        signals.engaged_on, spoken_for.on_day as advocate_on,
        coalesce(cases.ever, 0) as ever, coalesce(cases.opened, 0) as opened, coalesce(cases.waiting, 0) as waiting,
        coalesce(cases.reopened, 0) as reopened, coalesce(cases.bumps, 0) as bumps,
        foreseen.events, foreseen.met,
        signals.voice_n, signals.voice_weight, signals.voice_total, signals.voice_on,
        signals.effort_n, signals.effort_mean,
        taught.started, taught.completed, taught.people as people_taught, taught.about, taught.used as lessons_used,
        kept.score as kept_score, kept.band as kept_band, kept.coverage as kept_coverage, kept.parts as kept_parts,
        kept.profile_id as kept_profile,
        kept.account_id is not null as is_kept
    from asked
    full join used on used.account_id = asked.id
    full join plan on plan.account_id = asked.id
    full join planned_use on planned_use.account_id = asked.id
    full join aimed on aimed.account_id = asked.id
    full join steps on steps.account_id = asked.id
    full join talked on talked.account_id = asked.id
    full join near on near.account_id = asked.id
    full join spoken_for on spoken_for.account_id = asked.id
    full join cases on cases.account_id = asked.id
    full join foreseen on foreseen.account_id = asked.id
    full join signals on signals.account_id = asked.id
    full join taught on taught.account_id = asked.id
    full join kept on kept.account_id = asked.id
),
-- `least` and `greatest` pass over nulls, so each stands behind a test; least(NaN, x) is x. What is next to nothing
-- counts as 1e-9, and what is longer ago than a century as a century: a division that underflows is an error.
cleaned as (
    select read.*,
        case when coalesce(seats_read, peak) < 0 then coalesce(seats_read, peak)
            when coalesce(seats_read, peak) is not null
            then greatest(1e-9::float8, least(coalesce(seats_read, peak), 1e12::float8)) end as seats_taken,
        greatest(0::float8, least(coalesce(trend_last, 0), 1e12::float8)) as last28,
        greatest(0::float8, least(trend_before, 1e12::float8)) * case
            when trend_first > %(mid)s - (%(trend_days)s - %(trend_late_days)s)
            then %(trend_days)s::float8 / greatest(1, %(mid)s - trend_first + 1) else 1::float8 end as before28,
        case when users > 0 and acts is not null
            then greatest(1e-6::float8, least(acts, 1e12::float8))
                / greatest(1e-6::float8, least(users * %(trend_days)s, 1e12::float8)) end as acts_each,
        case when trend_first is not null then least(8, (%(day)s - trend_first) / 7 + 1) end as weeks_known,
        least(%(cost_most)s::float8, %(cost_waiting)s::float8 * waiting + %(cost_reopened)s::float8 * reopened
            + %(cost_opened)s::float8 * least(1::float8, 100::float8 * opened
                / greatest(coalesce(seats, %(seats_unknown)s::float8), %(seats_least)s::float8)
                / %(per_100_full)s::float8)) as blocked
    from read
    offset 0
)
