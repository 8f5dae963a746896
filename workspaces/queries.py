"""Who is where, and with what right."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from workspaces import tenancy
from workspaces.capabilities import can
from workspaces.models import ApiToken, AuditEvent, Invitation, Member, User, Workspace
from workspaces.secrets import digest


@dataclass(frozen=True)
class Membership:
    """One workspace a user may enter."""

    workspace_id: int
    workspace_name: str
    member_id: int
    role: str
    erase_at: datetime | None = None

    def can(self, capability: str) -> bool:
        return can(self.role, capability)


def memberships_of(user: User) -> list[Membership]:
    """Every workspace `user` may enter, by name; works before a workspace is entered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select workspace_id, workspace_name, member_id, role, erase_at from workspaces_memberships(%s)",
            [user.pk],
        )
        return [Membership(*row) for row in cursor.fetchall()]


def workspace(workspace_id: int) -> Workspace:
    return Workspace.objects.get(pk=workspace_id)


def members() -> QuerySet[Member]:
    """Active members by name."""
    return Member.objects.active().select_related("user").order_by("user__name", "pk")


def open_invitations(at: datetime) -> QuerySet[Invitation]:
    """Invitations that can still be accepted, newest first."""
    return Invitation.objects.open(at).select_related("invited_by").order_by("-pk")


def api_tokens() -> QuerySet[ApiToken]:
    """Tokens that have not been revoked, newest first."""
    return ApiToken.objects.filter(revoked_at=None).select_related("created_by").order_by("-pk")


def audit_trail() -> QuerySet[AuditEvent]:
    """What was done, newest first."""
    return AuditEvent.objects.select_related("user", "token").order_by("-pk")


def invitation_place(token: str) -> tuple[int, int] | None:
    """(workspace_id, invitation_id) of an invitation's link, whatever has become of it; before a workspace is known."""
    return tenancy.locate("workspaces_invitation_of", digest(token))


def has_user(email: str) -> bool:
    """Whether somebody can sign in with this address."""
    return User.objects.filter(email__iexact=email).exists()
