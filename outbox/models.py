"""Work that must happen later or leave the house, as rows."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox import sheets
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet


class EffectQuerySet(WorkspaceQuerySet["Effect"]):
    def due(self, queue: str, at: datetime) -> "EffectQuerySet":
        return self.filter(queue=queue, state=Effect.State.READY, available_at__lte=at)

    def abandoned(self, at: datetime) -> "EffectQuerySet":
        """Claimed by a worker that has not come back in time."""
        return self.filter(state__in=Effect.HELD, lease_until__lt=at)

    def stuck(self) -> "EffectQuerySet":
        """What a person has to decide about: dead or in doubt."""
        return self.filter(state__in=[Effect.State.DEAD, Effect.State.IN_DOUBT])


class Effect(WorkspaceModel):
    """One thing to do once: run a handler, or send something out of the house."""

    class State(models.TextChoices):
        READY = "ready", _("Waiting")
        CLAIMED = "claimed", _("Taken by a worker")
        SENDING = "sending", _("Being sent")
        DONE = "done", _("Done")
        IN_DOUBT = "in_doubt", _("In doubt")
        DEAD = "dead", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    HELD = [State.CLAIMED, State.SENDING]

    kind = models.CharField(max_length=60)
    queue = models.CharField(max_length=20)
    dedupe_key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    attempts = models.SmallIntegerField(default=0)
    available_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    claim_id = models.UUIDField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(EffectQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "dedupe_key"], name="outbox_effect_once"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "queue", "available_at", "id"],
                condition=Q(state="ready"),
                name="outbox_effect_ready",
            ),
            models.Index(
                fields=["workspace", "lease_until"],
                condition=Q(state__in=["claimed", "sending"]),
                name="outbox_effect_leased",
            ),
            models.Index(
                fields=["workspace", "-id"],
                condition=Q(state__in=["dead", "in_doubt"]),
                name="outbox_effect_stuck",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe_key}"


class Sheet(WorkspaceModel):
    """What is the same in many mails, with gaps for what differs: nobody's name, no secret link."""

    digest = models.CharField(max_length=64)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="outbox_sheet_once")]

    def __str__(self) -> str:
        return self.digest


class Mail(WorkspaceModel):
    """One mail to one person, as it was or will be sent; `key` names its occasion. With a sheet `text` and `html` are
    empty, and `pieces` fill its gaps. Since `purged_at` what it said is no longer kept.
    """

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="mails", null=True, db_index=False)
    pieces = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    message_id = models.CharField(max_length=120)
    key = models.CharField(max_length=200, blank=True, db_default="")
    to_digest = models.CharField(max_length=64, blank=True, db_default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="outbox_mail_newest"),
            models.Index(fields=["workspace", "created_at"], condition=Q(purged_at=None), name="outbox_mail_whole"),
            models.Index(fields=["workspace", "sheet"], condition=Q(sheet__isnull=False), name="outbox_mails_of_sheet"),
            models.Index(
                fields=["message_id"], name="outbox_mail_sent_as"
            ),  # reports come before any workspace is known
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    @property
    def whole_text(self) -> str:
        return sheets.filled_text(self.sheet.text, self.pieces or {}) if self.sheet else self.text

    @property
    def whole_html(self) -> str:
        return sheets.filled_html(self.sheet.html, self.pieces or {}) if self.sheet else self.html


class Bounce(WorkspaceModel):
    """One report about one mail: it did not arrive, or whoever got it complained. `key` tells a repeated report."""

    class Kind(models.TextChoices):
        HARD = "hard", _("Cannot be delivered")
        SOFT = "soft", _("Not delivered this time")
        COMPLAINT = "complaint", _("Reported as unwanted")

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="bounces", db_index=False)
    to_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    code = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="outbox_bounce_once")]
        indexes = [
            models.Index(fields=["workspace", "to_digest", "-at"], name="outbox_bounces_of_address"),
            models.Index(fields=["workspace", "mail"], name="outbox_bounces_of_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Suppression(WorkspaceModel):
    """One address that no mail goes to any more; only its keyed hash is kept."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("Mail to it comes back")
        COMPLAINED = "complained", _("Reported our mail as unwanted")

    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    code = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="outbox_suppressed_once")]
        indexes = [models.Index(fields=["workspace", "-id"], name="outbox_suppressed_newest")]

    def __str__(self) -> str:
        return self.reason
