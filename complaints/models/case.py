"""Complaints, and what the customer was told step by step."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from complaints.models.setting import ComplaintRule
from outbox.models import Mail
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User


class ComplaintQuerySet(WorkspaceQuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(closed_at=None)

    def closed(self) -> "ComplaintQuerySet":
        return self.filter(closed_at__isnull=False)

    def overdue(self, at: datetime) -> "ComplaintQuerySet":
        """Open, and its promised time has passed."""
        return self.open().filter(promised_at__lt=at)

    def in_care_of(self, member_id: int) -> "ComplaintQuerySet":
        """Theirs; and those of the accounts they own that nobody who is still here has taken."""
        is_nobodys = Q(owner=None) | Q(owner__ended_at__isnull=False)
        return self.filter(Q(owner=member_id) | (is_nobodys & Q(account__owner=member_id)))


class Complaint(WorkspaceModel):
    """One customer's complaint, from when it was noticed until what became of it.

    `source_id` is the answer, ticket or touchpoint that it was noticed in; without one a person wrote it down.
    `agent_name` is who had served them, `peer_pool` how many others were like them when the first was asked.
    """

    class Source(models.TextChoices):
        ANSWER = "answer", _("Survey answer")
        TICKET = "ticket", _("Ticket")
        TOUCHPOINT = "touchpoint", _("Touchpoint")
        HAND = "hand", _("Written down")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("Solved")
        PARTLY = "partly", _("Solved in part")
        NOT_SOLVED = "not_solved", _("Could not be solved")
        UNFOUNDED = "unfounded", _("Turned out to be no complaint")

    class GoodNow(models.TextChoices):
        """What the customer said when asked whether it is good now."""

        GOOD = "good", _("They say it is good now")
        NOT_GOOD = "not_good", _("They say it is not good yet")
        SILENT = "silent", _("Asked, and they did not reply")
        NOT_ASKED = "not_asked", _("Not asked")

    account = models.ForeignKey(Account, models.CASCADE, related_name="complaints", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, related_name="complaints", null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    source_id = models.BigIntegerField(null=True, blank=True)
    rule = models.ForeignKey(
        ComplaintRule, models.SET_NULL, related_name="complaints", null=True, blank=True, db_index=False
    )
    text = models.TextField(_("what they complain about"), blank=True)
    agent_name = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    promised_at = models.DateTimeField(_("promised for"))
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    closing_note = models.TextField(blank=True)
    is_good_now = models.CharField(max_length=9, choices=GoodNow.choices, blank=True)
    peer_pool = models.PositiveIntegerField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(ComplaintQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "source", "source_id"],
                condition=Q(source_id__isnull=False),
                name="complaints_one_per_source",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="complaints_closed_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-opened_at", "-id"], name="complaints_of"),
            models.Index(fields=["workspace", "-opened_at", "-id"], name="complaints_newest"),
            models.Index(
                fields=["workspace", "promised_at", "id"], condition=Q(closed_at=None), name="complaints_by_promise"
            ),
            models.Index(
                fields=["workspace", "-closed_at", "-id"],
                condition=Q(closed_at__isnull=False),
                name="complaints_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_overdue_at(self, at: datetime) -> bool:
        return self.is_open and self.promised_at < at

    def about(self) -> dict[str, Any]:
        """What the timeline says of it; what somebody said stands under the name that is emptied with them."""
        return {
            "complaint_id": self.pk,
            "source": self.source,
            "comment": self.text,
            "contact_id": self.contact_id,
            "contact_name": str(self.contact) if self.contact else "",
            "owner": self.owner_id,
            "promised_at": self.promised_at.isoformat(),
        }


class ComplaintStep(WorkspaceModel):
    """One thing said or noted while a complaint was dealt with: `mail` is what went out to `contact`.

    `promised_at` is the new time that was promised with it. `key` tells a form that is sent twice.
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("Note for us")
        TOLD = "told", _("Told in person")
        MAILED = "mailed", _("Told by mail")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    text = models.TextField(_("text"))
    contact = models.ForeignKey(Contact, models.SET_NULL, related_name="+", null=True, blank=True)
    mail = models.ForeignKey(Mail, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    promised_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    key = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "complaint", "key"], condition=~Q(key=""), name="complaints_step_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "complaint", "id"], name="complaints_steps_of")]

    def __str__(self) -> str:
        return self.text
