"""Two layers keep tenants apart: each is proven with the other switched off."""

import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from accounts.models import Account
from tests.builders import NOON, make_account, make_workspace
from workspaces import actions, roles, tenancy
from workspaces.models import AuditEvent, Workspace


def account_names() -> list[str]:
    return list(Account.objects.order_by("name").values_list("name", flat=True))


def raw_names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select name from accounts_account order by name")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def two(db):
    first, second = make_workspace("First"), make_workspace("Second")
    with tenancy.entered(first.pk):
        make_account("Alpha")
    with tenancy.entered(second.pk):
        make_account("Beta")
    return first, second


def test_outside_a_workspace_the_orm_raises_and_the_database_shows_nothing(two):
    with pytest.raises(tenancy.NoWorkspace):
        account_names()
    assert raw_names() == []
    assert not tenancy.is_entered()


def test_row_level_security_alone_keeps_tenants_apart(two):
    with tenancy.entered(two[0].pk):
        assert raw_names() == ["Alpha"]
        refused = pytest.raises(ProgrammingError, match="row-level security")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update accounts_account set workspace_id = %s", [two[1].pk])


def test_the_managers_alone_keep_tenants_apart(committed):
    first, second = make_workspace("First"), make_workspace("Second")
    with tenancy.entered(first.pk):
        make_account("Alpha")
    with tenancy.entered(second.pk):
        make_account("Beta")
    with tenancy.entered(second.pk):
        by_owner = Account.objects.using("owner")  # BYPASSRLS: only the manager filters
        assert [account.name for account in by_owner] == ["Beta"]
    connections["owner"].close()


def test_entering_another_workspace_puts_the_first_back(two):
    with tenancy.entered(two[0].pk):
        with tenancy.entered(two[1].pk):
            assert account_names() == raw_names() == ["Beta"]
        assert account_names() == raw_names() == ["Alpha"]


def test_an_error_inside_puts_the_first_back(two):
    with tenancy.entered(two[0].pk):
        with pytest.raises(ValueError, match="oops"), tenancy.entered(two[1].pk):
            raise ValueError("oops")
        assert account_names() == raw_names() == ["Alpha"]


def test_a_workspace_sees_only_itself(two):
    with tenancy.entered(two[0].pk):
        assert [workspace.name for workspace in Workspace.objects.all()] == ["First"]


def test_the_audit_trail_cannot_be_changed(workspace):
    actions.record(kind="thing.done", at=NOON, by=None)
    for change in ("update workspaces_auditevent set kind = 'x'", "delete from workspaces_auditevent"):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert AuditEvent.objects.filter(kind="thing.done").count() == 1


def test_the_runtime_role_is_the_right_one(db):
    assert roles.wrong_role() is None


def test_locate_answers_nothing_for_an_unknown_secret(db):
    assert tenancy.locate("workspaces_api_token", "0" * 64) is None
