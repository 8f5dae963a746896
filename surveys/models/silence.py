"""Which customers are asked and do not answer."""

from django.db import models

from accounts.models import Account
from workspaces.fields import WorkspaceModel


class Silence(WorkspaceModel):
    """One account whose last `unanswered` mails, to `people` of its people, were all left without an answer.

    `chance` is how likely that is of an account that answers as often as the others do. `answered_at` is empty if it
    has not answered in the year that is looked at. `told_at`: when the timeline was told that it had fallen silent.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    unanswered = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    chance = models.FloatField()
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField()
    computed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "account"], name="surveys_silent_once")]
        indexes = [models.Index(fields=["workspace", "-unanswered", "id"], name="surveys_silent_longest")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.unanswered}"
