"""Who is where, and with what right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from workspaces import tenancy
from workspaces.capabilities import can
from workspaces.models import ApiToken, AuditEvent, Invitation, Member, RetentionRule, User, Workspace
from workspaces.registry import Retained, retained
from workspaces.secrets import digest

MOST_DUE = 10_000


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


@dataclass(frozen=True)
class Kept:
    """One kind of data with how many days it is kept here (None: for good), and when the old went last."""

    about: Retained
    days: int | None
    run_at: datetime | None
    gone: int

    def due(self, at: datetime, days: int | None) -> int:
        """How many rows would go at `at` if it were kept for `days`; at most MOST_DUE + 1 are counted."""
        if days is None:
            return 0
        return self.about.due(at - timedelta(days=days)).order_by().values("pk")[: MOST_DUE + 1].count()


def kept_days(kind: str) -> int | None:
    """How many days rows of this kind are kept; None for good."""
    rule: RetentionRule | None = RetentionRule.objects.filter(kind=kind).first()
    return rule.days if rule and rule.changed_at else retained[kind].default_days


def kept() -> list[Kept]:
    """Every kind of data that is kept for some time, as it was registered."""
    rules: dict[str, RetentionRule] = {rule.kind: rule for rule in RetentionRule.objects.all()}
    found = []
    for kind, about in retained.items():
        rule = rules.get(kind, RetentionRule())
        days = rule.days if rule.changed_at else about.default_days
        found.append(Kept(about, days, rule.run_at, rule.gone))
    return found


def places_of(user_id: int) -> tuple[int, int]:
    """In how many workspaces a person is a member, and in how many they ever were; whatever is entered."""
    with connection.cursor() as cursor:
        cursor.execute("select active, ever from workspaces_places_of(%s)", [user_id])
        active, ever = cursor.fetchone()
    return int(active), int(ever)


def has_user(email: str) -> bool:
    """Whether somebody can sign in with this address."""
    return User.objects.filter(email__iexact=email).exists()
