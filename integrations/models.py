"""Doors through which other systems tell us things, and what came in through them."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Ticket
from integrations.kinds import KINDS, Kind
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class ConnectionQuerySet(WorkspaceQuerySet["Connection"]):
    def open(self) -> "ConnectionQuerySet":
        return self.filter(disabled_at=None)


class Connection(WorkspaceModel):
    """One help desk that may post to us: at an unguessable address, signing with a secret.

    `source` names it in `accounts.Ticket.source` and `ExternalId.source`, so that the ticket numbers of two
    help desks of one kind never meet. `secret` is encrypted, and empty until an admin brings the one that the help
    desk drew; so is `api_token`, which with `site` and `api_user` opens the help desk's API. `options` hold what its
    adapter is told: `closed` (statuses that mean closed), `mapping`, `key_url`, `key_sought_at` and `unsigned`.
    `refused_why` is the likeliest reason of the last refusal.
    """

    class Refusal(models.TextChoices):
        NO_SECRET = "no_secret", _("the secret is not here yet")
        NO_KEY = "no_key", _("no key at the address of the help desk")
        UNSIGNED = "unsigned", _("no signature came along")
        LATE = "late", _("signed more than five minutes before or after it came")
        WRONG = "wrong", _("the signature does not fit the secret")

    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    token_hash = models.CharField(max_length=64, db_index=True)
    secret = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    site = models.CharField(max_length=300, blank=True)
    api_user = models.CharField(max_length=200, blank=True)
    api_token = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    refused_count = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=9, choices=Refusal.choices, blank=True, db_default="")

    objects = WorkspaceManager.from_queryset(ConnectionQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source"], name="integrations_source_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def help_desk(self) -> Kind:
        return KINDS[self.kind]

    @property
    def is_open(self) -> bool:
        return self.disabled_at is None

    @property
    def told(self) -> dict[str, Any]:
        """What its adapter reads by."""
        return {**self.options, "site": self.site}

    @property
    def needs_mapping(self) -> bool:
        """Whether deliveries wait until somebody has said where our fields are in them."""
        return self.help_desk.is_mapped and not self.options.get("mapping")

    @property
    def takes_unsigned(self) -> bool:
        """Whether its address is all that is secret."""
        return bool(self.help_desk.unsigned and self.options.get("unsigned"))

    @property
    def can_look_up(self) -> bool:
        """Whether its API can be asked who is meant."""
        return self.help_desk.directory is not None and bool(self.site and self.api_token)


class InboxEventQuerySet(WorkspaceQuerySet["InboxEvent"]):
    def unmatched(self) -> "InboxEventQuerySet":
        return self.filter(state=InboxEvent.State.UNMATCHED)

    def newest_of_tickets(self) -> "InboxEventQuerySet":
        """Of the unmatched ones, one for each ticket; one that names no ticket stands for itself."""
        newer = InboxEvent.objects.unmatched().filter(
            connection=OuterRef("connection"), ticket_number=OuterRef("ticket_number"), pk__gt=OuterRef("pk")
        )
        return self.filter(Q(ticket_number="") | ~Exists(newer))

    def replayable(self) -> "InboxEventQuerySet":
        return self.filter(purged_at=None).exclude(state=InboxEvent.State.RECEIVED)


class InboxEvent(WorkspaceModel):
    """One delivery, byte for byte as it came; of one that is a list, an element.

    The columns below `error` say what it is about, for people. `found` is what the help desk's API added. After 30
    days headers, body and `found` are gone.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Waiting")
        PROCESSED = "processed", _("Applied")
        OLDER = "older", _("Older news")
        IGNORED = "ignored", _("Ignored")
        UNMATCHED = "unmatched", _("Unmatched")
        FAILED = "failed", _("Not readable")
        DISMISSED = "dismissed", _("Dismissed")
        SAMPLE = "sample", _("Waiting for a mapping")

    class Match(models.TextChoices):
        """What told us whose event it is, strongest first."""

        PERSON = "person", _("a person chose")
        TICKET = "ticket", _("the ticket was known")
        EXTERNAL_ID = "external_id", _("the organisation's id")
        CONTACT = "contact", _("the requester is a contact")
        NAME = "name", _("the organisation's name")
        DOMAIN = "domain", _("the e-mail domain")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="events", db_index=False)
    delivery_key = models.CharField(max_length=200)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    found = models.JSONField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    settled_at = models.DateTimeField(null=True, blank=True)
    replays = models.PositiveSmallIntegerField(default=0)
    account = models.ForeignKey(Account, models.SET_NULL, related_name="+", null=True, db_index=False)
    match = models.CharField(max_length=11, choices=Match.choices, blank=True)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, related_name="+", null=True, db_index=False)
    error = models.CharField(max_length=300, blank=True)

    ticket_number = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    requester_name = models.CharField(max_length=200, blank=True)
    requester_email = models.EmailField(max_length=254, blank=True)
    organization_id = models.CharField(max_length=120, blank=True)
    organization_name = models.CharField(max_length=200, blank=True)
    domain = models.CharField(max_length=253, blank=True)

    objects = WorkspaceManager.from_queryset(InboxEventQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "connection", "delivery_key"], name="integrations_delivery_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "connection", "-id"], name="integrations_events_newest"),
            models.Index(fields=["workspace", "received_at", "connection", "state"], name="integrations_events_recent"),
            models.Index(
                fields=["workspace", "-id"], condition=Q(state="unmatched"), name="integrations_events_unmatched"
            ),
            models.Index(
                fields=["workspace", "connection", "ticket_number", "-id"],
                condition=Q(state="unmatched"),
                name="integrations_events_waiting",
            ),
            models.Index(fields=["workspace", "connection", "state", "-id"], name="integrations_events_by_state"),
            models.Index(
                fields=["workspace", "received_at"], condition=Q(purged_at=None), name="integrations_events_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.delivery_key

    @property
    def can_replay(self) -> bool:
        return self.state != InboxEvent.State.RECEIVED and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Whether its body is no longer kept."""
        return self.purged_at is not None
