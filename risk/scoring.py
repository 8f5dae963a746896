"""Statements that give accounts their risk in sets: the points of each column, their sum, and the chance.

The same card, and so the same whole numbers, that a backtest tested and a page explains.
"""

from health.parts import ENOUGH_COVERAGE
from risk.known import NOW, SINCE
from risk.prediction.card import Card, sql_probability

CHUNK = 25_000  # accounts a statement, as of scores


def statement(card: Card | None) -> str:
    """Store the risk of the accounts asked for where it differs from the last, and tell whose percent is another.

    Only customers with enough coverage have one, and without a card nobody. A row is written on days of change, also
    when a risk ends.
    """
    terms, total = (card.sql_points(), card.sql_total_of("terms")) if card else ("null::integer[]", "null::integer")
    return f"""
with asked as materialized (
    select a.id, a.created_at, {SINCE} as since, a.risk, a.risk_days, a.stage from accounts_account a
    where a.workspace_id = %(workspace)s and a.id = any(%(ids)s::bigint[])
),
known as ({NOW} offset 0),
explained as (
    select asked.id, asked.risk as shown, asked.risk_days as shown_days,
        case when asked.stage = any(%(stages)s) and known.coverage >= {ENOUGH_COVERAGE}
            then {terms}::smallint[] end as terms
    from asked full join known on known.id = asked.id
    offset 0
),
added as (select explained.*, {total} as points from explained offset 0),
scored as (
    select added.*, case when points is not null then {sql_probability("points")} end as chance from added offset 0
),
stored as (
    insert into risk_riskscore as r
        (workspace_id, account_id, day, run_id, horizon_days, points, chance, terms, computed_at)
    select %(workspace)s, id, %(day)s, %(run)s, within, points, chance, terms, %(at)s
    from (
        select scored.id, scored.points, scored.chance, coalesce(scored.terms, '{{}}') as terms,
            coalesce(%(horizon)s::smallint, last.horizon_days) as within,
            last.run_id as last_run, last.horizon_days as last_within, last.points as last_points,
            last.terms as last_terms
        from scored
        left join lateral (
            select r.run_id, r.horizon_days, r.points, r.terms from risk_riskscore r
            where r.workspace_id = %(workspace)s and r.account_id = scored.id and r.day <= %(day)s
            order by r.day desc limit 1
        ) last on true
    ) compared
    where (points is not null or last_points is not null)
      and (last_run, last_within, last_points, last_terms) is distinct from (%(run)s::bigint, within, points, terms)
    order by id -- so all is read before anything is written: planned for the empty table, each look-up read what
                -- this statement had written so far, 4 s of 5 for 25,000
    on conflict (workspace_id, account_id, day) do update
    set run_id = excluded.run_id, horizon_days = excluded.horizon_days, points = excluded.points,
        chance = excluded.chance, terms = excluded.terms, computed_at = excluded.computed_at
)
select id, chance from scored
where round(100 * chance::numeric) is distinct from round(100 * shown::numeric)
   or shown_days is distinct from case when chance is not null then %(horizon)s::smallint end
"""  # noqa: S608  our own names and a card's numbers
