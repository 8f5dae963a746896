"""Workspaces, members, invitations, tokens, the audit trail: who may what, and since when."""

from datetime import timedelta
from itertools import pairwise

import pytest

from outbox.models import Mail
from tests.builders import NOON, PASSWORD, make_member, make_user, make_workspace
from workspaces import actions, queries, tenancy, words
from workspaces.capabilities import CAPABILITIES, Capability, Role, can
from workspaces.models import ApiToken, AuditEvent, Invitation, Member, User, Workspace
from workspaces.secrets import digest

LATER = NOON + timedelta(days=1)


def audited() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_the_table_of_roles_only_grows():
    order = [Role.VIEWER, Role.CSM, Role.MANAGER, Role.ADMIN]
    for less, more in pairwise(order):
        assert CAPABILITIES[less] < CAPABILITIES[more]
    assert CAPABILITIES[Role.ADMIN] == set(Capability)
    assert can(Role.VIEWER, Capability.VIEW)
    assert not can(Role.MANAGER, Capability.ADMINISTER)


def test_a_workspace_is_made_outside_any_other(db):
    workspace = actions.found_workspace(name="Acme", at=NOON, currency="CHF", time_zone="Europe/Zurich")
    assert not tenancy.is_entered()
    with tenancy.entered(workspace.pk):
        assert (queries.workspace(workspace.pk).currency, str(Workspace.objects.get())) == ("CHF", "Acme")


def test_a_member_who_left_comes_back_with_the_new_role(workspace):
    admin, user = make_member(Role.ADMIN), make_user()
    member = actions.add_member(user=user, role=Role.CSM, at=NOON, by=None)
    actions.end_membership(member=member, at=NOON, by=admin.user)
    assert user.pk not in [one.user_id for one in queries.members()]
    again = actions.add_member(user=user, role=Role.VIEWER, at=LATER, by=admin.user)
    assert (again.pk, again.role, again.ended_at, again.started_at) == (member.pk, Role.VIEWER, None, NOON)
    assert audited()[-3:] == ["member.added", "member.removed", "member.added"]


def test_memberships_are_known_before_a_workspace_is_entered(db):
    user, first, second = make_user(), make_workspace("Zeta"), make_workspace("Alpha")
    for workspace, role in ((first, Role.ADMIN), (second, Role.VIEWER)):
        with tenancy.entered(workspace.pk):
            make_member(role, user)
    found = queries.memberships_of(user)
    assert [(one.workspace_name, one.role) for one in found] == [("Alpha", "viewer"), ("Zeta", "admin")]
    assert found[1].can(Capability.ADMINISTER)
    assert not found[0].can(Capability.WORK)


def test_a_role_is_changed_on_record(workspace):
    admin, member = make_member(Role.ADMIN), make_member(Role.CSM)
    actions.change_role(member=member, role=Role.ADMIN, at=NOON, by=admin.user)
    actions.change_role(member=admin, role=Role.VIEWER, at=NOON, by=member.user)
    assert Member.objects.get(pk=admin.pk).role == Role.VIEWER
    assert AuditEvent.objects.filter(kind="member.role_changed").latest("pk").detail == {
        "from": "admin",
        "to": "viewer",
    }


def test_the_last_administrator_stays(workspace):
    admin = make_member(Role.ADMIN)
    with pytest.raises(actions.LastAdmin):
        actions.change_role(member=admin, role=Role.VIEWER, at=NOON, by=admin.user)
    with pytest.raises(actions.LastAdmin):
        actions.end_membership(member=admin, at=NOON, by=admin.user)
    actions.change_role(member=admin, role=Role.ADMIN, at=NOON, by=admin.user)


def test_inviting_sends_a_mail_with_a_link_that_works_once(workspace):
    admin = make_member(Role.ADMIN)
    invitation = actions.invite(email="new@vendor.example", role=Role.CSM, at=NOON, by=admin.user)
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("new@vendor.example", "You are invited to Acme Services")
    token = mail.text.partition("/invitations/")[2].partition("/")[0]
    assert token in mail.html
    assert "Mei Chen invites you" in mail.text
    assert queries.invitation_place(token) == (workspace.pk, invitation.pk)
    assert invitation.token_hash == digest(token) != token
    assert list(queries.open_invitations(NOON)) == [invitation]

    user = actions.accept_invitation(invitation=invitation, at=LATER, name="Noa", password=PASSWORD)
    assert (user.email, user.name, user.check_password(PASSWORD)) == ("new@vendor.example", "Noa", True)
    assert Member.objects.get(user=user).role == Role.CSM
    joined = AuditEvent.objects.get(kind="member.added", subject=user.email)
    assert joined.user == user, "not who invited them"
    with pytest.raises(actions.InvitationClosed):
        actions.accept_invitation(invitation=invitation, at=LATER, name="Eve", password=PASSWORD)
    assert not queries.open_invitations(LATER).exists()


def test_an_invitation_without_an_inviter_is_worded_so(workspace):
    actions.invite(email="new@vendor.example", role=Role.CSM, at=NOON, by=None)
    assert "You are invited to Acme Services" in Mail.objects.get().text


