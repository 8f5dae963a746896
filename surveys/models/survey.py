"""Surveys as a workspace defines them, and the questions that follow the score."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from accounts.stages import Stage
from segments.models import Segment
from surveys.models.kind import RELATIONAL, WAVES, Kind, Trigger
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class SurveyQuerySet(WorkspaceQuerySet["Survey"]):
    def in_use(self) -> "SurveyQuerySet":
        return self.filter(retired_at=None)

    def asking(self) -> "SurveyQuerySet":
        """In use and switched on."""
        return self.in_use().filter(is_on=True)


class Survey(WorkspaceModel):
    """One question to customers: what is asked (`kind`, on a scale of `points`), when, and whom.

    `stage` belongs to the trigger of that name; `days` is before the renewal, or between two waves. An empty
    audience (`segment`, `persona_ids`, `roles`) is everybody. A wave is spread over `spread_days` working days; 0 sends
    it at once. `version` counts the changes to what customers read.
    """

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("question"), max_length=4, choices=Kind.choices)
    points = models.PositiveSmallIntegerField(_("points on the scale"))
    trigger = models.CharField(_("asked when"), max_length=20, choices=Trigger.choices)
    stage = models.CharField(_("stage"), max_length=14, choices=Stage.choices, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), default=0)
    delay_hours = models.PositiveSmallIntegerField(_("hours afterwards"), default=0)
    spread_days = models.PositiveSmallIntegerField(_("working days to spread a wave over"), default=0)
    keeps_hours = models.BooleanField(_("only in working hours"), default=False)
    segment = models.ForeignKey(
        Segment, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False, verbose_name=_("segment")
    )
    persona_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    roles = ArrayField(models.CharField(max_length=14, choices=Contact.Role.choices), default=list, blank=True)
    sample_percent = models.PositiveSmallIntegerField(_("share that is asked"), default=100)
    quiet_days = models.PositiveSmallIntegerField(_("days between two askings of one person"), default=0)
    reminder_after_days = models.PositiveSmallIntegerField(_("reminder after days"), null=True, blank=True)
    expiry_days = models.PositiveSmallIntegerField(_("days to answer"), default=14)
    is_on = models.BooleanField(_("switched on"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(SurveyQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(retired_at=None), name="surveys_survey_name_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.CSAT, points__in=[2, 3, 5])
                | Q(kind=Kind.CES, points=7)
                | Q(kind=Kind.NPS, points=11),
                name="surveys_points_of_kind",
            ),
            models.CheckConstraint(condition=Q(sample_percent__range=(1, 100)), name="surveys_sample_range"),
            models.CheckConstraint(condition=Q(expiry_days__gte=1), name="surveys_time_to_answer"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_relational(self) -> bool:
        """About the relationship as a whole; else about one event. Answers of the two are never pooled."""
        return self.trigger in RELATIONAL

    @property
    def goes_in_waves(self) -> bool:
        return self.trigger in WAVES

    @property
    def expiry(self) -> timedelta:
        return timedelta(days=self.expiry_days)

    @property
    def delay(self) -> timedelta:
        return timedelta(hours=self.delay_hours)


class SurveyVersion(WorkspaceModel):
    """What a survey asked, in all its versions: the scale and the questions, and who made it so."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "survey", "number"], name="surveys_version_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.number}"


class QuestionQuerySet(WorkspaceQuerySet["Question"]):
    def in_use(self) -> "QuestionQuerySet":
        return self.filter(retired_at=None)


class Question(WorkspaceModel):
    """One question that follows the score, for scores of `asked_from` to `asked_to`; an empty end has no limit.

    `wording` and `choices` are in `language`; `translations` holds both by the code of any other language, its choices
    in the same order. It never changes once anybody may have read it: another wording is another question, so that an
    answer is always shown with what was asked. Replies keep the choices of `language`, whatever language was read.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        SINGLE = "single", _("One of several")
        MULTIPLE = "multiple", _("Any of several")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", db_index=False)
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(_("answered by"), max_length=8, choices=Kind.choices)
    wording = models.CharField(_("wording"), max_length=300)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    language = models.CharField(max_length=10, default="en", db_default="en")
    translations = models.JSONField(default=dict, db_default={}, blank=True)
    asked_from = models.PositiveSmallIntegerField(_("for scores from"), null=True, blank=True)
    asked_to = models.PositiveSmallIntegerField(_("to"), null=True, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(QuestionQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["workspace", "survey", "place", "id"], name="surveys_questions_of")]

    def __str__(self) -> str:
        return self.wording

    def is_for(self, value: int) -> bool:
        """Whether it is asked of who chose `value`."""
        return (self.asked_from is None or self.asked_from <= value) and (
            self.asked_to is None or value <= self.asked_to
        )

    def words(self, language: str) -> "QuestionWords":
        """What it asks in this language, or in its first one where nobody wrote it in this."""
        there = self.translations.get(language)
        if language == self.language or there is None:
            return QuestionWords(self.language, self.wording, self.choices)
        return QuestionWords(language, there["wording"], there["choices"])


@dataclass(frozen=True)
class QuestionWords:
    """A question as it reads in one language; `choices` in the order of the question's own."""

    language: str
    wording: str
    choices: list[str]
