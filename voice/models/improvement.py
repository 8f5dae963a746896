"""What we change because of what customers say, and whether that helped."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from voice.models.theme import Theme
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User


class Measure(models.TextChoices):
    """What an improvement is measured by."""

    SHARE = "share", _("Share of comments that speak of the theme")
    NEGATIVE = "negative", _("Share of comments that speak badly of the theme")
    CSAT = "csat", _("CSAT of the answers that speak of the theme")


class ImprovementQuerySet(WorkspaceQuerySet["Improvement"]):
    def open(self) -> "ImprovementQuerySet":
        """Neither done nor dropped."""
        return self.filter(done_at=None, dropped_at=None)

    def overdue(self, today: date) -> "ImprovementQuerySet":
        return self.open().filter(due_on__lt=today)


class Improvement(WorkspaceModel):
    """One change that is to make many customers happier: the outer loop.

    `before_hits` of `before_n` is what it is measured by in the `window_days` before it was set, kept as it was then;
    `after_hits` of `after_n` the same after it was done: counted every night, and for good when as many days are over
    (`verified_at`).
    """

    title = models.CharField(_("what we change"), max_length=200)
    about = models.TextField(_("why, and how"), blank=True)
    theme = models.ForeignKey(
        Theme, models.SET_NULL, related_name="improvements", null=True, blank=True, db_index=False
    )
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    measure = models.CharField(_("measured by"), max_length=8, choices=Measure.choices)
    window_days = models.PositiveSmallIntegerField(_("days before and after"), default=90)
    due_on = models.DateField(_("due on"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    before_hits = models.IntegerField()
    before_n = models.IntegerField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    after_hits = models.IntegerField(null=True, blank=True)
    after_n = models.IntegerField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(ImprovementQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(dropped_at=None), name="voice_done_or_dropped"),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(done_at__isnull=False, after_n__isnull=False),
                name="voice_verified_is_done",
            ),
            models.CheckConstraint(
                condition=Q(before_hits__lte=F("before_n"), window_days__range=(14, 365)), name="voice_measured"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "due_on", "id"], name="voice_improvements_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None
