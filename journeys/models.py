"""Where customers have been, how they met us on the way, and what we mean to do about it."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from accounts.stages import Stage
from journeys import rules
from segments.models import Segment
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User


class StageMove(WorkspaceModel):
    """One step of one account from one stage to another.

    Made under a lock on the account, so the order of keys is the order of steps and each begins where the last
    ended. Without a `rule` a person moved the account and `reason` is what they wrote; with one it is a code.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="stage_moves", db_index=False)
    from_stage = models.CharField(max_length=14, choices=Stage.choices)
    to_stage = models.CharField(max_length=14, choices=Stage.choices)
    from_since = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    reason = models.TextField()
    rule = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_stage=models.F("to_stage")), name="journeys_move_goes_somewhere"),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-id"], name="journeys_moves_of")]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"

    @property
    def words(self) -> str:
        """Why, in the reader's language."""
        return rules.sentence(self.rule, self.reason, self.data)


class TouchpointQuerySet(WorkspaceQuerySet["Touchpoint"]):
    def two_way(self) -> "TouchpointQuerySet":
        """The customer took part; a note to ourselves never counts, nor does a meeting that was missed."""
        return self._counted().filter(direction=Touchpoint.Direction.TWO_WAY)

    def one_way(self) -> "TouchpointQuerySet":
        return self._counted().filter(direction=Touchpoint.Direction.ONE_WAY)

    def _counted(self) -> "TouchpointQuerySet":
        return self.exclude(channel=Touchpoint.Channel.NOTE).exclude(outcome=Touchpoint.Outcome.MISSED)


