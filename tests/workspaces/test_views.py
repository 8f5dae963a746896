"""Members, tokens, audit trail, profile, switching workspaces: through the browser's door."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lib.time import now
from outbox.models import Mail
from tests.builders import NOON, PASSWORD, make_member, make_user, make_workspace
from workspaces import actions, tenancy
from workspaces.capabilities import Role
from workspaces.models import ApiToken, AuditEvent, Invitation, Member, User


@pytest.fixture
def admin(workspace) -> Member:
    return make_member(Role.ADMIN, make_user(name="Ada Admin"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(admin) -> Client:
    return signed_in(admin.user)


def text_of(response) -> str:
    return response.content.decode()


# ------------------------------------------------------------------ settings
def test_settings_shows_each_role_what_it_may_open(client, workspace):
    everything = text_of(client.get(reverse("workspaces:settings")))
    for name in ("member_list", "token_list", "audit_list", "profile"):
        assert reverse(f"workspaces:{name}") in everything
    assert reverse("outbox:stuck_list") in everything
    little = text_of(signed_in(make_member(Role.VIEWER).user).get(reverse("workspaces:settings")))
    assert reverse("workspaces:profile") in little
    assert reverse("workspaces:member_list") not in little
    assert "Unmatched events" not in little


def test_without_a_workspace_there_are_no_settings(db):
    assert signed_in(make_user()).get(reverse("workspaces:settings")).status_code == 404


# ------------------------------------------------------------------ members
def test_inviting_a_colleague(client):
    address = reverse("workspaces:member_list")
    assert client.get(address).status_code == 200
    response = client.post(address, {"email": "new@vendor.example", "role": "csm"}, follow=True)
    assert "The invitation is on its way" in text_of(response)
    assert "new@vendor.example" in text_of(response)
    again = client.post(address, {"email": "NEW@vendor.example", "role": "csm"})
    assert (again.status_code, "invited already" in text_of(again)) == (422, True)
    assert 'value="NEW@vendor.example"' in text_of(again)
    assert client.post(address, {"email": "nobody", "role": "king"}).status_code == 422


def test_inviting_a_member_is_refused(client, admin):
    response = client.post(reverse("workspaces:member_list"), {"email": admin.user.email, "role": "csm"})
    assert (response.status_code, "a member already" in text_of(response)) == (422, True)


def test_withdrawing_an_invitation(client):
    client.post(reverse("workspaces:member_list"), {"email": "new@vendor.example", "role": "csm"})
    address = reverse("workspaces:invitation_withdraw", args=[Invitation.objects.get().pk])
    assert "no longer works" in text_of(client.post(address, follow=True))
    assert client.post(address).status_code == 404


def test_changing_a_role(client, admin):
    member = make_member(Role.CSM)
    address = reverse("workspaces:member_role", args=[member.pk])
    assert "The new role counts" in text_of(client.post(address, {"role": "manager"}, follow=True))
    assert Member.objects.get(pk=member.pk).role == Role.MANAGER
    client.post(address, {"role": "king"})
    client.post(address, {"role": "manager"})
    assert Member.objects.get(pk=member.pk).role == Role.MANAGER
    assert AuditEvent.objects.filter(kind="member.role_changed").count() == 1
    mine = reverse("workspaces:member_role", args=[admin.pk])
    assert "needs an administrator" in text_of(client.post(mine, {"role": "viewer"}, follow=True))


def test_removing_a_member_ends_their_next_request(client, admin):
    member = make_member(Role.CSM)
    theirs = signed_in(member.user)
    assert theirs.get(reverse("workspaces:profile")).status_code == 200
    response = client.post(reverse("workspaces:member_remove", args=[member.pk]), follow=True)
    assert "is no longer a member" in text_of(response)
    assert theirs.get(reverse("workspaces:profile")).status_code == 404
    mine = reverse("workspaces:member_remove", args=[admin.pk])
    assert "needs an administrator" in text_of(client.post(mine, follow=True))


def test_members_of_another_workspace_are_out_of_reach(client):
    with tenancy.entered(make_workspace("Other").pk):
        stranger = make_member(Role.ADMIN)
    assert client.post(reverse("workspaces:member_remove", args=[stranger.pk])).status_code == 404


# ------------------------------------------------------------------ invitations
def invited(admin: Member, email: str = "new@vendor.example", role: str = Role.CSM) -> str:
    with time_machine.travel(NOON, tick=False):
        actions.invite(email=email, role=role, at=NOON, by=admin.user)
    return "/invitations/" + Mail.objects.latest("pk").text.partition("/invitations/")[2].split()[0]


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON + timedelta(hours=1), tick=False) as travel:
        yield travel


def test_a_newcomer_joins_with_a_name_and_a_good_password(admin, at_noon, workspace):
    link, client = invited(admin), Client()
    page = client.get(link)
    assert (page.status_code, "Join Acme Services" in text_of(page)) == (200, True)
    for password in ("short", "qwerty123456", "new@vendor.example"):
        bad = client.post(link, {"name": "Noa", "password": password})
        assert (bad.status_code, 'value="Noa"' in text_of(bad)) == (422, True)
    assert client.post(link, {"name": "", "password": ""}).status_code == 422

    response = client.post(link, {"name": "Noa", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["workspace_id"] == workspace.pk
    assert "Noa" in text_of(client.get(reverse("workspaces:profile")))
    assert text_of(Client().get(link)).count("no longer works") >= 1
    assert Client().get(link).status_code == 410


def test_a_second_click_on_join_is_told_so(admin, at_noon, monkeypatch):
    link = invited(admin)

    def closed(**_):
        raise actions.InvitationClosed

    monkeypatch.setattr(actions, "accept_invitation", closed)
    assert Client().post(link, {"name": "Noa", "password": PASSWORD}).status_code == 410


def test_somebody_signed_in_joins_with_one_click(admin, at_noon, workspace):
    with tenancy.entered(make_workspace("Other").pk):
        user = make_member(Role.VIEWER).user
    link, client = invited(admin, user.email, Role.MANAGER), signed_in(user)
    assert "You are signed in as" in text_of(client.get(link))
    assert client.post(link)["Location"] == "/"
    assert client.session["workspace_id"] == workspace.pk
    assert Member.objects.get(user=user).role == Role.MANAGER


def test_a_member_is_not_given_another_role_by_a_link(admin, at_noon):
    link, client = invited(admin), signed_in(admin.user)
    assert "You are a member of this workspace already" in text_of(client.get(link))
    assert client.post(link).status_code == 200
    assert Member.objects.get(pk=admin.pk).role == Role.ADMIN


def test_somebody_with_an_account_is_asked_to_sign_in_first(admin, at_noon):
    user = make_user()
    link = invited(admin, user.email)
    page = text_of(Client().get(link))
    assert "You have an account" in page
    assert f"?next={link}" in page
    assert Client().post(link, {"name": "Eve", "password": PASSWORD}).status_code == 200
    assert not Member.objects.filter(user=user).exists()


def test_an_old_or_unknown_link_is_closed_in_a_friendly_way(admin, at_noon):
    link = invited(admin)
    at_noon.shift(actions.INVITATION_LIFE)
    for address in (link, "/invitations/unknown/"):
        response = Client().get(address)
        assert (response.status_code, "no longer works" in text_of(response)) == (410, True)


# ------------------------------------------------------------------ tokens
def test_a_token_is_shown_once_and_opens_the_api(client):
    address = reverse("workspaces:token_list")
    assert "No token has been issued" in text_of(client.get(address))
    page = client.post(address, {"name": "Import", "scope": "read", "days": "30"}, follow=True)
    text = re.search(r'<code id="api-token">([^<]+)</code>', text_of(page))[1]
    assert "no-store" in page["Cache-Control"]
    assert text not in text_of(client.get(address))
    token = ApiToken.objects.get()
    assert (token.scopes, (token.expires_at - token.created_at).days) == (["read"], 30)

    bearer = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/accounts/", headers=bearer).status_code == 200
    revoke = reverse("workspaces:token_revoke", args=[token.pk])
    assert "no longer works" in text_of(client.post(revoke, follow=True))
    assert Client().get("/api/v1/accounts/", headers=bearer).status_code == 401
    assert client.post(revoke).status_code == 404


def test_a_token_may_live_until_it_is_revoked(client):
    client.post(reverse("workspaces:token_list"), {"name": "Import", "scope": "write", "days": "0"})
    assert ApiToken.objects.get().expires_at is None
    assert client.post(reverse("workspaces:token_list"), {"name": "", "scope": "all"}).status_code == 422
    actions.issue_token(name="Old", scopes=["read"], at=NOON, by=None, expires_at=NOON + timedelta(days=1))
    with time_machine.travel(NOON + timedelta(days=2)):
        assert "Expired" in text_of(client.get(reverse("workspaces:token_list")))


# ------------------------------------------------------------------ audit trail
def test_the_audit_trail_page_by_page(client, admin):
    assert "Member joined" in text_of(client.get(reverse("workspaces:audit_list")))
    for number in range(60):
        actions.record(kind="token.issued", subject=f"Token {number}", at=NOON, by=None)
    page = text_of(client.get(reverse("workspaces:audit_list")))
    assert page.count("data-row") == 50
    assert "Ninefold itself" in page
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "Ada Admin" not in page.partition("<main")[2]
    assert "Token 0" in text_of(client.get(reverse("workspaces:audit_list") + following))


# ------------------------------------------------------------------ profile
def test_changing_ones_profile(client, admin):
    address = reverse("workspaces:profile")
    good = {"name": "Mei", "language": "en", "time_zone": "Asia/Taipei", "theme": "dark"}
    assert "Saved." in text_of(client.post(address, good, follow=True))
    admin.user.refresh_from_db()
    assert (admin.user.name, admin.user.time_zone, admin.user.theme) == ("Mei", "Asia/Taipei", "dark")
    bad = client.post(address, {**good, "time_zone": "Mars/Olympus"})
    assert bad.status_code == 422


# ------------------------------------------------------------------ switching
def test_switching_workspaces(client, admin, workspace):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        make_member(Role.VIEWER, admin.user)
    address = reverse("workspaces:workspace_switch")
    assert client.post(address, {"workspace": other.pk})["Location"] == "/"
    assert client.get(reverse("workspaces:member_list")).status_code == 403
    client.post(address, {"workspace": workspace.pk})
    assert client.get(reverse("workspaces:member_list")).status_code == 200
    for wrong in ("999999", "", "x"):
        assert client.post(address, {"workspace": wrong}).status_code == 404


# ------------------------------------------------------------------ cost
def test_the_lists_cost_the_same_at_any_length(client, admin):
    def add(number: int) -> None:
        make_member(Role.CSM)
        actions.invite(email=f"n{number}@vendor.example", role=Role.CSM, at=now(), by=admin.user)
        actions.issue_token(name=f"T{number}", scopes=["read"], at=now(), by=admin.user)

    def costs() -> list[int]:
        found = []
        for name in ("member_list", "token_list", "audit_list"):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"workspaces:{name}"))
            found.append(len(queries))
        return found

    add(0)
    before = costs()
    for number in range(1, 4):
        add(number)
    assert costs() == before
