"""When a customer is better left alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class HoldQuerySet(WorkspaceQuerySet["Hold"]):
    def open(self) -> "HoldQuerySet":
        return self.filter(ended_at=None)


class Hold(WorkspaceModel):
    """One time in which nobody at an account is asked anything: an escalation is open, or the renewal is disputed.

    `source` names what opened it, and ends it: an alert, a ticket; empty when somebody did so by hand.
    """

    class Kind(models.TextChoices):
        ESCALATION = "escalation", _("Escalation")
        DISPUTE = "dispute", _("Disputed renewal")

    account = models.ForeignKey(Account, models.CASCADE, related_name="survey_holds", db_index=False)
    kind = models.CharField(_("why"), max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)

    objects = WorkspaceManager.from_queryset(HoldQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "kind", "source"], condition=Q(ended_at=None), name="surveys_hold_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-begun_at", "-id"], name="surveys_holds_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}"
