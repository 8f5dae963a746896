"""Saved, dynamic choices of accounts, and how well accounts fit the customer a workspace looks for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class SegmentQuerySet(WorkspaceQuerySet["Segment"]):
    def live(self) -> "SegmentQuerySet":
        """Computed and offered: neither archived nor deleted."""
        return self.filter(archived_at=None, deleted_at=None)

    def archived(self) -> "SegmentQuerySet":
        return self.exclude(archived_at=None).filter(deleted_at=None)

    def kept(self) -> "SegmentQuerySet":
        """All but the deleted, which stay a while to be brought back."""
        return self.filter(deleted_at=None)


class Segment(WorkspaceModel):
    """One saved choice of accounts: its `conditions`, as `segments.conditions` has them, and how many meet them.

    `computed_at` is empty until the members have been found for the first time since the conditions changed.
    """

    name = models.CharField(_("name"), max_length=80)
    conditions = models.JSONField()
    note = models.TextField(_("what it is for"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    members_count = models.PositiveIntegerField(default=0)

    objects = WorkspaceManager.from_queryset(SegmentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                condition=Q(archived_at=None, deleted_at=None),
                name="segments_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SegmentMember(WorkspaceModel):
    """One account meets one segment's conditions, `since` we saw it."""

    pk = models.CompositePrimaryKey("workspace_id", "segment_id", "account_id")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="segment_members", db_index=False)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "account", "segment"], name="segments_of_account")]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.account_id}"


class SegmentDay(WorkspaceModel):
    """How many accounts entered and left one segment on one UTC day, and how many it had in the end."""

    pk = models.CompositePrimaryKey("workspace_id", "segment_id", "day")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    entered = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.segment_id} {self.day}"


class Change(WorkspaceModel):
    """One account of which something changed that segments have not looked at yet.

    Rows are only ever added and taken, never updated, so that noting a change waits for nobody. Without a foreign
    key: an account that has gone needs no second look.
    """

    account_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "id"], name="segments_changes_in_order")]

    def __str__(self) -> str:
        return str(self.account_id)


class CriterionQuerySet(WorkspaceQuerySet["Criterion"]):
    def in_use(self) -> "CriterionQuerySet":
        return self.filter(retired_at=None)


class Criterion(WorkspaceModel):
    """One thing that the ideal customer has. Its conditions never change: another wording is another criterion."""

    name = models.CharField(_("name"), max_length=80)
    conditions = models.JSONField()
    weight = models.PositiveSmallIntegerField(_("points"))
    place = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(CriterionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="segments_weight_range"),
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(retired_at=None), name="segments_criterion_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccountFit(WorkspaceModel):
    """How well one account fits: the criteria it meets, misses, and those of which nothing is known."""

    pk = models.CompositePrimaryKey("workspace_id", "account_id")
    account = models.ForeignKey(Account, models.CASCADE, related_name="fits", db_index=False)
    score = models.SmallIntegerField(null=True)
    met = ArrayField(models.BigIntegerField())
    missed = ArrayField(models.BigIntegerField())
    unknown = ArrayField(models.BigIntegerField())
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(0, 100)), name="segments_fit_range")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.score}"


class FitSnapshot(WorkspaceModel):
    """How well one account fitted when it signed. Taken once, never changed."""

    pk = models.CompositePrimaryKey("workspace_id", "account_id")
    account = models.ForeignKey(Account, models.CASCADE, related_name="fit_snapshots", db_index=False)
    score = models.SmallIntegerField(null=True)
    met = ArrayField(models.BigIntegerField())
    missed = ArrayField(models.BigIntegerField())
    unknown = ArrayField(models.BigIntegerField())
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id}: {self.score}"
