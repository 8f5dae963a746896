"""What people themselves think of how a customer is doing."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from lib.time import day_of
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User

LASTS_DAYS = 30


class PulseQuerySet(WorkspaceQuerySet["Pulse"]):
    def standing(self) -> "PulseQuerySet":
        """All but those taken back."""
        return self.filter(taken_back_at=None)


class Pulse(WorkspaceModel):
    """One judgement of somebody who knows the customer, with why; it holds for 30 days or until the next one.

    It never enters the score. One that was a slip is taken back within some minutes and counts no more.
    """

    class Step(models.IntegerChoices):
        LEAVING = 1, _("About to leave")
        TROUBLE = 2, _("In trouble")
        SHAKY = 3, _("Shaky")
        STEADY = 4, _("Steady")
        WELL = 5, _("Doing well")
        THRIVING = 6, _("Thriving")

    account = models.ForeignKey(Account, models.CASCADE, related_name="pulses", db_index=False)
    step = models.SmallIntegerField(_("how they are doing"), choices=Step.choices)
    reason = models.TextField(_("why"))
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(PulseQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(step__range=(1, 6)), name="health_pulse_step"),
            models.CheckConstraint(condition=~Q(reason=""), name="health_pulse_has_reason"),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-at", "-id"], name="health_pulses_of")]

    def __str__(self) -> str:
        return f"{self.step} {self.account_id}"

    @property
    def expires_on(self) -> date:
        """The first day on which it holds no more."""
        return day_of(self.at) + timedelta(days=LASTS_DAYS)

    def holds_on(self, day: date) -> bool:
        return day < self.expires_on
