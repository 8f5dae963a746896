"""Who gets the voice of the customer by mail, and how it names people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.fields import WorkspaceModel
from workspaces.models import Member, User


class Rhythm(models.TextChoices):
    """How often a digest goes, and what it covers."""

    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")


class Subscription(WorkspaceModel):
    """What one member gets: on Mondays about the week, on the first about the month."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    is_weekly = models.BooleanField(_("every Monday, about the week before"), default=False)
    is_monthly = models.BooleanField(_("on the first, about the month before"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "member"], name="voice_subscribed_once")]

    def __str__(self) -> str:
        return f"{self.member_id}"


class VoiceSettings(WorkspaceModel):
    """How one workspace quotes its customers; nobody is named until somebody wants it."""

    names_people = models.BooleanField(_("name the person beside a quote"), default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="voice_settings_once")]

    def __str__(self) -> str:
        return "named" if self.names_people else "unnamed"
