"""The edges of the room: doors, roles of the database, secrets, commands."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from tests.builders import NOON, PASSWORD, make_member, make_user
from workspaces import actions, queries, roles, secrets, tenancy
from workspaces.adapter import InvitationOnlyAdapter
from workspaces.capabilities import Role
from workspaces.models import AuditEvent, IdempotentRequest, Member, User, Workspace


def test_an_htmx_request_without_a_session_is_sent_to_sign_in_as_a_whole(workspace):
    response = Client().get(reverse("workspaces:profile"), headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response["HX-Redirect"].startswith("/auth/login/")


def test_there_is_no_sign_up(rf):
    adapter = InvitationOnlyAdapter()
    assert adapter.is_open_for_signup(rf.get("/")) is False
    assert adapter.get_user_display(User(name="Mei")) == "Mei"


def test_an_encrypted_secret_is_read_with_the_same_key_only(settings):
    box = secrets.encrypt("whsec_1")
    assert secrets.decrypt(box) == "whsec_1"
    settings.SECRET_KEY = "another key of sufficient length 0123456789"
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt(box)
    with pytest.raises(secrets.Unreadable):
        secrets.decrypt("no box")


def test_what_is_kept_for_the_next_page_is_encrypted_and_taken_once():
    session: dict[str, str] = {}
    secrets.keep_for_next_page(session, "token", "nf_secret")
    assert "nf_secret" not in str(session)
    assert [secrets.take_from_last_page(session, "token") for _ in range(2)] == ["nf_secret", ""]


def test_the_wrong_database_role_is_named(monkeypatch):
    class Cursor:
        def __init__(self, answers):
            self.answers = answers

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def execute(self, *_):
            return None

        def fetchone(self):
            return self.answers.pop(0)

    def told(*answers):
        monkeypatch.setattr(roles, "connection", type("Fake", (), {"cursor": lambda _: Cursor(list(answers))})())
        return roles.wrong_role()

    assert "is a superuser" in told(("root", True, True), (0,))
    assert "has BYPASSRLS" in told(("owner", False, True), (0,))
    assert "owns tables" in told(("owner", False, False), (3,))
    assert told(("app", False, False), (0,)) is None


def test_the_process_ends_with_a_sentence_when_its_role_is_wrong(monkeypatch):
    monkeypatch.setattr(roles, "wrong_role", lambda: "Database role root is a superuser.")
    monkeypatch.setattr(roles, "connections", type("Quiet", (), {"close_all": staticmethod(lambda: None)}))
    with pytest.raises(SystemExit, match="Ninefold does not start: Database role root is a superuser"):
        roles.refuse_wrong_role()
    monkeypatch.setattr(roles, "wrong_role", lambda: None)
    roles.refuse_wrong_role()


@pytest.mark.live
def test_upgrade_may_run_again_and_restores_what_is_missing(committed):
    with connections["owner"].cursor() as cursor:
        cursor.execute("drop policy tenant on accounts_account")
    out = io.StringIO()
    call_command("upgrade", verbosity=0, stdout=out)
    assert "Database is up to date." in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_policies where tablename = 'accounts_account'")
        assert cursor.fetchone() == (1,)
    connection.close()


def test_upgrade_needs_the_owner(settings, monkeypatch):
    monkeypatch.delitem(settings.DATABASES, "owner")
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("upgrade")


def test_the_first_workspace_and_its_administrator(db, monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", PASSWORD)
    out = io.StringIO()
    call_command("create_workspace", "Acme", "--email", "Ada@vendor.example", "--currency", "chf", stdout=out)
    assert "Acme is ready" in out.getvalue()
    call_command("create_workspace", "Second", "--email", "ada@vendor.example", stdout=out)
    user = User.objects.get()
    assert (user.name, user.check_password(PASSWORD)) == ("Ada", True)
    places = {one.workspace_name: one for one in queries.memberships_of(user)}
    assert set(places) == {"Acme", "Second"}
    with tenancy.entered(places["Acme"].workspace_id):
        assert Workspace.objects.get().currency == "CHF"
        assert Member.objects.get().role == Role.ADMIN


@pytest.mark.parametrize(("email", "password"), [("nobody", PASSWORD), ("a@b.example", "short")])
def test_a_first_workspace_with_a_bad_address_or_password_is_refused(db, monkeypatch, email, password):
    monkeypatch.setattr("getpass.getpass", lambda *_: password)
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    with pytest.raises(CommandError):
        call_command("create_workspace", "Acme", "--email", email)
    assert not User.objects.exists()


def test_a_server_error_undoes_what_the_page_wrote(workspace, monkeypatch):
    user = make_member(Role.ADMIN).user
    client = Client(raise_request_exception=False)
    client.force_login(user)

    def breaks(*, user, changes):
        actions.record(kind="thing.done", at=NOON, by=user)
        raise RuntimeError("oops")

    monkeypatch.setattr(actions, "update_profile", breaks)
    good = {"name": "Mei", "language": "en", "time_zone": "UTC", "theme": "dark"}
    assert client.post(reverse("workspaces:profile"), good).status_code == 500
    assert not AuditEvent.objects.filter(kind="thing.done").exists()


def test_a_token_that_has_gone_between_two_looks_is_refused(workspace):
    token, text = actions.issue_token(name="a", scopes=["read"], at=NOON, by=None)
    actions.revoke_token(token=token, at=NOON, by=make_user())
    for header in (f"Bearer {text}", "Bearer nonsense", f"Basic {text}", "Bearer"):
        assert Client().get("/api/v1/accounts/", headers={"Authorization": header}).status_code == 401


def test_an_idempotent_request_is_called_by_its_key(workspace):
    assert str(IdempotentRequest(key="k")) == "k"
