"""A workspace of a million accounts as lists need them, made in the database; kept for the next run."""

from datetime import UTC, datetime, time
from time import perf_counter

from django.db import connections, transaction

from accounts.actions import words
from accounts.models import Word
from bench.data import EMAIL
from lib.time import now, today
from segments.actions import segments as segment_actions
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import User, Workspace

OWNERS = 60
TABLES = ("accounts_account", "accounts_contact", "accounts_ticket", "accounts_accounttag", "segments_segmentmember")
TAGS = 20
FIRST = (
    "Amber Aspen Atlas Birch Bluewater Bright Cedar Cobalt Copper Coral Crescent Delta Eastgate Echo Ember Evergreen"
    " Falcon Fern Granite Harbour Hazel Heron Horizon Indigo Iron Ivory Juniper Kestrel Lakeside Lantern Larch Linden"
    " Maple Meridian Moss Northwind Nova Oak Onyx Orchard Otter Pine Prairie Quarry Raven Ridge River Rowan Saffron"
    " Sequoia Silver Sparrow Summit Tamarack Thistle Timber Umber Vale Willow Zephyr"
).split()
SECOND = (
    "Academy Advisors Analytics Bakery Bank Brewing Builders Care Chemicals Clinic Consulting Dental Design Energy"
    " Engineering Farms Finance Foods Freight Games Health Hotels Insurance Labs Legal Logistics Machines Marine Media"
    " Metals Mining Motors Optics Pharma Power Press Property Research Retail Robotics Security Software Steel Studios"
    " Supplies Systems Telecom Textiles Tools Travel Water Works"
).split()
PEOPLE = (
    "Ana Ben Carla Dario Elif Femi Greta Hugo Ines Jonas Kira Luis Mei Nadia Ole Pia Quinn Rosa Sven Tara Umar Vera"
    " Wim Xenia Yusuf Zoe"
).split()
FAMILIES = (
    "Adler Bauer Chen Dietz Evans Fischer Garcia Haas Ivanov Jansen Kowalski Lopez Moreau Novak Okafor Petrov Quist"
    " Rossi Sato Tanaka Ueda Vogel Weber Xu Yilmaz Zhang"
).split()
SUBJECTS = (
    "Cannot sign in,Export is empty,Invoice is wrong,Mail does not arrive,Printer on fire,Report is slow,"
    "Screen stays dark,Search finds nothing,Sync has stopped,VPN drops"
).split(",")
RARE = "Quokka"  # in the names of 20 accounts, people and tickets

# Chance, but the same at every run: `setseed` comes first.
ROWS = {
    "seed": "select setseed(0.5)",
    "accounts": """
        insert into accounts_account (workspace_id, name, domains, tier, industry, arr_minor, currency, owner_id,
            custom, created_at, stage, stage_since, health_score, health_band, health_coverage, renews_on)
        select %(workspace)s,
            (%(first)s::text[])[1 + floor(random() * %(firsts)s)::int] || ' ' || (%(second)s::text[])[field] || ' '
                || case when g %% %(seldom)s = 1 then %(rare)s || ' ' else '' end || lpad(g::text, 7, '0'),
            '{}', (%(tiers)s::text[])[1 + floor(random() * 6)::int],
            (%(second)s::text[])[field], case when random() < 0.95 then (1000 + floor(random() * 400000)) * 100 end,
            'EUR', case when random() < 0.96 then (%(owners)s::bigint[])[1 + floor(random() * %(n_owners)s)::int] end,
            '{}', %(at)s, (%(stages)s::text[])[1 + floor(random() * 12)::int],
            %(at)s - make_interval(mins => floor(random() * 1000000)::int), score,
            case when score is null then '' when score >= 70 then 'healthy' when score >= 50 then 'watch'
                else 'at_risk' end,
            case when score is null then 0 else 0.8 end,
            case when random() < 0.8 then %(day)s::date - 60 + floor(random() * 700)::int end
        from (
            select g, 1 + floor(random() * %(seconds)s)::int as field,
                case when random() < 0.9 then floor(random() * 1001) / 10.0 end as score
            from generate_series(1, %(accounts)s) g offset 0
        ) s""",
    "contacts": """
        insert into accounts_contact (workspace_id, account_id, name, email, title, role, locale, influence, stance,
            time_zone, consent, consent_source, custom, source, external_id, created_at)
        select workspace_id, id, (%(people)s::text[])[1 + floor(random() * 26)::int] || ' '
                || (%(families)s::text[])[1 + floor(random() * 26)::int]
                || case when name like '%%' || %(rare)s || '%%' then ' ' || %(rare)s else '' end,
            'p' || id || '@customer.example', '',
            (array['decision_maker', 'champion', 'end_user'])[1 + floor(random() * 3)::int], 'en', '', '', '', '', '',
            '{}', '', '', %(at)s
        from accounts_account where workspace_id = %(workspace)s""",
    "tickets": """
        insert into accounts_ticket (workspace_id, account_id, source, external_id, number, url, subject, agent_name,
            agent_email, opened_at, closed_at, episode, source_updated_at)
        select workspace_id, id, 'bench', id::text, id::text, '', (%(subjects)s::text[])[1 + floor(random() * 10)::int]
                || case when is_rare then ' ' || %(rare)s else '' end, '', '', opened_at,
            case when random() < 0.8 then opened_at + interval '10 hours' end, 1, %(at)s
        from (
            select workspace_id, id, name like '%%' || %(rare)s || '%%' as is_rare,
                %(at)s - make_interval(mins => 600 + floor(random() * 300000)::int) as opened_at
            from accounts_account where workspace_id = %(workspace)s offset 0
        ) a where is_rare or random() < 0.3""",
    "tags": """
        insert into accounts_tag (workspace_id, name, created_at)
        select %(workspace)s, 'tag ' || g, %(at)s from generate_series(1, %(n_tags)s) g""",
    "tagged": """
        insert into accounts_accounttag (workspace_id, account_id, tag_id)
        select a.workspace_id, a.id, t.id
        from (
            select workspace_id, id, 'tag ' || 1 + floor(random() * %(n_tags)s)::int as tag
            from accounts_account where workspace_id = %(workspace)s and random() < 0.3 offset 0
        ) a join accounts_tag t on t.workspace_id = a.workspace_id and t.name = a.tag""",
    "members": """
        insert into segments_segmentmember (workspace_id, segment_id, account_id, since)
        select workspace_id, %(segment)s, id, %(at)s from accounts_account
        where workspace_id = %(workspace)s and random() < 0.05""",
}
STAGES = (  # as portfolios are: many in use
    "awareness consideration decision delivery use use use loyalty loyalty advocacy disappointment churn"
).split()
TIERS = "strategic growth growth standard standard standard".split()


