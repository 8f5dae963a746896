"""What happened to customers."""

from django.db import models

from accounts.models.account import Account
from workspaces.fields import InnerModel
from workspaces.models import User


class Fact(InnerModel):
    """One thing that happened to an account: a row of its timeline. Never changed, never deleted."""

    append_only = True

    account = models.ForeignKey(Account, models.CASCADE, related_name="facts", db_index=False)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "account", "-at", "-id"], name="accounts_facts_of"),
            models.Index(  # what customers said, among all that happened to them
                fields=["workspace", "account", "-at", "-id"],
                condition=models.Q(kind="survey.answered"),
                name="accounts_answers_of",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
