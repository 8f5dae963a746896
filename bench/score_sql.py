"""The statements that the rescore is measured against: all accounts at once, as the owner, no policies, no chunks.

The formulas are the product's; how the rows are read is what one would write who only ever scores everybody: no ids
asked for, each table read once and grouped, all joined by hashes; every row of the day is written without a look at
what is there, and no fact, alert or stale mark follows.
"""

import re
from pathlib import Path

from health import formulas, scoring

_ASKED, _DAYS, _REST = scoring.READ
_DAYS_BY_ROWS = (Path(__file__).parent / "days_by_rows.sql").read_text()
_IDS = re.compile(r"\s+and \w+\.account_id = any\(array\(select id from asked\)\)")


def _all_at_once(sql: str) -> str:
    sql = _IDS.sub("", sql)
    for asked in ("and a.id = any(%(ids)s::bigint[])", "and m.account_id = any(%(ids)s::bigint[])"):
        sql = sql.replace(asked, "")
    sql = sql.replace("from health_healthscore h\n        where", "from health_healthscore h\n        where false and")
    assert "health_healthscore h\n        where false" in sql, "what is there already is looked at still"
    assert "array(select id" not in sql, "an input is read by ids still"
    return sql.replace("full join", "left join")


_BY_ROWS = _all_at_once(_ASKED + _DAYS_BY_ROWS + _REST)

# Nothing but the numbers: all that is behind them is computed, and nothing stored.
COMPUTE_ONLY = formulas.statement(
    _BY_ROWS, "counted as (select 1) select count(*), sum(score), sum(cardinality(parts)) from scored"
)

# The same columns into plain tables of the same shape: score, band, coverage and every number behind the parts for the
# day; and, as the product does at night, whole points, band and coverage on each account where they are different.
_STORING = """stored as (
insert into bench_score (workspace_id, account_id, day, score, band, coverage, parts, computed_at)
select %(workspace)s, account_id, %(day)s, score, band, coverage, parts, %(at)s from scored
returning account_id, score, band, coverage
),
whole as (
    select account_id, band, coverage, case band when '' then null
        when 'watch' then least(round(score), 69) when 'at_risk' then least(round(score), 49) else round(score)
        end as score
    from stored
)
update bench_account a
set health_score = whole.score, health_band = whole.band, health_coverage = whole.coverage, health_at = %(at)s
from whole
where a.id = whole.account_id
  and (round(a.health_score), a.health_band, a.health_coverage)
    is distinct from (whole.score, whole.band, whole.coverage)
"""
WRITING_THE_SAME = formulas.statement(_BY_ROWS, _STORING)

# The same for what was computed outside the database, where of the parts only these few numbers are stored.
FRAME = "drop table if exists frame_score; create temp table frame_score (account_id bigint, band text, {} float8)"
STORING_A_FRAME = f"""
with scored as (
    select account_id, score::numeric(4, 1) as score, coalesce(band, '') as band, coverage, array[{{}}]::real[] as parts
    from frame_score
), {_STORING}"""

TABLES = """
drop table if exists bench_score, bench_account;
create table bench_account (like accounts_account including all);
create table bench_score (
    workspace_id bigint not null, account_id bigint not null, day date not null, score numeric(4, 1),
    band varchar(7) not null, coverage double precision not null, parts real[] not null,
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

# What stands for each account on the day: the product writes a row only where something changed.
STANDING = """
select distinct on (account_id) account_id, score, band, coverage, parts from health_healthscore
where workspace_id = %(workspace)s and day <= %(day)s and day > %(day)s - 32
order by account_id, day desc
"""

# Rows that either side lacks, or that differ in anything but the moment of computing.
DIFFERENT = f"""
select count(*) from bench_score b
full join ({STANDING}) h using (account_id)
where (b.score, b.band, b.coverage, b.parts) is distinct from (h.score, h.band, h.coverage, h.parts)
"""
ACCOUNTS_DIFFERENT = """
select count(*) from accounts_account a join bench_account b using (id)
where (a.health_score, a.health_band, a.health_coverage)
    is distinct from (b.health_score, b.health_band, b.health_coverage)
"""
