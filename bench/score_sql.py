"""The hand-written statements that the rescore is measured against: all accounts at once, as the owner, no policies.

Written for the made data as one would who knows it: every account has its contracts and tickets, usage comes as key
actions, seats as seats used, answers as CSAT. Each metric is one ordered read of its own part of the key's index and
one grouping; all is joined by hashes. That was the fastest of three forms (measured, CPU): 3.8 s, against 5.0 s with
two metrics in one read and 5.5 s with all in one.
"""

SCORES = """
with trend as (
    select account_id,
        count(*) filter (where day > %(mid)s) as n_last, count(*) filter (where day <= %(mid)s) as n_before,
        sum(total) filter (where day > %(mid)s) as last28, sum(total) filter (where day <= %(mid)s) as before28,
        min(day) as first_on
    from accounts_metricday
    where workspace_id = %(workspace)s and metric_id = %(key_actions)s and day > %(mid)s - 28 and day <= %(day)s
    group by account_id
),
use as (
    select account_id, avg(last) as used
    from accounts_metricday
    where workspace_id = %(workspace)s and metric_id = %(seats_used)s and day > %(day)s - 14 and day <= %(day)s
    group by account_id
),
voice as (
    select account_id, sum(n) as n, max(day) as last_on, sum(n * w) as weight,
        sum(n * w * 100 * greatest(0, (total / n - 25) / 75)) as total
    from (
        select account_id, day, n, total, power(0.5::float8, (%(day)s - day) / 60::float8) as w
        from accounts_metricday
        where workspace_id = %(workspace)s and metric_id = %(csat)s and day > %(day)s - 365 and day <= %(day)s
    ) r
    group by account_id
),
talk as (
    select account_id, max(day) as last_on
    from accounts_metricday
    where workspace_id = %(workspace)s and metric_id = %(touchpoints_two_way)s and day <= %(day)s and total > 0
    group by account_id
),
seats as (
    select account_id, sum(seats)::float8 as seats
    from accounts_contract
    where workspace_id = %(workspace)s and starts_on <= %(day)s and ends_on > %(day)s and seats > 0
    group by account_id
),
cases as (
    select account_id, count(*) as ever, count(*) filter (where opened_at >= %(day)s - 29) as opened,
        count(*) filter (where opened_at < %(day)s - 7 and (closed_at is null or closed_at >= %(day)s + 1)) as waiting,
        count(*) filter (where reopened_at >= %(day)s - 29 and reopened_at < %(day)s + 1) as reopened
    from accounts_ticket
    where workspace_id = %(workspace)s and opened_at < %(day)s + 1
    group by account_id
),
read as (
    select a.id, coalesce(last28, 0) as last28, n_last, n_before, seats, used,
        before28 * case when first_on > %(mid)s - 21
            then 28::float8 / greatest(1, %(mid)s - first_on + 1) else 1 end as before28,
        coalesce(ever, 0) as ever, coalesce(opened, 0) as opened, coalesce(waiting, 0) as waiting,
        coalesce(reopened, 0) as reopened,
        voice.n, voice.weight, voice.total, voice.last_on as voice_on, talk.last_on as talk_on
    from accounts_account a
    left join trend on trend.account_id = a.id
    left join use on use.account_id = a.id
    left join voice on voice.account_id = a.id
    left join talk on talk.account_id = a.id
    left join seats on seats.account_id = a.id
    left join cases on cases.account_id = a.id
    where a.workspace_id = %(workspace)s
),
valued as (
    select read.*,
        case when n_before > 0
            then 100 * greatest(0, least(1, (ln((last28 + 1) / (before28 + 1)) + 0.7::float8) / 0.9::float8)) end as v1,
        case when seats is not null and used is not null then 100 * least(1, used / seats) end as v2,
        100::float8
            - 40 * least(1::float8, 100::float8 * opened / greatest(coalesce(seats, 50::float8), 25::float8) / 20)
            - least(40, 10 * waiting) - least(20, 10 * reopened) as v3,
        100 * power(0.5::float8, (%(day)s - talk_on) / 45::float8) as v5
    from read
    offset 0
),
rested as (
    select valued.*,
        (30 * (v1 is not null)::int + 15 * (v2 is not null)::int + 15 + 15 * (v5 is not null)::int)::float8 as others,
        30 * coalesce(v1, 0) + 15 * coalesce(v2, 0) + 15 * v3 + 15 * coalesce(v5, 0) as points
    from valued
    offset 0
)
"""

# Nothing but the numbers: no parts, nothing stored.
COMPUTE_ONLY = (
    SCORES
    + """
select count(*), sum(round(10 * (case when weight is null then points / others
    else (points + 25 * (total + 2 * points / others) / (weight + 2)) / (others + 25) end)) / 10)
from rested
"""
)