class Touchpoint(WorkspaceModel):
    """One meeting of a customer with us: how they expected it to be, and how it felt to them (0 is as usual)."""

    class Channel(models.TextChoices):
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        EMAIL = "email", _("E-mail")
        CHAT = "chat", _("Chat")
        NOTE = "note", _("Note to ourselves")
        GIFT = "gift", _("Gift")

    class Direction(models.TextChoices):
        TWO_WAY = "two_way", _("Two-way: they took part")
        ONE_WAY = "one_way", _("One-way: we told them")

    class Outcome(models.TextChoices):
        HELD = "held", _("Held as scheduled")
        MISSED = "missed", _("Missed: they did not come")

    class Experience(models.IntegerChoices):
        MUCH_WORSE = -2, _("Much worse than usual")
        WORSE = -1, _("Worse than usual")
        AS_USUAL = 0, _("As usual")
        BETTER = 1, _("Better than usual")
        MUCH_BETTER = 2, _("Much better than usual")

    account = models.ForeignKey(Account, models.CASCADE, related_name="touchpoints", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, related_name="touchpoints", null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    summary = models.TextField(_("summary"))
    outcome = models.CharField(
        _("outcome"), max_length=6, choices=Outcome.choices, blank=True, default="", db_default=""
    )  # of a call or meeting that was scheduled
    is_proactive = models.BooleanField(_("we reached out before they asked"), null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    expected = models.SmallIntegerField(_("expected"), choices=Experience.choices, null=True, blank=True)
    felt = models.SmallIntegerField(_("felt"), choices=Experience.choices, null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    objects = WorkspaceManager.from_queryset(TouchpointQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "source", "external_id"],
                condition=~Q(external_id=""),
                name="journeys_touchpoint_external_id",
            ),
            models.CheckConstraint(
                condition=Q(expected=None) | Q(expected__range=(-2, 2)), name="journeys_expected_range"
            ),
            models.CheckConstraint(condition=Q(felt=None) | Q(felt__range=(-2, 2)), name="journeys_felt_range"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-at", "-id"], name="journeys_touchpoints_of"),
            # Few say it, and each scoring asks whether any does.
            models.Index(
                fields=["workspace", "at"], condition=Q(is_proactive__isnull=False), name="journeys_touchpoints_begun"
            ),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def metric_key(self) -> str:
        """The metric it counts into; nothing for a note, nor for a meeting that was missed."""
        is_met = self.channel != self.Channel.NOTE and self.outcome != self.Outcome.MISSED
        return f"touchpoints_{self.direction}" if is_met else ""

    def about(self) -> dict[str, Any]:
        """What the timeline says of it."""
        return {
            "touchpoint_id": self.pk,
            "channel": self.channel,
            "direction": self.direction,
            "summary": self.summary,
            "outcome": self.outcome,
            "is_proactive": self.is_proactive,
            "expected": self.expected,
            "felt": self.felt,
            "contact_name": str(self.contact) if self.contact else "",
        }


class PlaybookQuerySet(WorkspaceQuerySet["Playbook"]):
    def in_use(self) -> "PlaybookQuerySet":
        return self.filter(retired_at=None)


class Playbook(WorkspaceModel):
    """One way to go about a situation that comes again: its steps in order.

    A step is `{"text", "due_in_days", "role"}`: days after the start, and the role of the person to speak with, or "".
    It begins by itself on accounts that enter `segment`, where it has one.
    """

    name = models.CharField(_("name"), max_length=80)
    about = models.TextField(_("what for"), blank=True)
    steps = models.JSONField()
    segment = models.ForeignKey(
        Segment, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False, verbose_name=_("segment")
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(PlaybookQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(retired_at=None), name="journeys_playbook_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def days(self) -> int:
        """After how many days the last step is due."""
        return max(int(step["due_in_days"]) for step in self.steps)


class PlayQuerySet(WorkspaceQuerySet["Play"]):
    def running(self) -> "PlayQuerySet":
        return self.filter(ended_at=None)


class Play(WorkspaceModel):
    """One playbook started on one account. `alert_id` is the alert it answers, of a room above this one."""

    class Ended(models.TextChoices):
        FINISHED = "finished", _("Finished")
        DROPPED = "dropped", _("Every step dropped")
        STOPPED = "stopped", _("Stopped")

    account = models.ForeignKey(Account, models.CASCADE, related_name="plays", db_index=False)
    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="plays", db_index=False)
    alert_id = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    ended_how = models.CharField(max_length=8, choices=Ended.choices, blank=True)
    ended_why = models.TextField(blank=True)

    objects = WorkspaceManager.from_queryset(PlayQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "playbook"],
                condition=Q(ended_at=None),
                name="journeys_one_running_play",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="journeys_play_ended_somehow",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-id"], name="journeys_plays_of"),
            models.Index(fields=["workspace", "playbook", "-started_at", "-id"], name="journeys_plays_by"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id} {self.account_id}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None


class TaskQuerySet(WorkspaceQuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None, dropped_at=None)

    def closed(self) -> "TaskQuerySet":
        return self.filter(Q(done_at__isnull=False) | Q(dropped_at__isnull=False))

    def done(self) -> "TaskQuerySet":
        return self.filter(done_at__isnull=False)

    def dropped(self) -> "TaskQuerySet":
        return self.filter(dropped_at__isnull=False)

    def due_by(self, day: date) -> "TaskQuerySet":
        """Open, and due on `day` or before."""
        return self.open().filter(due_on__lte=day)

    def in_care_of(self, member_id: int) -> "TaskQuerySet":
        """Theirs; and those of the accounts they own that nobody who is still here has taken."""
        is_nobodys = Q(assignee=None) | Q(assignee__ended_at__isnull=False)
        return self.filter(Q(assignee=member_id) | (is_nobodys & Q(account__owner=member_id)))


class Task(WorkspaceModel):
    """One thing to do for one account by a day: a step of a play, or on its own. `role` is of whom to speak with."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tasks", db_index=False)
    play = models.ForeignKey(Play, models.CASCADE, related_name="tasks", null=True, blank=True, db_index=False)
    text = models.CharField(_("text"), max_length=200)
    role = models.CharField(max_length=14, choices=Contact.Role.choices, blank=True)
    due_on = models.DateField(_("due on"))
    assignee = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    drop_reason = models.TextField(blank=True)

    objects = WorkspaceManager.from_queryset(TaskQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(dropped_at=None), name="journeys_task_one_end"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "due_on", "id"], name="journeys_tasks_of"),
            models.Index(
                fields=["workspace", "due_on", "id"],
                condition=Q(done_at=None, dropped_at=None),
                name="journeys_tasks_open",
            ),
            models.Index(
                fields=["workspace", "-done_at", "-id"], condition=Q(done_at__isnull=False), name="journeys_tasks_done"
            ),
            models.Index(
                fields=["workspace", "-dropped_at", "-id"],
                condition=Q(dropped_at__isnull=False),
                name="journeys_tasks_dropped",
            ),
            models.Index(fields=["workspace", "play"], name="journeys_tasks_by_play"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    def is_overdue_on(self, day: date) -> bool:
        return self.is_open and self.due_on < day
