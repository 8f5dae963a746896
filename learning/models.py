"""What customers can learn from, and who of their people did."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, Metric
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet


class ContentItemQuerySet(WorkspaceQuerySet["ContentItem"]):
    def in_use(self) -> "ContentItemQuerySet":
        return self.filter(retired_at=None)


class ContentItem(WorkspaceModel):
    """One thing that teaches customers: for everybody, or for people in some roles; maybe about one feature."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        VIDEO = "video", _("Video")
        COURSE = "course", _("Course")
        WEBINAR = "webinar", _("Webinar")

    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    roles = ArrayField(models.CharField(max_length=14, choices=Contact.Role.choices), default=list, blank=True)
    metric = models.ForeignKey(Metric, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(ContentItemQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "url"], name="learning_item_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def role_names(self) -> list[str]:
        """For whom it is, in the reader's language; empty: for everybody."""
        return [str(label) for role, label in Contact.Role.choices if role in self.roles]

    def is_for(self, role: str) -> bool:
        return not self.roles or role in self.roles


class CompletionQuerySet(WorkspaceQuerySet["Completion"]):
    def completed(self) -> "CompletionQuerySet":
        return self.filter(completed_at__isnull=False)

    def begun(self) -> "CompletionQuerySet":
        """Started, and not through yet."""
        return self.filter(completed_at=None)


class Completion(WorkspaceModel):
    """One person who started one item, and maybe completed it."""

    item = models.ForeignKey(ContentItem, models.CASCADE, related_name="completions", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="completions", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="completions", db_index=False)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(CompletionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "item", "contact"], name="learning_completion_once"),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(completed_at__gte=F("started_at")), name="learning_completed_later"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-id"], name="learning_completions_of"),
            models.Index(fields=["workspace", "contact"], name="learning_completions_by"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.contact_id}"
