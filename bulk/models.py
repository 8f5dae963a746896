"""Changes of many accounts at once, and what each account was before."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from workspaces.fields import WorkspaceModel
from workspaces.models import User

UNDO = timedelta(minutes=10)


class BulkChange(WorkspaceModel):
    """One change of many accounts, decided by one person, and how far it has come.

    Its moments follow one another: begun, done; and undoing, undone, if it was taken back. `params` says what was
    done, as its kind needs it, and `source` whence the accounts were chosen: `ids`, a `list`'s query, or a `book`.
    """

    class Kind(models.TextChoices):
        OWNER = "owner", _("Owner")
        TAG = "tag", _("Add a tag")
        UNTAG = "untag", _("Remove a tag")
        STAGE = "stage", _("Stage")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    params = models.JSONField(default=dict)
    source = models.JSONField(default=dict)
    total = models.IntegerField()
    changed = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    restored = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    begun_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    done_at = models.DateTimeField(null=True, blank=True)
    undoing_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="bulk_newest")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def about(self) -> str:
        """The owner's name, the tag, or the stage it leads to."""
        return str(self.params.get("name") or self.params.get("tag") or self.params.get("stage") or "")

    @property
    def is_running(self) -> bool:
        """Whether it, or its undoing, goes on in the background."""
        return self.undone_at is None and (self.done_at is None or self.undoing_at is not None)

    @property
    def handled(self) -> int:
        """How many accounts have been looked at."""
        return self.changed + self.same

    @property
    def unreached(self) -> int:
        """How many accounts it had not come to when it was stopped."""
        return self.total - self.handled

    @property
    def put_back(self) -> int:
        """How many accounts the undoing has looked at."""
        return self.restored + self.kept

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be undone; None while it runs, when it can be."""
        return self.done_at + UNDO if self.done_at else None

    def can_be_undone(self, at: datetime) -> bool:
        return self.undoing_at is None and (self.done_at is None or at <= self.done_at + UNDO)


class BulkRow(WorkspaceModel):
    """One account of one change: what became of it, when, and what it was `before`."""

    class Outcome(models.TextChoices):
        PENDING = "", _("Not yet")
        CHANGED = "changed", _("Changed")
        SAME = "same", _("Skipped: was so already")
        RESTORED = "restored", _("As before")
        KEPT = "kept", _("Changed since, so left as it is")

    pk = models.CompositePrimaryKey("workspace_id", "change_id", "account_id")
    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    before = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "change", "outcome", "account"], name="bulk_rows_by_outcome"),
            models.Index(fields=["workspace", "account"], name="bulk_rows_of"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.account_id}"
