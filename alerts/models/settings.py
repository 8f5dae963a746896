"""How a workspace deals with its alerts."""

from django.db import models
from django.db.models import Q

from workspaces.fields import WorkspaceModel
from workspaces.models import User

MOST_HELD_OUT = 20


class AlertSettings(WorkspaceModel):
    """How many alerts a workspace can follow, when an untouched one goes to the managers, and how many keep silent.

    `budget`: alerts a month for each 100 accounts. `escalate_after_days`: 0 is never; they begin at `escalating_since`
    at the earliest, so that switching it on does not hand over all that is old. `holdout_share`: of 100 new alerts
    that no event opened, so many are told to nobody (`alerts.holdout`).
    """

    budget = models.PositiveSmallIntegerField(default=5)
    escalate_after_days = models.PositiveSmallIntegerField(default=3)
    escalating_since = models.DateTimeField(null=True, blank=True)
    holdout_share = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="alerts_one_settings"),
            models.CheckConstraint(condition=Q(holdout_share__lte=MOST_HELD_OUT), name="alerts_holdout_share"),
        ]

    def __str__(self) -> str:
        return f"Alerts of workspace {self.workspace_id}"
