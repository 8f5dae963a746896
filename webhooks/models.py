"""Addresses that are told what happens to customers, and what they were told."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Fact
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class EndpointQuerySet(WorkspaceQuerySet["Endpoint"]):
    def open(self) -> "EndpointQuerySet":
        return self.filter(disabled_at=None)


class Endpoint(WorkspaceModel):
    """One address that is told of facts of the chosen kinds, signed with its secret.

    For a day after a change of secret both sign. Without a success since `failing_since` it is failing; nothing is
    sent before `held_until`.
    """

    class Why(models.TextChoices):
        """What switched it off."""

        PERSON = "person", _("Switched off by a member")
        GONE = "gone", _("The receiver answered 410 Gone")
        FAILING = "failing", _("Nothing was taken for days")

    url = models.CharField(_("address"), max_length=2000)
    description = models.CharField(_("description"), max_length=200, blank=True)
    wants_all = models.BooleanField(default=False)
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    secret = models.TextField()
    previous_secret = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_why = models.CharField(max_length=7, choices=Why.choices, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(EndpointQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_why="") | (Q(disabled_at__isnull=False) & ~Q(disabled_why="")),
                name="webhooks_off_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "id"], name="webhooks_endpoints")]

    def __str__(self) -> str:
        return self.description or self.place

    @property
    def place(self) -> str:
        """The address without what may be secret in it: `hooks.example/ninefold`."""
        parts = urlsplit(self.url)
        return (parts.netloc + parts.path).rstrip("/")

    @property
    def is_open(self) -> bool:
        return self.disabled_at is None

    def wants(self, kind: str) -> bool:
        return self.wants_all or kind in self.kinds


class DeliveryQuerySet(WorkspaceQuerySet["Delivery"]):
    def unsent(self, since: datetime) -> "DeliveryQuerySet":
        """What was given up, or not tried because the endpoint was off."""
        return self.filter(state__in=Delivery.LOST, created_at__gte=since)


class Delivery(WorkspaceModel):
    """One message for one endpoint, as it goes out each time; `log` holds the last attempts, oldest first.

    `round` counts the times that somebody had it sent again from the start.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        NOT_SENT = "not_sent", _("Not sent")

    LOST = [State.FAILED, State.NOT_SENT]

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries", db_index=False)
    # Without a constraint: checking it from the other side would read this whole table for each fact that goes.
    fact = models.ForeignKey(
        Fact, models.CASCADE, related_name="+", null=True, blank=True, db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=60)
    message_id = models.CharField(max_length=40)
    body = models.TextField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    settled_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    log: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)

    objects = WorkspaceManager.from_queryset(DeliveryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "endpoint", "message_id"], name="webhooks_message_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "endpoint", "-id"], name="webhooks_newest"),
            models.Index(fields=["workspace", "endpoint", "state", "-id"], name="webhooks_by_state"),
            models.Index(fields=["workspace", "fact"], name="webhooks_of_fact"),
            models.Index(fields=["workspace", "created_at"], name="webhooks_by_age"),
        ]

    def __str__(self) -> str:
        return self.message_id
