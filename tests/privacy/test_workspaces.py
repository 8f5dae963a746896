"""A whole workspace is deleted: after a week, to the last row, and nothing of another."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Fact
from lib.time import now
from outbox import engine, erasure
from outbox.models import Effect
from tests.builders import make_account, make_contact, make_member, make_user, make_workspace
from tests.privacy.person import make_person
from workspaces import actions, erasing, queries, roles, tenancy
from workspaces.fields import WorkspaceModel
from workspaces.models import AuditEvent, Member, User, Workspace


def counts(workspace_id: int) -> dict[str, int]:
    """How many rows the workspace has in each table."""
    found = {}
    with tenancy.entered(workspace_id), connection.cursor() as cursor:
        for table, column, _ in roles.tenant_tables():
            cursor.execute(f'select count(*) from "{table}" where "{column}" = %s', [workspace_id])
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def long_ago():
    """When it was planned, so that the database's own clock finds it due."""
    return now() - actions.ERASURE_GRACE - timedelta(minutes=1)


def work() -> None:
    engine.run_due(queue="compute", clock=now, until=now() + timedelta(minutes=5))


def filled(name: str = "Acme Services") -> Workspace:
    made = make_workspace(name)
    with tenancy.entered(made.pk):
        make_person()
        parent = make_account("Group")
        child = make_account("Branch")
        Account.objects.filter(pk=child.pk).update(parent=parent)
    return made


@pytest.mark.django_db
def test_nothing_is_left_and_nothing_else_is_touched(monkeypatch):
    monkeypatch.setattr(erasure, "BATCH", 3)
    other, gone = filled("Other"), filled()
    work()
    before = counts(other.pk)
    assert len(counts(gone.pk)) > 30
    with tenancy.entered(gone.pk):
        actions.schedule_erasure(at=long_ago(), by=None)
    work()
    assert counts(gone.pk) == {}
    assert counts(other.pk) == before


@pytest.mark.django_db
def test_every_table_comes_before_those_it_points_at():
    order = erasing.tables()
    assert set(order) == {model for model in apps.get_models() if issubclass(model, WorkspaceModel)}
    place = {model: number for number, model in enumerate(order)}
    behind = [
        (one.__name__, field.name)
        for one in order
        for field in one._meta.concrete_fields
        if field.related_model in place and place[field.related_model] < place[one]
    ]
    assert behind == []
    assert order[-1] is Effect


@pytest.mark.django_db
def test_people_who_work_nowhere_else_cannot_sign_in_any_more():
    gone, other = make_workspace(), make_workspace("Other")
    only, both, once = (make_user(f"{name}@vendor.example", name) for name in ("only", "both", "once"))
    with tenancy.entered(other.pk):
        make_member("admin", both)
        actions.end_membership(member=make_member("csm", once), at=now(), by=both)
    with tenancy.entered(gone.pk):
        for user in (only, both, once):
            make_member("csm", user)
        apps.get_model("account", "EmailAddress").objects.create(user=only, email=only.email)
        actions.schedule_erasure(at=long_ago(), by=only)
    work()
    found = {user.pk: (user.is_active, user.name) for user in User.objects.all()}
    assert found == {only.pk: (False, ""), both.pk: (True, "both"), once.pk: (False, "once")}
    only.refresh_from_db()
    assert (only.email, only.has_usable_password()) == (f"erased-{only.pk}@erased.invalid", False)
    assert not apps.get_model("account", "EmailAddress").objects.exists()


@pytest.fixture
def admin(workspace) -> Client:
    client = Client()
    client.force_login(make_member("admin").user)
    return client