def ensure(accounts: int) -> int:
    """The id of a workspace with so many accounts, made if it is not there."""
    name = f"Bench portfolio {accounts}"
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from workspaces_workspace where name = %s", [name])
        found = cursor.fetchone()
    workspace_id = found[0] if found else _make(name, accounts)
    with tenancy.entered(workspace_id):
        if not Word.objects.filter(accounts__gt=0).exists():
            words.relearn(at=now())  # as every night
    return workspace_id


def _make(name: str, accounts: int) -> int:
    print(f"Making {accounts:,} accounts, their contacts and tickets; this takes minutes, once.", flush=True)
    at = datetime.combine(today(), time(), UTC)
    workspace: Workspace = workspace_actions.found_workspace(name="Bench, unfinished", at=at)
    with tenancy.entered(workspace.pk):
        owners = [_owner(workspace.pk, number, at) for number in range(OWNERS)]
        low = {"all": [{"field": "score", "op": "below", "value": 5}]}
        segment = segment_actions.create_segment(name="A twentieth", raw=low, at=at, by=None)
        segment.computed_at = at
        segment.save(update_fields=["computed_at"])
    values = {
        "workspace": workspace.pk, "accounts": accounts, "at": at, "day": at.date(), "segment": segment.pk,
        "first": FIRST, "firsts": len(FIRST), "second": SECOND, "seconds": len(SECOND), "people": PEOPLE,
        "families": FAMILIES, "subjects": SUBJECTS, "stages": STAGES, "tiers": TIERS, "rare": RARE,
        "seldom": max(accounts // 20, 2), "owners": owners, "n_owners": OWNERS, "n_tags": TAGS,
    }  # fmt: skip
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        put_back = _strip(cursor)
        for step, sql in {**ROWS, **put_back}.items():
            began = perf_counter()
            cursor.execute(sql, None if step in put_back else values)
            if perf_counter() - began > 1:
                print(f"{step}: {perf_counter() - began:.0f} s", flush=True)
        cursor.execute("update workspaces_workspace set name = %s where id = %s", [name, workspace.pk])
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"vacuum (analyze) {', '.join(TABLES)}")
    return int(workspace.pk)


def _strip(cursor: object) -> dict[str, str]:
    """Take indexes and foreign keys away while millions of rows come: built at once, they take a fifth of the time."""
    cursor.execute(
        """
        select indexrelid::regclass::text, pg_get_indexdef(indexrelid), 'drop index ' || indexrelid::regclass
        from pg_index where indrelid = any(%(tables)s::regclass[]) and not indisunique
        union all
        select conname, format('alter table %%s add constraint %%I %%s not valid', conrelid::regclass, conname,
                replace(pg_get_constraintdef(oid), ' NOT VALID', '')),
            format('alter table %%s drop constraint %%I', conrelid::regclass, conname)
        from pg_constraint where conrelid = any(%(tables)s::regclass[]) and contype = 'f'
        """,
        {"tables": list(TABLES)},
    )
    found = cursor.fetchall()
    for _name, _create, drop in found:
        cursor.execute(drop)
    return {name: create for name, create, _drop in found}


def _owner(workspace_id: int, number: int, at: datetime) -> int:
    email = f"{workspace_id}.{number}.{EMAIL}"
    user = User.objects.create(email=email, name=f"Owner {number:02}", password="!", joined_at=at)  # hashing takes time
    return workspace_actions.add_member(user=user, role=Role.ADMIN, at=at, by=None).pk