def test_nobody_is_invited_twice_or_who_is_here(workspace):
    admin = make_member(Role.ADMIN, make_user("Admin@vendor.example"))
    with pytest.raises(actions.AlreadyMember):
        actions.invite(email="ADMIN@vendor.example", role=Role.CSM, at=NOON, by=admin.user)
    actions.invite(email="new@vendor.example", role=Role.CSM, at=NOON, by=admin.user)
    with pytest.raises(actions.AlreadyInvited):
        actions.invite(email="New@Vendor.example", role=Role.CSM, at=NOON, by=admin.user)
    after = NOON + actions.INVITATION_LIFE
    again = actions.invite(email="new@vendor.example", role=Role.CSM, at=after, by=admin.user)
    assert list(queries.open_invitations(after)) == [again]
    assert str(again) == "new@vendor.example"


@pytest.mark.parametrize("why", ["withdrawn", "expired"])
def test_an_invitation_that_is_withdrawn_or_old_is_closed(workspace, why):
    admin = make_member(Role.ADMIN)
    invitation = actions.invite(email="new@vendor.example", role=Role.CSM, at=NOON, by=admin.user)
    at = NOON + actions.INVITATION_LIFE if why == "expired" else NOON
    if why == "withdrawn":
        actions.withdraw_invitation(invitation=invitation, at=NOON, by=admin.user)
    with pytest.raises(actions.InvitationClosed):
        actions.accept_invitation(invitation=invitation, at=at, name="Noa", password=PASSWORD)
    assert not queries.has_user("new@vendor.example")


def test_somebody_with_an_account_accepts_with_it(workspace):
    admin, user = make_member(Role.ADMIN), make_user()
    invitation = actions.invite(email=user.email, role=Role.MANAGER, at=NOON, by=admin.user)
    assert actions.accept_invitation(invitation=invitation, at=NOON, user=user) == user
    assert User.objects.filter(email=user.email).count() == 1
    assert queries.has_user(user.email.upper())


def test_a_token_is_kept_as_a_hash_and_found_by_its_text(workspace):
    admin = make_member(Role.ADMIN)
    token, text = actions.issue_token(name="Import", scopes=["write"], at=NOON, by=admin.user, expires_at=LATER)
    assert text.startswith("nf_")
    assert text not in (token.token_hash, token.prefix)
    assert tenancy.locate("workspaces_api_token", digest(text)) == (workspace.pk, token.pk)
    assert list(ApiToken.objects.usable(NOON)) == [token]
    assert list(ApiToken.objects.usable(LATER)) == []
    actions.revoke_token(token=token, at=NOON, by=admin.user)
    assert not ApiToken.objects.usable(NOON).exists()
    assert not queries.api_tokens().exists()
    assert audited()[-2:] == ["token.issued", "token.revoked"]


def test_a_tokens_use_is_noted_to_five_minutes(workspace):
    token, _ = actions.issue_token(name="Import", scopes=["read"], at=NOON, by=None)
    for minutes, noted in ((0, 0), (4, 0), (6, 6)):
        actions.note_token_use(token=token, at=NOON + timedelta(minutes=minutes))
        token.refresh_from_db()
        assert token.last_used_at == NOON + timedelta(minutes=noted)


def test_a_profile_takes_what_it_knows(db):
    user = make_user()
    actions.update_profile(user=user, changes={"name": "Mei", "theme": "dark", "email": "other@x.example"})
    user.refresh_from_db()
    assert (user.name, user.theme) == ("Mei", "dark")
    assert user.email != "other@x.example"


def test_the_answer_to_a_call_is_kept_for_a_day(workspace):
    assert actions.take_up_request(key="a", fingerprint="1", at=NOON) is None
    actions.store_answer(key="a", fingerprint="1", status=201, body="{}", at=NOON)
    assert actions.take_up_request(key="a", fingerprint="1", at=NOON).status == 201
    with pytest.raises(actions.KeyReused):
        actions.take_up_request(key="a", fingerprint="2", at=NOON)
    assert actions.take_up_request(key="a", fingerprint="2", at=LATER) is None
    actions.store_answer(key="a", fingerprint="2", status=201, body="{}", at=NOON)
    assert actions.forget_answers(at=LATER) == 1
    assert actions.forget_answers(at=LATER) == 0


def test_the_audit_trail_reads_newest_first_in_words(workspace):
    user = make_user()
    actions.record(kind="member.added", at=NOON, by=user, subject="x" * 300, detail={"role": "csm"})
    actions.record(kind="robot.greeted_twice", at=NOON, by=None)
    newest, oldest = queries.audit_trail()
    assert (words.audited(oldest.kind), len(oldest.subject)) == ("Member joined", 200)
    assert words.audited(newest.kind) == "Robot greeted twice"
    assert words.detail({"is_on": True, "is_off": False, "scopes": ["read", "write"], "n": 3}) == (
        "is on: yes, is off: no, scopes: read write, n: 3"
    )


def test_how_things_are_called(workspace):
    user = make_user(name="")
    assert str(user) == user.email
    assert str(make_member(user=user)) == user.email
    assert str(Invitation(email="a@b.example")) == "a@b.example"
    assert str(ApiToken(name="Import", prefix="nf_abc")) == "Import (nf_abc…)"
    assert str(AuditEvent(kind="a.b", subject="c")) == "a.b c"
    assert User.objects.get_by_natural_key(user.email.upper()) == user
