"""Tenants, the people who sign in, what they may do, and what they did."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from workspaces.capabilities import Role
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.scopes import described


class Workspace(models.Model):
    """One tenant: a vendor that keeps its customers here. From `erase_at` on everything of it is being deleted."""

    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="EUR")
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField()
    erase_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds users by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person who can sign in; a Member in each workspace they work in."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Follow the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=10, default="en")
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="workspaces_user_email")]

    def __str__(self) -> str:
        return self.name or self.email


class MemberQuerySet(WorkspaceQuerySet["Member"]):
    def active(self) -> "MemberQuerySet":
        return self.filter(ended_at=None)


class Member(WorkspaceModel):
    """One user's place in one workspace."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(MemberQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="workspaces_member_once")]

    def __str__(self) -> str:
        return str(self.user)


class InvitationQuerySet(WorkspaceQuerySet["Invitation"]):
    def open(self, at: datetime) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(WorkspaceModel):
    """One person asked to join one workspace by a link that works once."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Role.choices)
    token_hash = models.CharField(max_length=64, db_index=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(InvitationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="workspaces_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return self.email


class ApiTokenQuerySet(WorkspaceQuerySet["ApiToken"]):
    def usable(self, at: datetime) -> "ApiTokenQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class ApiToken(WorkspaceModel):
    """One key to the API of one workspace, for what `workspaces.scopes` lists; only its SHA-256 is kept."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, db_index=True)
    scopes = ArrayField(models.CharField(max_length=24))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(ApiTokenQuerySet)()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def may(self) -> list[str]:
        """Its scopes in words."""
        return described(self.scopes)


class AuditEvent(WorkspaceModel):
    """One thing a member, a token or the system did. Never changed, never deleted."""

    append_only = True

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    token = models.ForeignKey(ApiToken, models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="workspaces_audit_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class IdempotentRequest(WorkspaceModel):
    """The stored answer to one API call, so that a repeat of it does nothing new."""

    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="workspaces_idempotent_key")]

    def __str__(self) -> str:
        return self.key


class RetentionRule(WorkspaceModel):
    """How many days one kind of data is kept in this workspace (empty: for good), and when the old went last."""

    kind = models.CharField(max_length=40)
    days = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    run_at = models.DateTimeField(null=True, blank=True)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind"], name="workspaces_retention_once")]

    def __str__(self) -> str:
        return self.kind
