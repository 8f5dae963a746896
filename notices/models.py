"""What people are told of, who is told how, and the chats that are told along."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Fact
from notices.kinds import ByMail, Kind, Way, default
from segments.models import Segment
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User


class Occasion(WorkspaceModel):
    """One thing that is told, once however many hear of it: `key` names it, `link` leads to it.

    What it says comes from its fact, or from `data` where there is none; nobody is named in either but there.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", null=True, blank=True, db_index=False)
    # Without a constraint: checking it from the other side would read this whole table for each fact that goes.
    fact = models.ForeignKey(
        Fact, models.CASCADE, related_name="+", null=True, blank=True, db_index=False, db_constraint=False
    )
    data = models.JSONField(default=dict)
    link = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="notices_occasion_once")]
        indexes = [
            models.Index(fields=["workspace", "link"], name="notices_by_link"),
            models.Index(fields=["workspace", "account"], name="notices_of_account"),
            models.Index(fields=["workspace", "fact"], name="notices_of_fact"),
            models.Index(fields=["workspace", "created_at"], name="notices_by_age"),
        ]

    def __str__(self) -> str:
        return self.key


class NoticeQuerySet(WorkspaceQuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None, is_shown=True)

    def awaited(self) -> "NoticeQuerySet":
        """What the next digest is to tell: what has not been read meanwhile."""
        return self.filter(mail=ByMail.DIGEST, mailed_at=None, read_at=None)


class Notice(WorkspaceModel):
    """One member is told of one occasion, by the ways they had chosen when it came."""

    # Without a constraint: checking it from the other side would read this whole table for each occasion that goes.
    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="notices", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    is_shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=7, choices=ByMail.choices)
    mailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(NoticeQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "occasion", "member"], name="notices_once")]
        indexes = [
            models.Index(fields=["workspace", "member", "-id"], name="notices_newest"),
            models.Index(
                fields=["workspace", "member", "-id"], condition=Q(read_at=None, is_shown=True), name="notices_unread"
            ),
            models.Index(
                fields=["workspace", "member"],
                condition=Q(mail="digest", mailed_at=None, read_at=None),
                name="notices_awaited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id} {self.member_id}"


class Preference(WorkspaceModel):
    """How one member wants to be told: `ways` holds what they chose by kind, the rest is as `kinds.DEFAULTS`."""

    class Digest(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKDAYS = "weekdays", _("Monday to Friday")
        OFF = "off", _("No digest")

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=8, choices=Digest.choices, default=Digest.DAILY)
    hour = models.PositiveSmallIntegerField(default=8, validators=[MinValueValidator(0), MaxValueValidator(23)])
    ways = models.JSONField(default=dict)
    digest_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="notices_preference_once"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="notices_hour_of_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.member_id)

    def way(self, kind: str) -> Way:
        """How this kind is told; who wants no digest gets in the app alone what would be in it."""
        chosen = self.ways.get(kind)
        way = Way(**chosen) if chosen else default(kind)
        if way.mail == ByMail.DIGEST and self.digest == self.Digest.OFF:
            return Way(way.in_app, ByMail.NEVER)
        return way


class ChatHookQuerySet(WorkspaceQuerySet["ChatHook"]):
    def open(self) -> "ChatHookQuerySet":
        return self.filter(disabled_at=None)


class ChatHook(WorkspaceModel):
    """One chat channel that is told of the chosen kinds, of all customers or those of a segment.

    The address is the secret: it is kept encrypted, and shown by its host and last characters (`place`). A segment
    that was deleted for good holds nobody, so nothing is told, rather than everything.
    """

    class Flavour(models.TextChoices):
        SLACK = "slack", _("Slack, or what takes the same messages")
        TEAMS = "teams", _("Microsoft Teams (adaptive card)")

    class Why(models.TextChoices):
        """What switched it off."""

        PERSON = "person", _("Switched off by a member")
        GONE = "gone", _("The chat said that the address is no more")

    name = models.CharField(_("name"), max_length=80)
    flavour = models.CharField(max_length=5, choices=Flavour.choices)
    secret = models.TextField()
    place = models.CharField(max_length=280)
    kinds = ArrayField(models.CharField(max_length=20, choices=Kind.choices))
    segment = models.ForeignKey(
        Segment, models.DO_NOTHING, related_name="+", null=True, blank=True, db_index=False, db_constraint=False
    )
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_why = models.CharField(max_length=6, choices=Why.choices, blank=True)

    objects = WorkspaceManager.from_queryset(ChatHookQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_why="") | (Q(disabled_at__isnull=False) & ~Q(disabled_why="")),
                name="notices_off_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "id"], name="notices_chats")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.disabled_at is None


class ChatMessage(WorkspaceModel):
    """One message to one chat, about an occasion; a test has none. What it says is written when it goes out."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        IN_DOUBT = "in_doubt", _("In doubt")
        NOT_SENT = "not_sent", _("Not sent")

    hook = models.ForeignKey(ChatHook, models.CASCADE, related_name="messages", db_index=False)
    occasion = models.ForeignKey(
        Occasion, models.CASCADE, related_name="+", null=True, blank=True, db_index=False, db_constraint=False
    )
    created_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "occasion", "hook"],
                condition=Q(occasion__isnull=False),
                name="notices_message_once",
            )
        ]
        indexes = [models.Index(fields=["workspace", "hook", "-id"], name="notices_messages_newest")]

    def __str__(self) -> str:
        return f"{self.hook_id} {self.occasion_id}"
