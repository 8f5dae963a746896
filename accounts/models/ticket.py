"""Support cases."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account
from accounts.models.contact import Contact
from accounts.models.word import trigrams
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet


class TicketQuerySet(WorkspaceQuerySet["Ticket"]):
    def open(self) -> "TicketQuerySet":
        return self.filter(closed_at=None)


class Ticket(WorkspaceModel):
    """One support case in a help desk. `episode` counts its closures: closed, reopened and closed again is 2.

    `tags` are the help desk's own words for it, where it tells them.
    """

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    class Topic(models.TextChoices):
        QUESTION = "question", _("Question")
        PROBLEM = "problem", _("Problem")
        REQUEST = "request", _("Request")

    account = models.ForeignKey(Account, models.CASCADE, related_name="tickets", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, related_name="tickets", null=True, blank=True)
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)
    url = models.URLField(max_length=500, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    priority = models.CharField(max_length=6, choices=Priority.choices, blank=True, default="", db_default="")
    topic = models.CharField(max_length=8, choices=Topic.choices, blank=True, default="", db_default="")
    tags = ArrayField(models.CharField(max_length=80), default=list, db_default=[], blank=True)
    agent_name = models.CharField(max_length=200, blank=True)
    agent_email = models.EmailField(max_length=254, blank=True)
    locale = models.CharField(max_length=10, blank=True, db_default="")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    episode = models.PositiveSmallIntegerField(default=0)
    source_updated_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(TicketQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="accounts_ticket_once"),
        ]
        indexes = [
            # The score reads these two columns of every ticket of an account: the index alone answers.
            models.Index(
                fields=["workspace", "account", "-opened_at"],
                include=["closed_at", "reopened_at"],
                name="accounts_tickets_of",
            ),
            models.Index(fields=["workspace", "account"], condition=Q(closed_at=None), name="accounts_tickets_open"),
            models.Index(fields=["workspace", "number"], name="accounts_tickets_by_number"),
            trigrams(Lower("subject"), name="accounts_ticket_trigrams"),
        ]

    def __str__(self) -> str:
        return self.subject or self.number

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
