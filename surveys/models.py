"""Who is asked what, who is not and why, and what they say."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, Ticket
from accounts.stages import Stage
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User


class Survey(models.TextChoices):
    """The two questions: after a case was closed, and about the relationship as a whole."""

    CSAT = "csat", _("CSAT")
    NPS = "nps", _("NPS")


class SurveySettings(WorkspaceModel):
    """How one workspace asks its customers; the defaults hold until somebody changes them."""

    is_on = models.BooleanField(_("send surveys"), default=True)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    closure_delay_hours = models.PositiveSmallIntegerField(_("hours after closing"), default=24)
    quiet_days = models.PositiveSmallIntegerField(_("quiet days per person"), default=7)
    nps_quiet_days = models.PositiveSmallIntegerField(_("days between relationship surveys"), default=90)
    expiry_days = models.PositiveSmallIntegerField(_("days to answer"), default=14)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="surveys_settings_once")]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"

    @property
    def closure_delay(self) -> timedelta:
        return timedelta(hours=self.closure_delay_hours)

    @property
    def expiry(self) -> timedelta:
        return timedelta(days=self.expiry_days)


class Wave(WorkspaceModel):
    """One sending of the relationship survey to the chosen accounts' contacts in the chosen roles."""

    name = models.CharField(_("name"), max_length=120)
    account_ids = ArrayField(models.BigIntegerField())
    roles = ArrayField(models.CharField(max_length=14))
    created_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="surveys_wave_newest")]

    def __str__(self) -> str:
        return self.name


class SurveyInvitationQuerySet(WorkspaceQuerySet["Invitation"]):
    def standing(self) -> "SurveyInvitationQuerySet":
        """Sent or still to be sent."""
        return self.filter(cancelled_at=None)

    def waiting(self) -> "SurveyInvitationQuerySet":
        return self.standing().filter(sent_at=None)

    def sent(self) -> "SurveyInvitationQuerySet":
        return self.filter(sent_at__isnull=False)


class Invitation(WorkspaceModel):
    """One person asked one question once: about one closing of a ticket, or in one wave.

    `agent_name`, `owner` and `stage` are as they were when the mail went out.
    """

    metric = models.CharField(max_length=4, choices=Survey.choices)
    account = models.ForeignKey(Account, models.CASCADE, related_name="survey_invitations", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="survey_invitations", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="survey_invitations", null=True, db_index=False)
    episode = models.PositiveSmallIntegerField(default=0)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations", null=True, db_index=False)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    locale = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()
    send_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    agent_name = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=14, choices=Stage.choices, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, db_index=False)

    objects = WorkspaceManager.from_queryset(SurveyInvitationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "ticket", "episode"],
                condition=Q(ticket__isnull=False),
                name="surveys_once_per_episode",
            ),
            models.UniqueConstraint(
                fields=["workspace", "wave", "contact"],
                condition=Q(wave__isnull=False),
                name="surveys_once_per_wave",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "contact", "-send_at"], name="surveys_asked_whom"),
            models.Index(fields=["workspace", "account", "-id"], name="surveys_asked_where"),
            models.Index(fields=["workspace", "metric", "-sent_at", "-id"], name="surveys_sent_when"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether an answer is taken, or may be changed, at `at`."""
        return at < self.expires_at


class Refusal(WorkspaceModel):
    """One time when nobody was asked, and why."""

    class Reason(models.TextChoices):
        NO_CONTACT = "no_contact", _("Nobody is named who could be asked")
        OPTED_OUT = "opted_out", _("Opted out")
        LEFT = "left", _("Has left the company")
        BAD_ADDRESS = "bad_address", _("No address of a person")
        STAFF = "staff", _("One of us")
        OFF = "off", _("Surveys are switched off")
        ASKED = "asked", _("Asked about this already")
        QUIET = "quiet", _("Asked something else recently")
        NPS_QUIET = "nps_quiet", _("Asked the same recently")
        TOO_LATE = "too_late", _("Closed too long ago")
        REOPENED = "reopened", _("Reopened before the mail went out")
        MERGED = "merged", _("Merged or removed before the mail went out")

    metric = models.CharField(max_length=4, choices=Survey.choices)
    account = models.ForeignKey(Account, models.CASCADE, related_name="survey_refusals", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="survey_refusals", null=True, db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="survey_refusals", null=True, db_index=False)
    episode = models.PositiveSmallIntegerField(default=0)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="refusals", null=True, db_index=False)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "metric", "-at", "-id"], name="surveys_refused_when"),
            models.Index(fields=["workspace", "account", "-id"], name="surveys_refused_where"),
            models.Index(fields=["workspace", "wave", "reason"], name="surveys_refused_in_wave"),
        ]

    def __str__(self) -> str:
        return self.reason


class Answer(WorkspaceModel):
    """What one person answered to one invitation, as it stands now. A value of 0 is an answer like any other."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="survey_answers", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="survey_answers", db_index=False)
    metric = models.CharField(max_length=4, choices=Survey.choices)
    value = models.PositiveSmallIntegerField()
    scale_max = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "invitation"], name="surveys_one_answer"),
            models.CheckConstraint(condition=Q(value__lte=F("scale_max")), name="surveys_value_on_scale"),
        ]
        indexes = [
            models.Index(fields=["workspace", "metric", "-answered_at", "-id"], name="surveys_answers_by_time"),
            models.Index(fields=["workspace", "account", "-answered_at", "-id"], name="surveys_answers_of"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}/{self.scale_max}"


class AnswerRevision(WorkspaceModel):
    """One earlier version of an answer; `at` is when that version was given."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="revisions", db_index=False)
    value = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "answer", "id"], name="surveys_revisions_of")]

    def __str__(self) -> str:
        return str(self.value)
