"""Who left within a horizon after a day: what a snapshot of that day should have foretold.

A lost customer is a move to the stage of churn. If the workspace says so, it is also who has no contract at the end of
the horizon and within GRACE_DAYS after it, having had one on the day; and whose contracts are then worth less than half
a year of what they were. A value that was edited in place shows no difference.
"""

from risk.known import STAGE_THEN

GRACE_DAYS = 30  # a renewal signed so late is still one
YEAR_DAYS = 365
HALF = 0.5

# Of the rows of `known` (id, place, day, until: from when on a move counts, currency): days until each left, and what
# its contracts were worth a year.
_FOUND = f"""
agreed as (
    select known.place,
        sum(yearly) filter (where c.starts_on <= known.day and c.ends_on > known.day) as before,
        sum(yearly) filter (where c.starts_on <= known.ends and c.ends_on > known.ends) as after,
        bool_or(c.starts_on <= known.day and c.ends_on > known.day) as ran,
        bool_or(c.ends_on > known.ends and c.starts_on <= known.ends + {GRACE_DAYS}) as goes_on,
        min(c.ends_on) filter (where c.starts_on <= known.day and c.ends_on > known.day) - known.day as first_end,
        max(c.ends_on) filter (where c.starts_on <= known.ends) - known.day as last_end
    from (select id, place, day, day + %(horizon)s as ends, currency from known) known
    join accounts_contract c on c.workspace_id = %(workspace)s and c.account_id = known.id
    cross join lateral (
        select case when c.currency = known.currency
            then c.value_minor::float8 * {YEAR_DAYS} / (c.ends_on - c.starts_on) end as yearly
    ) worth
    group by known.place, known.day
),
found as (
    select known.place, agreed.before, least(
            (select min((m.at at time zone 'UTC')::date) - known.day from journeys_stagemove m
             where m.workspace_id = %(workspace)s and m.account_id = known.id and m.to_stage = %(churn)s
               and m.at >= known.until and m.at < known.until + %(horizon)s * interval '1 day'),
            case when %(counts_non_renewal)s and ran and not goes_on then last_end end,
            case when %(counts_downgrade)s and goes_on and after < {HALF} * before then first_end end
        ) as left_in
    from known left join agreed using (place)
)
"""  # noqa: S608  our own names

# Of each remembered account that was a customer: its place in the day's arrays, days until it left, yearly revenue.
DEPARTURES = f"""
with remembered as materialized (
    select t.id, t.place - 1 as place, %(day)s::date as day, %(until)s::timestamptz as until, a.currency, a.arr_minor,
        {STAGE_THEN} = any(%(stages)s) as is_live
    from risk_riskday d cross join lateral unnest(d.accounts) with ordinality as t(id, place)
    join accounts_account a on a.workspace_id = %(workspace)s and a.id = t.id
    where d.workspace_id = %(workspace)s and d.day = %(day)s
),
known as materialized (select * from remembered where is_live),
{_FOUND},
paying as (
    select found.place, left_in,
        case when known.currency = %(currency)s then round(coalesce(before, arr_minor, 0)) else 0 end as money
    from found join known using (place)
)
select coalesce(array_to_string(array_agg(place order by place), ','), ''),
    coalesce(array_to_string(array_agg(left_in order by place), ',', 'nan'), ''),
    coalesce(array_to_string(array_agg(money order by place), ','), '')
from paying
"""  # noqa: S608  our own names

# Who of the rows of `asked` (id, at) left within the horizon of that moment.
LEFT_AFTER = f"""
    with known as (
        select asked.id, asked.id as place, (asked.at at time zone 'UTC')::date as day, asked.at as until, a.currency
        from asked join accounts_account a on a.workspace_id = %(workspace)s and a.id = asked.id
    ),
    {_FOUND}
    select place as id from found where left_in is not null
"""  # noqa: S608  our own names
