"""Quarterly business reviews: what we report to a customer, and what we promise there."""

from datetime import UTC, date, datetime, time

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from lib.time import quarter_span
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User


class Section(models.TextChoices):
    """The parts of a report that carry a commentary, in order."""

    SUMMARY = "summary", _("Summary")
    OUTCOMES = "outcomes", _("Outcomes")
    ADOPTION = "adoption", _("Adoption")
    SUPPORT = "support", _("Support")
    VOICE = "voice", _("Survey voice")
    RISKS = "risks", _("Risks")


class Review(WorkspaceModel):
    """One account's report of one quarter. Once it was held, `snapshot` keeps its numbers as they were shown."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PREPARED = "prepared", _("Prepared")
        HELD = "held", _("Held")

    account = models.ForeignKey(Account, models.CASCADE, related_name="reviews", db_index=False)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    commentary = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    prepared_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    attendees = models.TextField(blank=True)
    snapshot = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "account", "year", "quarter"], name="reviews_one_a_quarter"),
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="reviews_quarter_range"),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, snapshot__isnull=True)
                | Q(held_at__isnull=False, snapshot__isnull=False, prepared_at__isnull=False),
                name="reviews_held_is_kept",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "year", "quarter", "account"], name="reviews_by_quarter")]

    def __str__(self) -> str:
        return f"Q{self.quarter} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:review", args=[self.pk])

    @property
    def state(self) -> "Review.State":
        if self.held_at:
            return self.State.HELD
        return self.State.PREPARED if self.prepared_at else self.State.DRAFT

    @property
    def span(self) -> tuple[date, date]:
        """The quarter's first day and the first day after it."""
        return quarter_span(self.year, self.quarter)


class ActionItemQuerySet(WorkspaceQuerySet["ActionItem"]):
    def open(self) -> "ActionItemQuerySet":
        return self.filter(done_at=None)

    def overdue(self, day: date) -> "ActionItemQuerySet":
        return self.open().filter(due_on__lt=day)

    def told_in(self, year: int, quarter: int) -> "ActionItemQuerySet":
        """Promised in this quarter's review, or in an earlier one and still open when the quarter began."""
        first, _after = quarter_span(year, quarter)
        began = datetime.combine(first, time(), UTC)
        earlier = Q(review__year__lt=year) | Q(review__year=year, review__quarter__lt=quarter)
        still_open = Q(done_at=None) | Q(done_at__gte=began)
        return self.filter(Q(review__year=year, review__quarter=quarter) | (earlier & still_open))


class ActionItem(WorkspaceModel):
    """One promise made in a review; it stands in every later report until it is done.

    Either a member of ours owns it, or somebody at the customer (`customer_owner`), or nobody yet.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="action_items", db_index=False)
    review = models.ForeignKey(Review, models.CASCADE, related_name="action_items", db_index=False)
    text = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(
        Member, models.SET_NULL, related_name="action_items", null=True, blank=True, db_index=False
    )
    customer_owner = models.CharField(_("owner at the customer"), max_length=120, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)

    objects = WorkspaceManager.from_queryset(ActionItemQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(owner=None) | Q(customer_owner=""), name="reviews_action_one_owner"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "id"], name="reviews_actions_of"),
            models.Index(fields=["workspace", "due_on"], condition=Q(done_at=None), name="reviews_actions_due"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def owner_name(self) -> str:
        return str(self.owner) if self.owner else self.customer_owner

    def is_overdue_on(self, day: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < day


class ShareLinkQuerySet(WorkspaceQuerySet["ShareLink"]):
    def usable(self, at: datetime) -> "ShareLinkQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=at)


class ShareLink(WorkspaceModel):
    """One link that shows one report to whoever has it; only its SHA-256 is kept."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="share_links", db_index=False)
    token_hash = models.CharField(max_length=64, db_index=True)
    with_internals = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(ShareLinkQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="reviews_share_expires_later"),
        ]
        indexes = [models.Index(fields=["workspace", "review", "-id"], name="reviews_shares_of")]

    def __str__(self) -> str:
        return str(self.review_id)
