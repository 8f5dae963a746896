"""How a workspace weighs the parts of the score and what it desires of each, and what is typical of its customers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.stages import Stage
from health.first_profiles import mature_targets
from health.parts import PARTS, TOTAL_WEIGHT
from segments.models import Segment
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class HealthProfileQuerySet(WorkspaceQuerySet["HealthProfile"]):
    def live(self) -> "HealthProfileQuerySet":
        """All but those put away."""
        return self.filter(retired_at=None)

    def default(self) -> "HealthProfileQuerySet":
        """The one for everybody who is in no other."""
        return self.live().filter(segment=None, stages=[])


class HealthProfile(WorkspaceModel):
    """How the parts of the score are weighed for some accounts, and which value is desired of each.

    It applies to the accounts in one of its `stages` (none: in any) that its segment holds (none: all). The first by
    `place` that applies counts; the default, which says neither, comes last, is always there and applies to everybody
    else. A segment that was put away or deleted holds nobody. `targets` are in the order of the parts.
    """

    name = models.CharField(_("name"), max_length=80)
    place = models.PositiveSmallIntegerField(default=0)
    segment = models.ForeignKey(
        Segment, models.DO_NOTHING, related_name="+", null=True, blank=True, db_index=False, db_constraint=False
    )
    stages = ArrayField(models.CharField(max_length=20, choices=Stage.choices), default=list, blank=True)
    intent = models.PositiveSmallIntegerField(default=5)
    needs = models.PositiveSmallIntegerField(default=10)
    adoption = models.PositiveSmallIntegerField(default=25)
    outcomes = models.PositiveSmallIntegerField(default=20)
    relationships = models.PositiveSmallIntegerField(default=15)
    engagement = models.PositiveSmallIntegerField(default=10)
    education = models.PositiveSmallIntegerField(default=5)
    journey = models.PositiveSmallIntegerField(default=10)
    targets = ArrayField(models.PositiveSmallIntegerField(), default=mature_targets)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(HealthProfileQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(segment=None, stages=[], retired_at=None),
                name="health_one_default_profile",
            ),
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(retired_at=None), name="health_profile_name"
            ),
            models.CheckConstraint(
                condition=Q(
                    intent=TOTAL_WEIGHT
                    - F("needs")
                    - F("adoption")
                    - F("outcomes")
                    - F("relationships")
                    - F("engagement")
                    - F("education")
                    - F("journey")
                ),
                name="health_weights_total_100",
            ),
            models.CheckConstraint(
                condition=Q(targets__len=len(PARTS), targets__contained_by=list(range(101))),
                name="health_targets_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_default(self) -> bool:
        return self.segment_id is None and not self.stages

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each part, in order; they total 100."""
        return {key: getattr(self, key) for key in PARTS}

    @property
    def desired(self) -> dict[str, int]:
        """The target of each part, in order."""
        return dict(zip(PARTS, self.targets, strict=True))


class WeightsChange(WorkspaceModel):
    """One change of a profile's weights, and how far the scores of earlier days have been computed by the new ones.

    `asked_since`: for each part the first day from which the workspace worked with it; a part without one never did.
    `total` chunks of accounts, none while they have not been counted.
    """

    profile = models.ForeignKey(HealthProfile, models.CASCADE, related_name="changes", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    before = models.JSONField()
    after = models.JSONField()
    asked_since = models.JSONField(default=dict)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-at"], name="health_weights_changes")]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.at}"


class Typical(WorkspaceModel):
    """What is typical of a workspace's customers: the mean of each part in order, where enough of them have it.

    What is not known of one counts as this. `depth` is the median of key actions per active user in 28 days.
    """

    means = ArrayField(models.FloatField(null=True))
    depth = models.FloatField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="health_one_typical")]

    def __str__(self) -> str:
        return f"Means of workspace {self.workspace_id}"
