"""What nobody wants to see on Today for a while."""

from datetime import date

from django.db import models
from django.db.models import Q

from accounts.models import Account
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class DismissalQuerySet(WorkspaceQuerySet["Dismissal"]):
    def live(self, day: date) -> "DismissalQuerySet":
        """Neither taken back nor over; something new may have ended them all the same (`queries.put_aside`)."""
        return self.filter(ended_at=None, until__gt=day)


class Dismissal(WorkspaceModel):
    """One account that somebody took off Today until a day, with a reason.

    It comes back on that day, when somebody brings it back, or when something new happens.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    until = models.DateField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    objects = WorkspaceManager.from_queryset(DismissalQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account"], condition=Q(ended_at=None), name="alerts_one_dismissal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} until {self.until}"
