"""What customers said."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Account, Contact
from surveys.models.invitation import Invitation
from surveys.models.kind import Kind
from surveys.models.survey import Survey
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class AnswerQuerySet(WorkspaceQuerySet["Answer"]):
    def counted(self) -> "AnswerQuerySet":
        """All but those that may not be a person's, until somebody has cleared them."""
        return self.filter(Q(doubt="") | Q(cleared_at__isnull=False))

    def doubtful(self) -> "AnswerQuerySet":
        """Those that wait to be cleared."""
        return self.filter(cleared_at=None).exclude(doubt="")


class Answer(WorkspaceModel):
    """What one person answered to one invitation, as it stands now. A value of 0 is an answer like any other.

    `replies` holds what was said to the questions that follow, by their ids: a text, or a list of choices. `is_late`:
    it came when the time to answer was over. `doubt` names what suggests that a machine gave it. `version` numbers
    those of its versions that count; `told` is the last of them that the timeline knows.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers", db_index=False)
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="answers", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="survey_answers", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="survey_answers", db_index=False)
    metric = models.CharField(max_length=4, choices=Kind.choices)
    value = models.PositiveSmallIntegerField()
    scale_max = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    replies = models.JSONField(default=dict, db_default={})
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False, db_default=False)
    doubt = models.CharField(max_length=20, blank=True, default="", db_default="")
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    version = models.PositiveIntegerField(default=0, db_default=0)
    told = models.PositiveIntegerField(default=0, db_default=0)

    objects = WorkspaceManager.from_queryset(AnswerQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "invitation"], name="surveys_one_answer"),
            models.CheckConstraint(condition=Q(value__lte=F("scale_max")), name="surveys_value_on_scale"),
        ]
        indexes = [
            models.Index(fields=["workspace", "metric", "-answered_at", "-id"], name="surveys_answers_by_time"),
            models.Index(fields=["workspace", "account", "-answered_at", "-id"], name="surveys_answers_of"),
            models.Index(fields=["workspace", "survey", "-answered_at", "-id"], name="surveys_answers_to"),
            models.Index(
                fields=["workspace", "-answered_at", "-id"],
                condition=Q(cleared_at=None) & ~Q(doubt=""),
                name="surveys_answers_in_doubt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}/{self.scale_max}"

    @property
    def is_counted(self) -> bool:
        return not self.doubt or self.cleared_at is not None


class AnswerRevision(WorkspaceModel):
    """One other version of an answer; `at` is when it was given. With a `doubt` it never stood: it came from what may
    be a machine, after a person had answered. `version` is 0 for one that never counted.
    """

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="revisions", db_index=False)
    value = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    replies = models.JSONField(default=dict, db_default={})
    doubt = models.CharField(max_length=20, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=0, db_default=0)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "answer", "id"], name="surveys_revisions_of")]

    def __str__(self) -> str:
        return str(self.value)
