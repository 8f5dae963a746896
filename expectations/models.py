"""The expectation ledger: what customers were told, what they acknowledged, and what became of it."""

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, Contract
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class ExpectationQuerySet(WorkspaceQuerySet["Expectation"]):
    def open(self) -> "ExpectationQuerySet":
        return self.filter(settled_at=None)

    def overdue(self, day: date) -> "ExpectationQuerySet":
        return self.open().filter(due_on__lt=day)


class Expectation(WorkspaceModel):
    """One thing a customer may expect of us: a term of a contract, or a promise somebody made.

    Settled once: kept, broken or changed. One that was changed is followed by the one that `replaces` it.
    """

    class Kind(models.TextChoices):
        TERM = "term", _("Term of the contract")
        PROMISE = "promise", _("Promise")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        CHANGED = "changed", _("Changed")

    account = models.ForeignKey(Account, models.CASCADE, related_name="expectations", db_index=False)
    contract = models.ForeignKey(
        Contract, models.SET_NULL, related_name="expectations", null=True, blank=True, db_index=False
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    wording = models.CharField(_("wording"), max_length=1000)
    made_on = models.DateField(_("made on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    created_at = models.DateTimeField()

    explained_on = models.DateField(null=True, blank=True)
    explained_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    explained_to = models.ForeignKey(Contact, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)

    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    evidence = models.CharField(max_length=1000, blank=True)
    replaces = models.ForeignKey(
        "self", models.SET_NULL, related_name="replaced_by", null=True, blank=True, db_index=False
    )

    objects = WorkspaceManager.from_queryset(ExpectationQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | (~Q(outcome="") & Q(settled_at__isnull=False)),
                name="expectations_settled_by_outcome",
            ),
            models.UniqueConstraint(fields=["workspace", "replaces"], name="expectations_replaced_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-id"], name="expectations_of"),
            models.Index(
                fields=["workspace", "due_on", "id"], condition=Q(settled_at=None), name="expectations_open_by_due"
            ),
        ]

    def __str__(self) -> str:
        return self.wording

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


class AcknowledgementQuerySet(WorkspaceQuerySet["Acknowledgement"]):
    def usable(self, at: datetime) -> "AcknowledgementQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=at)


class Acknowledgement(WorkspaceModel):
    """One dated link that asks a customer to confirm some expectations; only its SHA-256 is kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="acknowledgements", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    expectation_ids = ArrayField(models.BigIntegerField())
    token_hash = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    objection = models.CharField(max_length=2000, blank=True)

    objects = WorkspaceManager.from_queryset(AcknowledgementQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="expectations_link_expires_later"),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-id"], name="expectations_links_of")]

    def __str__(self) -> str:
        return str(self.account_id)

    @property
    def wishes(self) -> list[str]:
        """The person's language, and their company's."""
        return [self.contact.locale if self.contact else "", self.account.locale]
