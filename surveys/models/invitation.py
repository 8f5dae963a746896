"""Who was asked what, and when."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Account, Contact, Persona, Ticket
from accounts.stages import Stage
from surveys.models.kind import Kind
from surveys.models.survey import Survey
from surveys.models.wave import Wave
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member


class SurveyInvitationQuerySet(WorkspaceQuerySet["Invitation"]):
    def standing(self) -> "SurveyInvitationQuerySet":
        """Sent or still to be sent."""
        return self.filter(cancelled_at=None)

    def waiting(self) -> "SurveyInvitationQuerySet":
        return self.standing().filter(sent_at=None)

    def sent(self) -> "SurveyInvitationQuerySet":
        return self.filter(sent_at__isnull=False)


class Invitation(WorkspaceModel):
    """One person asked one question once, about one `occasion`: one closing of a ticket, one wave, one renewal.

    `metric` is the survey's kind. `survey_version`, `agent_name`, `owner`, `stage`, `segment_ids`, `persona`,
    `product` and `language` are as they were when the mail went out; `locale` is what the person prefers to read.
    Since `undelivered_at` it is known that the first mail reached nobody.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations", db_index=False)
    survey_version = models.PositiveIntegerField(default=1, db_default=1)
    metric = models.CharField(max_length=4, choices=Kind.choices)
    occasion = models.CharField(max_length=60, blank=True, default="", db_default="")
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
    undelivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    agent_name = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=14, choices=Stage.choices, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, db_index=False)
    segment_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    persona = models.ForeignKey(Persona, models.SET_NULL, related_name="+", null=True, db_index=False)
    product = models.CharField(max_length=120, blank=True, default="", db_default="")
    language = models.CharField(max_length=10, blank=True, default="", db_default="")

    objects = WorkspaceManager.from_queryset(SurveyInvitationQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "survey", "ticket", "episode"],
                condition=Q(ticket__isnull=False),
                name="surveys_once_per_episode",
            ),
            models.UniqueConstraint(
                fields=["workspace", "wave", "contact"],
                condition=Q(wave__isnull=False),
                name="surveys_once_per_wave",
            ),
            models.UniqueConstraint(
                fields=["workspace", "survey", "contact", "occasion"],
                condition=~Q(occasion=""),
                name="surveys_once_per_occasion",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "contact", "-send_at"], name="surveys_asked_whom"),
            models.Index(fields=["workspace", "account", "-id"], name="surveys_asked_where"),
            models.Index(fields=["workspace", "metric", "-sent_at", "-id"], name="surveys_sent_when"),
            models.Index(fields=["workspace", "survey", "-sent_at", "-id"], name="surveys_sent_of"),
            models.Index(
                fields=["workspace", "send_at", "id"],
                condition=Q(sent_at=None, cancelled_at=None),
                name="surveys_to_be_sent",
            ),
            models.Index(
                fields=["workspace", "remind_at", "id"],
                condition=Q(reminded_at=None, remind_at__isnull=False),
                name="surveys_to_be_reminded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether an answer is taken, or may be changed, at `at`."""
        return at < self.expires_at
