"""What the database's own catalogue says about every table."""

import pytest
from django.apps import apps
from django.db import connection

from workspaces import roles
from workspaces.fields import WorkspaceModel

# Tables without a tenant: people, their sessions and second factors, and Django's own.
SHARED = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "mfa_authenticator",
    "workspaces_user",
}


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def partitions() -> set[str]:
    return {name for (name,) in rows("select relname from pg_class where relispartition and relkind = 'r'")}


def test_every_table_is_a_tenant_table_or_on_the_short_list(db):
    tables = {name for (name,) in rows("select tablename from pg_tables where schemaname = 'public'")} - partitions()
    assert tables - {table for table, _, _ in roles.tenant_tables()} == SHARED


def test_every_tenant_table_forces_a_policy_for_all_verbs_with_check(db):
    forced = {name for (name,) in rows("select relname from pg_class where relrowsecurity and relforcerowsecurity")}
    checked = {
        name
        for (name,) in rows(
            "select tablename from pg_policies where policyname = 'tenant' and cmd = 'ALL'"
            " and qual like '%app.workspace%' and with_check = qual and permissive = 'PERMISSIVE'"
        )
    }
    tables = {table for table, _, _ in roles.tenant_tables()}
    assert forced - partitions() == checked == tables
    assert rows("select tablename from pg_policies group by tablename having count(*) > 1") == []


def test_partitions_are_reached_through_their_parent_only(db):
    assert partitions()
    open_to_us = rows(
        "select relname from pg_class where relispartition and relkind = 'r' and (not relforcerowsecurity"
        " or has_table_privilege(oid, 'select') or has_table_privilege(oid, 'insert')"
        " or has_table_privilege(oid, 'update') or has_table_privilege(oid, 'delete'))"
    )
    assert open_to_us == []


def test_every_unique_index_of_a_tenant_table_is_led_by_the_workspace(db):
    unique = rows(
        "select i.indrelid::regclass::text, i.indexrelid::regclass::text, a.attname from pg_index i"
        " left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"
        " where i.indisunique and not (i.indisprimary and i.indnatts = 1)"
        " and i.indrelid::regclass::text = any(array["
        + ", ".join(f"'{table}'" for table, _, _ in roles.tenant_tables())
        + "])"
    )
    assert unique
    assert [row for row in unique if row[2] != "workspace_id"] == []


def test_no_view_runs_with_its_owners_eyes(db):
    assert rows("select viewname from pg_views where schemaname = 'public' and viewname not like 'pg_%'") == []


def test_definer_functions_are_few_and_not_public(db):
    functions = rows(
        "select proname, has_function_privilege('public', oid, 'execute'), proconfig::text from pg_proc"
        " where prosecdef and pronamespace = 'public'::regnamespace order by proname"
    )
    assert {name for name, _, _ in functions} == {
        "accounts_at",
        "accounts_beginning",
        "accounts_contacts_beginning",
        "accounts_erase_traces",
        "accounts_forget_facts",
        "accounts_fresh_statistics",
        "accounts_named",
        "accounts_named_with",
        "accounts_search",
        "accounts_search_contacts",
        "accounts_search_tickets",
        "accounts_words_like",
        "expectations_acknowledgement_of",
        "health_keep_months",
        "integrations_accounts_by",
        "integrations_connection_of",
        "outbox_abandoned",
        "outbox_due",
        "outbox_load",
        "outbox_mail_sent_as_id",
        "outbox_without",
        "reviews_share_of",
        "surveys_invitation_of",
        "surveys_look_of",
        "surveys_glance_of",
        "surveys_page_of",
        "surveys_take_answer",
        "workspaces_all",
        "workspaces_api_token",
        "workspaces_erase_rows",
        "workspaces_forget_audit",
        "workspaces_invitation_of",
        "workspaces_memberships",
        "workspaces_places_of",
    }
    assert all(not is_public and "search_path=pg_catalog, public" in config for _, is_public, config in functions)


@pytest.mark.parametrize("model", [m for m in apps.get_models() if issubclass(m, WorkspaceModel)])
def test_no_tenant_model_has_a_join_table_of_its_own(model):
    assert list(model._meta.local_many_to_many) == []


def test_little_waits_to_be_sorted_into_an_inverted_index(db):
    """Every search reads what waits from end to end."""
    unbounded = rows(
        "select c.relname from pg_class c join pg_am a on a.oid = c.relam where a.amname = 'gin' and c.relkind = 'i'"
        " and not coalesce(c.reloptions::text, '') like '%gin_pending_list_limit=256%'"
    )
    assert unbounded == []
