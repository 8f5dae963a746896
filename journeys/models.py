"""Where customers have been, and how they met us on the way."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from accounts.stages import Stage
from journeys import rules
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


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
        indexes = [models.Index(fields=["workspace", "account", "-at", "-id"], name="journeys_touchpoints_of")]

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
