"""Who left within a horizon after a day: what a snapshot of that day should have foretold.

A lost customer is a move to the stage of churn. If the workspace says so, it is also who has no contract at the end of
the horizon and within GRACE_DAYS after it, having had one on the day; and whose contracts are then worth less than half
a year of what they were. A value that was edited in place shows no difference.
"""

from risk.known import STAGE_THEN

GRACE_DAYS = 30  # a renewal signed so late is still one
YEAR_DAYS = 365
HALF = 0.5

# Of each remembered account that was a customer: its place in the day's arrays, days until it left, yearly revenue.
DEPARTURES = f"""
with known as materialized (
    select t.id, t.place - 1 as place, a.currency, a.arr_minor, {STAGE_THEN} = any(%(stages)s) as is_live
    from risk_riskday d cross join lateral unnest(d.accounts) with ordinality as t(id, place)
    join accounts_account a on a.workspace_id = %(workspace)s and a.id = t.id
    where d.workspace_id = %(workspace)s and d.day = %(day)s
),
agreed as (
    select known.place,
        sum(yearly) filter (where c.starts_on <= %(day)s and c.ends_on > %(day)s) as before,
        sum(yearly) filter (where c.starts_on <= %(end)s and c.ends_on > %(end)s) as after,
        bool_or(c.starts_on <= %(day)s and c.ends_on > %(day)s) as ran,
        bool_or(c.ends_on > %(end)s and c.starts_on <= %(end)s + {GRACE_DAYS}) as goes_on,
        min(c.ends_on) filter (where c.starts_on <= %(day)s and c.ends_on > %(day)s) - %(day)s as first_end,
        max(c.ends_on) filter (where c.starts_on <= %(end)s) - %(day)s as last_end
    from known
    join accounts_contract c on c.workspace_id = %(workspace)s and c.account_id = known.id
    cross join lateral (
        select case when c.currency = known.currency
            then c.value_minor::float8 * {YEAR_DAYS} / (c.ends_on - c.starts_on) end as yearly
    ) worth
    group by known.place
),
found as (
    select known.place, least(
            (select min((m.at at time zone 'UTC')::date) - %(day)s from journeys_stagemove m
             where m.workspace_id = %(workspace)s and m.account_id = known.id and m.to_stage = %(churn)s
               and m.at >= %(until)s and m.at < %(until)s + %(horizon)s * interval '1 day'),
            case when %(counts_non_renewal)s and ran and not goes_on then last_end end,
            case when %(counts_downgrade)s and goes_on and after < {HALF} * before then first_end end
        ) as left_in,
        case when known.currency = %(currency)s then round(coalesce(before, arr_minor, 0)) else 0 end as money
    from known left join agreed using (place)
    where known.is_live
)
select coalesce(array_to_string(array_agg(place order by place), ','), ''),
    coalesce(array_to_string(array_agg(left_in order by place), ',', 'nan'), ''),
    coalesce(array_to_string(array_agg(money order by place), ','), '')
from found
"""  # noqa: S608  our own names
