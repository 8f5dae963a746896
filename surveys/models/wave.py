"""One question to many at once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Survey
from workspaces.fields import WorkspaceModel
from workspaces.models import User


class Wave(WorkspaceModel):
    """One sending of a survey to the chosen accounts' contacts in the chosen roles; without `account_ids`, to the
    survey's whole audience.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="waves", db_index=False)
    name = models.CharField(_("name"), max_length=120)
    account_ids = ArrayField(models.BigIntegerField())
    roles = ArrayField(models.CharField(max_length=14))
    spread_days = models.PositiveSmallIntegerField(_("working days"), default=0, db_default=0)
    created_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="surveys_wave_newest"),
            models.Index(fields=["workspace", "survey", "-id"], name="surveys_waves_of"),
        ]

    def __str__(self) -> str:
        return self.name
