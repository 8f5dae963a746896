"""What customers talk about, what might be worth a theme, and what is talked about more than before."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User

LANGUAGES = {"en": _("English, and any language of letters"), "zh": _("Chinese, in either script")}


class ThemeQuerySet(WorkspaceQuerySet["Theme"]):
    def in_use(self) -> "ThemeQuerySet":
        return self.filter(retired_at=None)


class Theme(WorkspaceModel):
    """One thing that customers talk about, known by its words: lists of phrases by language (`en`, `zh`).

    A theme that was merged is retired, and `merged_into` names the one that has its words now.
    """

    name = models.CharField(_("name"), max_length=80)
    words = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, related_name="merged", null=True, blank=True, db_index=False
    )

    objects = WorkspaceManager.from_queryset(ThemeQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(retired_at=None), name="voice_theme_name_once"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(retired_at__isnull=False), name="voice_merged_is_retired"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def phrases(self) -> list[str]:
        """All its words, of every language."""
        return [phrase for code in LANGUAGES for phrase in self.words.get(code, ())]


class Suggestion(WorkspaceModel):
    """One phrase that comes up more often than chance would bring it, and that no theme covers."""

    phrase = models.CharField(max_length=80)
    language = models.CharField(max_length=2, choices=LANGUAGES.items())
    comments = models.IntegerField()
    customers = models.IntegerField()
    expected = models.FloatField()
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "language", "phrase"], name="voice_suggested_once")]

    def __str__(self) -> str:
        return self.phrase


class Rise(WorkspaceModel):
    """One week in which more customers than before spoke of a theme: `customers` of `of_customers` with a comment.

    `before` of `of_before` is the same of the twelve weeks before, each customer once a week. `chance`: how likely
    such a week is if nothing has changed.
    """

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="rises", db_index=False)
    day = models.DateField()
    customers = models.IntegerField()
    of_customers = models.IntegerField()
    before = models.IntegerField()
    of_before = models.IntegerField()
    negative = models.IntegerField()
    chance = models.FloatField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "theme", "day"], name="voice_rise_once")]
        indexes = [models.Index(fields=["workspace", "-day", "-id"], name="voice_rises_newest")]

    def __str__(self) -> str:
        return f"{self.theme_id} {self.day}"
