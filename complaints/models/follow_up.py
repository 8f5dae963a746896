"""The inner loop: a bad answer, and who spoke with the customer about it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from journeys.models import Task
from surveys.models import Answer
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class FollowUpQuerySet(WorkspaceQuerySet["FollowUp"]):
    def open(self) -> "FollowUpQuerySet":
        return self.filter(task__done_at=None, task__dropped_at=None)

    def done(self) -> "FollowUpQuerySet":
        return self.filter(task__done_at__isnull=False)

    def dropped(self) -> "FollowUpQuerySet":
        return self.filter(task__dropped_at__isnull=False)

    def overdue(self, at: datetime) -> "FollowUpQuerySet":
        return self.open().filter(due_at__lt=at)

    def in_care_of(self, member_id: int) -> "FollowUpQuerySet":
        """As tasks are: theirs, and those of the accounts they own that nobody who is still here has taken."""
        is_nobodys = Q(task__assignee=None) | Q(task__assignee__ended_at__isnull=False)
        return self.filter(Q(task__assignee=member_id) | (is_nobodys & Q(account__owner=member_id)))


class FollowUp(WorkspaceModel):
    """One bad answer that somebody has to speak with the customer about: it is done when its task is."""

    class Outcome(models.TextChoices):
        SETTLED = "settled", _("Settled in the conversation")
        PROMISED = "promised", _("We promised to do something")
        COMPLAINT = "complaint", _("It became a complaint")
        NOT_REACHED = "not_reached", _("Nobody could be reached")

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="follow_ups", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="follow_ups", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    spoke_with = models.ForeignKey(Contact, models.SET_NULL, related_name="+", null=True, blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True)
    said = models.TextField(blank=True)
    told_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(FollowUpQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "answer"], name="complaints_one_follow_up"),
            models.UniqueConstraint(fields=["workspace", "task"], name="complaints_follow_up_by_task"),
            models.CheckConstraint(
                condition=Q(outcome="", told_at=None) | (~Q(outcome="") & Q(told_at__isnull=False)),
                name="complaints_follow_up_told",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-id"], name="complaints_follow_ups_of"),
            models.Index(fields=["workspace", "-opened_at", "-id"], name="complaints_follow_ups_newest"),
            models.Index(fields=["workspace", "due_at", "id"], name="complaints_follow_ups_due"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.outcome}".strip()

    @property
    def is_open(self) -> bool:
        return self.task.is_open

    def is_overdue_at(self, at: datetime) -> bool:
        return self.is_open and self.due_at < at

    @property
    def is_in_time(self) -> bool:
        """Whether it was done by then; only of one that is done."""
        return self.task.done_at is not None and self.task.done_at <= self.due_at