# The same columns into plain tables of the same shape: score, band, coverage and every number behind the parts for the
# day; and, as the product does, whole points, band and coverage on each account where they are different.
WRITING_THE_SAME = (
    SCORES
    + """
, voiced as (
    select rested.*, others + case when weight is null then 0 else 25 end as every,
        (total + 2 * points / others) / (weight + 2) as v4
    from rested
    offset 0
),
summed as (
    select voiced.*,
        round(10 * 30 * coalesce(v1, 0) / every) as t1,
        round(10 * (30 * coalesce(v1, 0) + 15 * coalesce(v2, 0)) / every) as t2,
        round(10 * (30 * coalesce(v1, 0) + 15 * coalesce(v2, 0) + 15 * v3) / every) as t3,
        round(10 * (30 * coalesce(v1, 0) + 15 * coalesce(v2, 0) + 15 * v3 + 25 * coalesce(v4, 0)) / every) as t4,
        round(10 * (points + 25 * coalesce(v4, 0)) / every) as t5,
        case when n_before > 0
            then (least(coalesce(n_last, 0), 14) + least(n_before, 14)) / 28::float8 else 0 end as c1,
        case when ever > 0 then 1 else 0.5::float8 end as c3,
        coalesce(least(1::float8, weight / 2), 0) as c4
    from voiced
    offset 0
),
covered as (
    select summed.*, round(30 * c1 + 15 * (v2 is not null)::int + 15 * c3 + 25 * c4 + 15 * (v5 is not null)::int)
        / 100::float8 as coverage
    from summed
    offset 0
)
, stored as (
insert into bench_score (workspace_id, account_id, day, score, band, coverage, parts, computed_at)
select %(workspace)s, id, %(day)s, (t5 / 10)::numeric(4, 1),
    case when coverage < 0.25 then '' when t5 >= 700 then 'healthy' when t5 >= 500 then 'watch' else 'at_risk' end,
    coverage,
    array[
        30, round(v1 * 10) / 10, case when v1 is not null then t1 / 10 end, round(c1 * 100) / 100,
        case when n_last + n_before > 0 then 0 end, round(last28), case when v1 is not null then round(before28) end,
        15, round(v2 * 10) / 10, case when v2 is not null then (t2 - t1) / 10 end, (v2 is not null)::int,
        case when seats is not null and used is not null then 3 end, case when seats is not null then round(used) end,
        seats,
        15, round(v3 * 10) / 10, (t3 - t2) / 10, c3, ever, opened, waiting, reopened, seats,
        25, round(v4 * 10) / 10, case when v4 is not null then (t4 - t3) / 10 end, round(c4 * 100) / 100,
        n, round(total / weight), round(points / others), voice_on - date '2000-01-01',
        15, round(v5 * 10) / 10, case when v5 is not null then (t5 - t4) / 10 end, (v5 is not null)::int,
        %(day)s - talk_on, talk_on - date '2000-01-01'
    ]::float8[],
    %(at)s
from covered
returning account_id, score, band, coverage
),
whole as (
    select account_id, band, coverage, case band
        when 'watch' then least(round(score), 69) when 'at_risk' then least(round(score), 49) else round(score)
        end as score
    from stored
)
update bench_account a
set health_score = whole.score, health_band = whole.band, health_coverage = whole.coverage, health_at = %(at)s
from whole
where a.id = whole.account_id
  and (a.health_score, a.health_band, a.health_coverage) is distinct from (whole.score, whole.band, whole.coverage)
"""
)

TABLES = """
drop table if exists bench_score, bench_account;
create table bench_account (like accounts_account including all);
create table bench_score (
    workspace_id bigint not null, account_id bigint not null, day date not null, score numeric(4, 1),
    band varchar(7) not null, coverage double precision not null, parts double precision[] not null,
    computed_at timestamptz not null, primary key (workspace_id, account_id, day)
)
"""

# The accounts as they are before the first day; which columns may be written, the catalogue knows.
COPY_ACCOUNTS = """
do $$ declare names text; begin
    select string_agg(quote_ident(attname), ', ') into names from pg_attribute
    where attrelid = 'accounts_account'::regclass and attnum > 0 and not attisdropped and attgenerated = '';
    execute format('insert into bench_account (%%1$s) overriding system value select %%1$s from accounts_account '
        'where workspace_id = %%2$s', names, %(workspace)s);
end $$
"""

# Rows that either side lacks, or that differ in anything but the moment of computing.
DIFFERENT = """
select count(*) from bench_score b
full join (
    select * from health_healthscore where workspace_id = %(workspace)s and day = %(day)s
) h using (workspace_id, account_id, day)
where (b.score, b.band, b.coverage, b.parts) is distinct from (h.score, h.band, h.coverage, h.parts)
"""
ACCOUNTS_DIFFERENT = """
select count(*) from accounts_account a join bench_account b using (id)
where (a.health_score, a.health_band, a.health_coverage)
    is distinct from (b.health_score, b.health_band, b.health_coverage)
"""
