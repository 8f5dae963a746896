"""How a workspace weighs the parts of the score, and what is typical of its customers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from health.parts import TOTAL_WEIGHT
from workspaces.fields import WorkspaceModel
from workspaces.models import User


class HealthProfile(WorkspaceModel):
    """How one workspace weighs the parts of the score."""

    intent = models.PositiveSmallIntegerField(default=5)
    needs = models.PositiveSmallIntegerField(default=10)
    adoption = models.PositiveSmallIntegerField(default=25)
    outcomes = models.PositiveSmallIntegerField(default=20)
    relationships = models.PositiveSmallIntegerField(default=15)
    engagement = models.PositiveSmallIntegerField(default=10)
    education = models.PositiveSmallIntegerField(default=5)
    journey = models.PositiveSmallIntegerField(default=10)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="health_one_profile"),
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
        ]

    def __str__(self) -> str:
        return f"Weights of workspace {self.workspace_id}"


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