def test_the_page_asks_for_the_name_and_everybody_sees_when(admin, workspace):
    address = reverse("workspaces:workspace_erase")
    assert "After seven days this cannot be undone" in admin.get(address).content.decode()
    assert admin.post(address, {"name": "acme"}).status_code == 422
    assert Workspace.objects.get().erase_at is None
    page = admin.post(address, {"name": " Acme Services "}, follow=True).content.decode()
    assert "Keep this workspace" in page
    due = Workspace.objects.get().erase_at
    assert timedelta(days=6, hours=23) < due - now() <= timedelta(days=7)
    assert admin.post(address, {"name": "Acme Services"}).status_code == 302
    assert Workspace.objects.get().erase_at == due

    viewer = Client()
    viewer.force_login(make_member("viewer").user)
    assert "An administrator can still keep it." in viewer.get("/profile/").content.decode()

    kept = admin.post(reverse("workspaces:workspace_keep"), follow=True).content.decode()
    assert "This workspace is kept." in kept
    assert "will be deleted on" not in kept
    kinds = AuditEvent.objects.filter(kind__startswith="workspace.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["workspace.erasure_scheduled", "workspace.erasure_cancelled"]
    assert admin.post(reverse("workspaces:workspace_keep")).status_code == 302


def test_a_workspace_that_is_kept_is_not_deleted_when_the_old_day_comes(workspace):
    make_account()
    actions.schedule_erasure(at=long_ago(), by=None)
    Workspace.objects.update(erase_at=None)
    work()
    actions.schedule_erasure(at=now(), by=None)
    work()
    assert Account.objects.count() == 1


def test_once_it_is_due_nobody_enters_and_it_is_too_late(admin, workspace):
    actions.schedule_erasure(at=long_ago(), by=None)
    with pytest.raises(actions.ErasureBegun):
        actions.cancel_erasure(at=now(), by=None)
    assert queries.memberships_of(Member.objects.get().user) == []
    assert admin.get("/settings/").status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("select workspace_id from outbox_without('x', 'y')")
        assert cursor.fetchall() == []


def test_between_opening_the_page_and_the_click_it_may_be_too_late(admin, workspace):
    from workspaces.views import erasure as page

    actions.schedule_erasure(at=now() - actions.ERASURE_GRACE + timedelta(seconds=50), by=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "now", lambda: now() + timedelta(minutes=1))
        response = admin.post(reverse("workspaces:workspace_keep"), follow=True)
    assert "It is too late" in response.content.decode()


@pytest.mark.parametrize(
    ("planned", "table"),
    [(False, "accounts_fact"), (True, "workspaces_user"), (True, "workspaces_workspace"), (True, "no_such_table")],
)
def test_the_function_deletes_only_rows_of_a_workspace_that_is_due(workspace, planned, table):
    make_contact(make_account())
    if planned:
        actions.schedule_erasure(at=long_ago(), by=None)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select workspaces_erase_rows(%s, 10)", [table])
    assert Fact.objects.exists()


@pytest.mark.live
def test_a_worker_that_dies_on_the_way_leaves_the_rest_to_the_next(committed, monkeypatch):
    monkeypatch.setattr(erasure, "BATCH", 2)
    made = make_workspace()
    with tenancy.entered(made.pk):
        for _ in range(5):
            make_contact(make_account())
        make_member("admin")
        actions.schedule_erasure(at=long_ago(), by=None)

    class Killed(BaseException):
        """Like SIGKILL: nothing is recorded."""

    real, calls = actions.erase_batch, []

    def dies(**given):
        calls.append(given)
        if len(calls) == 4:
            real(**given)
            raise Killed
        return real(**given)

    monkeypatch.setattr(actions, "erase_batch", dies)
    with pytest.raises(Killed):
        work()
    connections["default"].close()
    left = counts(made.pk)
    assert "accounts_contact" in left
    assert engine.reap(at=now() + timedelta(minutes=1)) == 1
    engine.run_due(queue="compute", clock=lambda: now() + timedelta(minutes=2), until=now() + timedelta(minutes=9))
    assert counts(made.pk) == {}
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from workspaces_all()")
        assert cursor.fetchone() == (0,)
    connection.close()
