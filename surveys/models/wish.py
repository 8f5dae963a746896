"""What people ask for, or offer, after they have answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from surveys.models.answer import Answer
from workspaces.fields import WorkspaceModel


class Wish(WorkspaceModel):
    """One wish of somebody who has answered: to be called, or that we write to somebody they recommend us to.

    `reach` is a phone number, or the other person's address; `words` is when to call, or a greeting.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Wants to be called")
        REFERRAL = "referral", _("Recommends us")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="wishes", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="survey_wishes", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="survey_wishes", db_index=False)
    name = models.CharField(max_length=120, blank=True)
    reach = models.CharField(max_length=254, blank=True)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "answer", "kind", "reach"], name="surveys_wish_once")
        ]
        indexes = [models.Index(fields=["workspace", "account", "-id"], name="surveys_wishes_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
