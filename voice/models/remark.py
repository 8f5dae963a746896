"""What was read from what customers said. The words themselves stay where they were said, and nowhere else."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from accounts.stages import Stage
from voice.models.theme import LANGUAGES, Theme
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class Source(models.TextChoices):
    """Where something was said."""

    ANSWER = "answer", _("Survey answers")
    TICKET = "ticket", _("Tickets")
    TOUCHPOINT = "touchpoint", _("Touchpoints")


class Feeling(models.TextChoices):
    """How what was said feels."""

    NEGATIVE = "negative", _("Negative")
    MIXED = "mixed", _("Mixed")
    NEUTRAL = "neutral", _("Neutral")
    POSITIVE = "positive", _("Positive")


UNHAPPY = (Feeling.NEGATIVE, Feeling.MIXED)  # something bad is said, whatever good besides


class RemarkQuerySet(WorkspaceQuerySet["Remark"]):
    def answers(self) -> "RemarkQuerySet":
        return self.filter(source=Source.ANSWER)


class Remark(WorkspaceModel):
    """What was read from one text: the answer, ticket or touchpoint `source_id`, of `length` characters.

    `marks` are the places that decided about the feeling, as [start, end, points]; `stage` and `segment_ids` are the
    account's when it was said. What a member corrected stays over any later reading: the feeling, and, if not null,
    the themes. `is_at_odds`: the words say the opposite of the score that came with them.
    """

    source = models.CharField(max_length=10, choices=Source.choices)
    source_id = models.BigIntegerField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="remarks", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, related_name="remarks", null=True, blank=True)
    said_at = models.DateTimeField()
    stage = models.CharField(max_length=14, choices=Stage.choices, blank=True)
    segment_ids = ArrayField(models.BigIntegerField(), default=list)
    language = models.CharField(max_length=2, choices=LANGUAGES.items(), blank=True)
    length = models.IntegerField()
    feeling = models.CharField(max_length=8, choices=Feeling.choices)
    is_feeling_by_hand = models.BooleanField(default=False)
    balance = models.FloatField(default=0)
    marks = models.JSONField(default=list)
    is_at_odds = models.BooleanField(default=False)
    themes_by_hand = ArrayField(models.BigIntegerField(), null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    corrected_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    read_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(RemarkQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "source_id"], name="voice_remark_once"),
            models.CheckConstraint(condition=Q(balance__range=(-1, 1)), name="voice_balance_range"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-said_at", "-id"], name="voice_remarks_newest"),
            models.Index(fields=["workspace", "account", "-said_at"], name="voice_remarks_of"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"

    @property
    def is_corrected(self) -> bool:
        return self.corrected_at is not None


class Mention(WorkspaceModel):
    """One theme in one remark: how it is felt about, and at which [start, end] of the text its words stand."""

    remark = models.ForeignKey(Remark, models.CASCADE, related_name="mentions", db_index=False)
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="mentions", db_index=False)
    feeling = models.CharField(max_length=8, choices=Feeling.choices)
    places = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "remark", "theme"], name="voice_mention_once")]
        indexes = [models.Index(fields=["workspace", "theme", "remark"], name="voice_mentions_of")]

    def __str__(self) -> str:
        return f"{self.remark_id}: {self.theme_id}"


class Rereading(WorkspaceModel):
    """One pass over every remark after themes changed: `done` of `total`, the last of them `last_id`."""

    started_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(finished_at=None), name="voice_one_rereading_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"
