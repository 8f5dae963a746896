"""How one workspace asks its customers."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workspaces.fields import WorkspaceModel


class SurveySettings(WorkspaceModel):
    """What holds for all surveys of one workspace; the defaults hold until somebody changes them.

    `account_cap` mails go to one account in any 30 days, `daily_cap` to all customers in a UTC day; 0 is no limit.
    Mails that keep to hours go out on weekdays from `hours_from` until `hours_until` where their reader lives.
    """

    class EffortScore(models.TextChoices):
        """The two ways to count CES answers, which give different numbers and are never mixed."""

        MEAN = "mean", _("Mean of the answers, 1 to 7")
        SHARE = "share", _("Share of answers from 5 to 7")

    is_on = models.BooleanField(_("send surveys"), default=True)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    quiet_days = models.PositiveSmallIntegerField(_("quiet days per person"), default=7)
    account_cap = models.PositiveSmallIntegerField(_("mails per account in 30 days"), default=0, db_default=0)
    daily_cap = models.PositiveIntegerField(_("mails per day"), default=0, db_default=0)
    hours_from = models.PositiveSmallIntegerField(_("first hour"), default=9, db_default=9)
    hours_until = models.PositiveSmallIntegerField(_("last hour"), default=17, db_default=17)
    effort_score = models.CharField(
        _("how CES is counted"),
        max_length=5,
        choices=EffortScore.choices,
        default=EffortScore.MEAN,
        db_default=EffortScore.MEAN,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="surveys_settings_once"),
            models.CheckConstraint(
                condition=Q(hours_until__lte=24, hours_from__lt=F("hours_until")), name="surveys_hours_in_order"
            ),
        ]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"

    @property
    def quiet(self) -> timedelta:
        return timedelta(days=self.quiet_days)
