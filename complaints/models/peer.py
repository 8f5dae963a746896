"""Silent others: customers like one who complained."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from complaints.models.case import Complaint
from journeys.models import Task
from surveys.models import Wave
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class PeerQuerySet(WorkspaceQuerySet["Peer"]):
    def replied(self) -> "PeerQuerySet":
        """They said something; silence is no reply."""
        return self.filter(reply__in=[Peer.Reply.ME_TOO, Peer.Reply.FINE])


class Peer(WorkspaceModel):
    """One other customer who was asked whether they have the trouble that somebody complained about."""

    class Reply(models.TextChoices):
        ME_TOO = "me_too", _("The same here")
        FINE = "fine", _("All is well")
        SILENT = "silent", _("No reply")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="peers", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    task = models.ForeignKey(Task, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    wave = models.ForeignKey(Wave, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    reply = models.CharField(max_length=6, choices=Reply.choices, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(PeerQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "complaint", "account"], name="complaints_peer_once"),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None) | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="complaints_peer_replied",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-id"], name="complaints_peers_of"),
            models.Index(
                fields=["workspace", "wave", "account"],
                condition=Q(wave__isnull=False),
                name="complaints_peers_by_wave",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.account_id}"
