"""A workspace of many accounts with 90 days of eight metrics, tickets, answers and conversations, made in the database.

Kept for the next run.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections

from accounts.actions import metrics as metric_actions
from accounts.models import Metric
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import Workspace

DAYS_BACK = 90
AT_ONCE = 2
EMAIL = "bench@vendor.example"
KINDS = {
    "key_actions": Metric.Kind.COUNTER,
    "logins": Metric.Kind.COUNTER,
    "active_users": Metric.Kind.GAUGE,
    "seats_used": Metric.Kind.GAUGE,
    "csat": Metric.Kind.RATING,
    "nps": Metric.Kind.RATING,
    "touchpoints_two_way": Metric.Kind.COUNTER,
    "touchpoints_one_way": Metric.Kind.COUNTER,
}

# Usage comes on weekdays from 85 in 100 accounts, seats every day, ratings now and then, talks as touchpoints say. In
# the order of their key, and some accounts at a time, so that a million accounts take half an hour and 50 GB.
DAYS = """
insert into accounts_metricday (workspace_id, account_id, metric_id, day, n, total, last)
select %(workspace)s, account_id, metric_id, day, n, total, last
from (
    select a.id as account_id, k.id as metric_id, d::date as day, 1 as n, v as total, v as last
    from accounts_account a
    join (values (%(key_actions)s, 9, false), (%(logins)s, 2, false), (%(active_users)s, 1, false),
        (%(seats_used)s, 1, true)) k(id, scale, on_weekends) on true
    cross join generate_series(%(first)s::date, %(last)s::date, interval '1 day') d
    cross join lateral (
        select round(k.scale::float8 * (5 + a.id %% 200) * (0.7 + 0.3 * sin(a.id + extract(doy from d)::float8 / 9)))
    ) r(v)
    where a.workspace_id = %(workspace)s and a.id between %(from)s and %(to)s and a.id %% 100 < 85
      and (k.on_weekends or extract(isodow from d) < 6)
    union all
    select a.id, k.id, %(last)s::date - ((a.id * 7 + nth * 31) %% %(days)s)::int, 1, v, v
    from accounts_account a
    join (values (%(csat)s), (%(nps)s)) k(id) on true
    cross join generate_series(0, 1) nth
    cross join lateral (select (a.id + nth) %% 5 * 25::float8) r(v)
    where a.workspace_id = %(workspace)s and a.id between %(from)s and %(to)s
    union all
    select t.account_id, case t.direction when 'two_way' then %(touchpoints_two_way)s else %(touchpoints_one_way)s end,
        (t.at at time zone 'UTC')::date, count(*), count(*), 1
    from journeys_touchpoint t
    where t.workspace_id = %(workspace)s and t.account_id between %(from)s and %(to)s
    group by 1, 2, 3
) r
order by account_id, metric_id, day
"""
ROWS = {
    "accounts": """
        insert into accounts_account (workspace_id, name, domains, tier, industry, arr_minor, currency, owner_id,
            created_at, stage, stage_since, health_band, health_coverage, renews_on, custom)
        select %(workspace)s, 'Customer ' || lpad(g::text, 7, '0'), array['customer' || g || '.example'], 'standard',
            'Logistics', (1000 + g * 37 %% 90000) * 100, 'EUR', %(owner)s, %(at)s,
            (array['delivery', 'use', 'use', 'use', 'loyalty', 'advocacy'])[1 + g %% 6], %(at)s, '', 0,
            %(last)s::date + g %% 365, '{}'
        from generate_series(1, %(accounts)s) g""",
    "contracts": """
        insert into accounts_contract (workspace_id, account_id, name, starts_on, ends_on, seats, value_minor, currency,
            auto_renews, created_at, source, external_id)
        select workspace_id, id, 'Managed services', renews_on - 365, renews_on, 10 + id %% 300, arr_minor, 'EUR',
            false, %(at)s, '', ''
        from accounts_account where workspace_id = %(workspace)s""",
    "contacts": """
        insert into accounts_contact (workspace_id, account_id, name, email, title, role, locale, created_at,
            consent, consent_source, custom, external_id, influence, source, stance, time_zone)
        select workspace_id, id, 'Person ' || id || ' ' || k, 'p' || id || '.' || k || '@customer.example', '',
            (array['decision_maker', 'champion', 'end_user'])[k], 'en', %(at)s, '', '', '{}', '', '', '', '', ''
        from accounts_account cross join generate_series(1, 3) k where workspace_id = %(workspace)s""",
    "tickets": """
        insert into accounts_ticket (workspace_id, account_id, source, external_id, number, url, subject, agent_name,
            agent_email, opened_at, closed_at, episode, source_updated_at)
        select workspace_id, id, 'bench', id || '-' || k, id || '-' || k, '', 'Printer on fire', '', '',
            %(at)s - make_interval(days => ((id + k * 13) %% 90)::int),
            case when (id + k) %% 9 > 0
                then %(at)s - make_interval(days => ((id + k * 13) %% 90)::int, hours => -6) end,
            1, %(at)s
        from accounts_account cross join generate_series(1, 4) k where workspace_id = %(workspace)s""",
    "touchpoints": """
        insert into journeys_touchpoint (workspace_id, account_id, contact_id, channel, direction, summary, at, felt,
            external_id, source, outcome, is_proactive)
        select workspace_id, account_id, id, 'call', case when (id + k) %% 3 = 0 then 'one_way' else 'two_way' end,
            'Talked', %(at)s - make_interval(days => ((account_id * 7 + k * 17) %% 90)::int), (id + k) %% 5 - 2, '', '',
            '', (id + k) %% 2 = 0
        from accounts_contact cross join generate_series(1, 2) k where workspace_id = %(workspace)s""",
    "answers": """
        insert into accounts_fact (workspace_id, account_id, kind, at, recorded_at, data)
        select workspace_id, account_id, 'survey.answered', %(at)s - make_interval(days => (id %% 90)::int), %(at)s,
            jsonb_build_object('answer_id', id, 'invitation_id', id, 'contact_id', id, 'contact_name', name,
                'contact_role', role, 'metric', 'nps', 'value', id %% 11, 'scale_max', 10, 'is_bad', id %% 11 <= 6,
                'is_change', false, 'comment', '')
        from accounts_contact where workspace_id = %(workspace)s and id %% 2 = 0""",
}


RANGES = """
select min(id), max(id) from accounts_account where workspace_id = %(workspace)s group by id / 10000 order by 1
"""


def ensure(accounts: int, today: date) -> int:
    """The id of a workspace with so many accounts and their data up to `today`, made if it is not there."""
    name = f"Bench score {accounts} {today}"
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from workspaces_workspace where name = %s", [name])
        found = cursor.fetchone()
    return found[0] if found else _make(name, accounts, today)


def _make(name: str, accounts: int, today: date) -> int:
    print(
        f"Making {accounts:,} accounts with {DAYS_BACK} days of eight metrics; this takes minutes, once a day.",
        flush=True,
    )
    at = datetime.combine(today, datetime.min.time(), UTC)
    workspace: Workspace = workspace_actions.found_workspace(name="Bench, unfinished", at=at)
    with tenancy.entered(workspace.pk):
        user = workspace_actions.create_user(email=f"{workspace.pk}.{EMAIL}", name="Bench", password="x" * 20, at=at)
        owner = workspace_actions.add_member(user=user, role=Role.ADMIN, at=at, by=None)
        metrics = {key: metric_actions.define_metric(key=key, name=key, kind=kind).pk for key, kind in KINDS.items()}
    values = {
        "workspace": workspace.pk,
        "owner": owner.pk,
        "accounts": accounts,
        "at": at,
        "days": DAYS_BACK,
        "first": today - timedelta(days=DAYS_BACK - 1),
        "last": today,
    }
    with connections["owner"].cursor() as cursor:
        keys = _drop_foreign_keys(cursor)
        for sql in ROWS.values():
            cursor.execute(sql, values)
        cursor.execute(RANGES, values)
        ranges = [{**values, **metrics, "from": first, "to": last} for first, last in cursor.fetchall()]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(_make_days, ranges))
        for statement in keys:
            cursor.execute(statement)
        cursor.execute("update workspaces_workspace set name = %s where id = %s", [name, workspace.pk])
        cursor.execute("vacuum analyze")
    return int(workspace.pk)


def _make_days(values: Mapping[str, Any]) -> None:
    """The day rows of some accounts."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(DAYS, values)
    connections["owner"].close()


def _drop_foreign_keys(cursor: object) -> list[str]:
    """Take the day rows' foreign keys away while millions are made; returns what puts them back, unchecked."""
    cursor.execute(
        "select conname, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'f' and conrelid = 'accounts_metricday'::regclass"
    )
    keys = cursor.fetchall()
    for name, _ in keys:
        cursor.execute(f'alter table accounts_metricday drop constraint "{name}"')
    return [f'alter table accounts_metricday add constraint "{name}" {body} not valid' for name, body in keys]


def count_rows(workspace_id: int) -> int:
    """How many metric day rows the workspace has."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from accounts_metricday where workspace_id = %s", [workspace_id])
        return int(cursor.fetchone()[0])
