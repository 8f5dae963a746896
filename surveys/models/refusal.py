"""Who was not asked, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, Ticket
from surveys.models.kind import Kind
from surveys.models.survey import Survey
from surveys.models.wave import Wave
from workspaces.fields import WorkspaceModel


class Refusal(WorkspaceModel):
    """One time when nobody was asked, and why; with `is_reminder` they had been, and were not reminded."""

    class Reason(models.TextChoices):
        # In the gate's order; "nps_quiet" is from when only that survey had a quiet period of its own.
        NO_CONTACT = "no_contact", _("Nobody is named who could be asked")
        OPTED_OUT = "opted_out", _("Opted out")
        LEFT = "left", _("Has left the company")
        SUPPRESSED = "suppressed", _("Mail to this address came back, or was called spam")
        BAD_ADDRESS = "bad_address", _("No address of a person")
        STAFF = "staff", _("One of us")
        OFF = "off", _("Surveys are switched off")
        NOT_IN_AUDIENCE = "not_in_audience", _("Not among those this survey is for")
        ESCALATION_OPEN = "escalation_open", _("An escalation is open")
        RENEWAL_DISPUTED = "renewal_disputed", _("The renewal is disputed")
        ASKED = "asked", _("Asked about this already")
        QUIET = "quiet", _("Asked something else recently")
        SURVEY_QUIET = "nps_quiet", _("Asked the same recently")
        ACCOUNT_CAP = "account_cap", _("Enough of their colleagues were asked")
        NOT_SAMPLED = "not_sampled", _("Not drawn for the sample")
        DAILY_CAP = "daily_cap", _("No room within the daily limit")
        TOO_LATE = "too_late", _("Closed too long ago")
        REOPENED = "reopened", _("Reopened before the mail went out")
        MERGED = "merged", _("Merged or removed before the mail went out")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="refusals", db_index=False)
    metric = models.CharField(max_length=4, choices=Kind.choices)
    occasion = models.CharField(max_length=60, blank=True, default="", db_default="")
    account = models.ForeignKey(Account, models.CASCADE, related_name="survey_refusals", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="survey_refusals", null=True, db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="survey_refusals", null=True, db_index=False)
    episode = models.PositiveSmallIntegerField(default=0)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="refusals", null=True, db_index=False)
    is_reminder = models.BooleanField(default=False, db_default=False)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "metric", "-at", "-id"], name="surveys_refused_when"),
            models.Index(fields=["workspace", "survey", "-at", "-id"], name="surveys_refused_by"),
            models.Index(fields=["workspace", "account", "-id"], name="surveys_refused_where"),
            models.Index(fields=["workspace", "wave", "reason"], name="surveys_refused_in_wave"),
        ]

    def __str__(self) -> str:
        return self.reason
