"""Statements over what was known of customers on a day, now or then.

What counts as known at the end of a day:

* a score, when it had been computed by then. A row of an earlier day that was computed later (a night made up for, a
  history brought in) says what was learned since, and is passed over for the newest that was there. New weights leave
  `computed_at` and the parts' values alone, so they neither hide nor change what was known. Loading a history that is
  declared as known on its days, as the demo does, says so by `computed_at`.
* a contract, when it had been recorded by then. Terms are not kept by version: where a contract's days were edited
  after the day, nobody can tell what had been agreed before, and what rests on contracts is unknown for the account;
  where only its renewing by itself was, the kind of contract is.
* a stage, by the moves: they are recorded when they are made.

`remember` writes it down as soon as the day is over, so that nothing later can change it: not an edited contract, not
a merged account. Days before the first night are made up once, by the same rules.
"""

from health.parts import ENOUGH_COVERAGE, PARTS, VALUE_PLACES
from risk.columns import (
    AGE,
    CONTRACT,
    ENDED,
    ENDED_DAYS,
    ENDS,
    LONGEST_TERM,
    MONTH_DAYS,
    MONTHLY,
    MONTHLY_DAYS,
    NAMES,
    NO_CONTRACT,
    RENEWAL,
    RENEWS,
)

OLDEST_DAYS = 45  # a score older than this says nothing about the day
SAMPLE = 10_000  # customers remembered of a workspace; figures of more would not be surer, only slower
RECORDED = ("health", "contract")  # what the columns rest on, each with its time of recording
ORDINAL_OF_1970 = 719_163

SINCE = "(a.created_at at time zone 'UTC')::date"

_PARTS = ", ".join(f"h.parts[{VALUE_PLACES[part] + 1}]::float8 as {part}" for part in PARTS)

# Of the rows of `asked` (id, created_at, since: its day), as of the day %(day)s that ends at %(until)s.
FACTS = f"""
    select asked.id, h.coverage, {_PARTS},
        case when e.is_moved then null
            when c.ends_on is not null then least(floor((c.ends_on - %(day)s) / {MONTH_DAYS}), {LONGEST_TERM})::float8
            when c.has_ended is not null and e.is_edited then null
            when c.has_ended then {ENDED}::float8 else {NO_CONTRACT}::float8 end as {RENEWAL},
        case when e.is_moved then null
            else floor((%(day)s - least(asked.since, c.starts_on)) / {MONTH_DAYS})::float8 end as {AGE},
        case when e.is_edited then null when c.ends_on is null then case when c.has_ended then {ENDED}::float8 end
            when c.longest <= {MONTHLY_DAYS} then {MONTHLY}::float8
            when c.renews then {RENEWS}::float8 else {ENDS}::float8 end as {CONTRACT},
        h.computed_at as known_health, greatest(c.created_at, asked.created_at) as known_contract
    from asked
    full join (  -- in one read: a look at the contracts of each account took four times as long
        select c.account_id, max(c.ends_on) filter (where c.ends_on > %(day)s) as ends_on,
            max(c.ends_on - c.starts_on) filter (where c.ends_on > %(day)s) as longest,
            bool_and(c.auto_renews) filter (where c.ends_on > %(day)s) as renews,
            bool_and(not c.auto_renews)
                filter (where c.ends_on between %(day)s - {ENDED_DAYS} and %(day)s) as has_ended,
            min(c.starts_on) as starts_on, max(c.created_at) as created_at
        from accounts_contract c
        where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
          and c.created_at < %(until)s
        group by c.account_id
    ) c on c.account_id = asked.id
    cross join lateral ({{edits}}) e
    left join lateral (
        select h.coverage, h.parts, h.computed_at from health_healthscore h
        where h.workspace_id = %(workspace)s and h.account_id = asked.id and h.day <= %(day)s
          and h.day > %(day)s - {OLDEST_DAYS} and h.computed_at < %(until)s
        order by h.day desc limit 1
    ) h on true
"""  # noqa: S608  our own names

NOW = FACTS.format(edits="select false as is_edited, false as is_moved")
THEN = FACTS.format(
    edits="""
        select count(*) > 0 as is_edited,
            count(*) filter (where f.data -> 'fields' ?| array['starts_on', 'ends_on']) > 0 as is_moved
        from accounts_fact f
        where f.workspace_id = %(workspace)s and f.account_id = asked.id and f.at >= %(until)s
          and f.kind = 'contract.changed' and f.data -> 'fields' ?| array['starts_on', 'ends_on', 'auto_renews']
    """
)

# The stage of account `a` at the end of the day.
STAGE_THEN = """coalesce(
            (select m.to_stage from journeys_stagemove m
             where m.workspace_id = %(workspace)s and m.account_id = a.id and m.at < %(until)s
             order by m.id desc limit 1),
            (select m.from_stage from journeys_stagemove m
             where m.workspace_id = %(workspace)s and m.account_id = a.id and m.at >= %(until)s
             order by m.id limit 1),
            a.stage)"""


def _ordinal(moment: str) -> str:
    return f"(extract(epoch from {moment}) / 86400 + {ORDINAL_OF_1970})::float8"


# One row a day: of each account that was a customer with a score, numbers of NAMES and RECORDED.
REMEMBER = f"""
insert into risk_riskday (workspace_id, day, recorded_at, accounts, numbers)
with asked as materialized (
    select a.id, a.created_at, {SINCE} as since from accounts_account a
    where a.workspace_id = %(workspace)s and a.created_at < %(until)s and {STAGE_THEN} = any(%(stages)s)
    order by md5(a.id::text) limit {SAMPLE}
),
found as ({THEN})
select %(workspace)s, %(day)s, %(at)s, coalesce(array_agg(id order by id), '{{}}'),
    coalesce(array_agg(array[{", ".join(NAMES)}, {", ".join(_ordinal(f"known_{name}") for name in RECORDED)}]::float8[]
        order by id), '{{}}')
from found where coverage >= {ENOUGH_COVERAGE}
on conflict (workspace_id, day) do nothing
"""  # noqa: S608  our own names

# What is known now of each customer with a score: numbers of NAMES, as text.
LIVE = f"""
with asked as materialized (
    select a.id, a.created_at, {SINCE} as since from accounts_account a
    where a.workspace_id = %(workspace)s and a.stage = any(%(stages)s)
    order by md5(a.id::text) limit {SAMPLE}
),
found as ({NOW})
select coalesce(array_to_string(array_agg(array[{", ".join(NAMES)}]::float8[] order by id), ',', 'nan'), '')
from found where coverage >= {ENOUGH_COVERAGE}
"""  # noqa: S608  our own names
