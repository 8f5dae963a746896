"""The alerts that come of scores and rules."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alerts import sentences
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User

NOT_ASSIGNED = Q(assignee=None) | Q(assignee__ended_at__isnull=False)  # who has left has handed it back to the owner


class AlertQuerySet(WorkspaceQuerySet["Alert"]):
    def told(self) -> "AlertQuerySet":
        """All that anybody may see: without those held out."""
        return self.filter(is_held_out=False)

    def open(self) -> "AlertQuerySet":
        return self.filter(closed_at=None)

    def closed(self) -> "AlertQuerySet":
        return self.exclude(closed_at=None)

    def visible(self, day: date) -> "AlertQuerySet":
        """Open, and not put off to a later day."""
        return self.open().filter(Q(snoozed_until=None) | Q(snoozed_until__lte=day))

    def snoozed(self, day: date) -> "AlertQuerySet":
        return self.open().filter(snoozed_until__gt=day)

    def unacknowledged(self) -> "AlertQuerySet":
        return self.filter(acknowledged_at=None)

    def told_of(self, rule: str) -> "AlertQuerySet":
        """Those that a rule opened or joined, with when as `told_at`; not those that keep it silently."""
        joined = RawSQL(  # an answer may be older than the alert
            """(
                select greatest(alerts_alert.opened_at, min((d->>'at')::timestamptz))
                from jsonb_array_elements(alerts_alert.drivers) d
                where d->>'rule' = %s and d->>'is_silent' is distinct from 'true'
                having count(*) > 0)""",
            [rule],
        )
        at = Case(When(rule=rule, then="opened_at"), default=joined, output_field=models.DateTimeField())
        return self.alias(told_at=at).filter(told_at__isnull=False)

    def in_hands_of(self, member_id: int, *, with_unowned: bool) -> "AlertQuerySet":
        """Assigned to the member, or to nobody (any more) while they own the account."""
        mine = Q(account__owner=member_id)
        owned = mine | Q(account__owner=None) if with_unowned else mine
        return self.filter(Q(assignee=member_id) | (NOT_ASSIGNED & owned))


class Alert(WorkspaceModel):
    """One episode of an account needing somebody, from the moment a rule was met until it is over.

    `drivers` holds what led to it, the oldest first, each with its rule and the numbers of its sentence. `held`
    names the rules told in this alert whose condition has not been left; a rule stays held after a person resolves
    the alert, so that the same fall does not open a second one. `rule` is the key of the rule that opened it, and
    `score` the account's score then. A driver that came while the rule was cooling down `is_silent`.

    Without an `assignee` it is for the account's owner. `news_at`: when, after its opening, it became news again. With
    a `holdout_share` it took part in the hold-out of that share, and one that `is_held_out` is told to nobody.
    """

    class Closed(models.TextChoices):
        RECOVERED = "recovered", _("Recovered")
        RESOLVED = "resolved", _("Resolved")
        LOST = "lost", _("Customer lost")

    account = models.ForeignKey(Account, models.CASCADE, related_name="alerts", db_index=False)
    rule = models.CharField(max_length=20)
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_how = models.CharField(max_length=10, choices=Closed.choices, blank=True)
    is_urgent = models.BooleanField(default=False)
    drivers = models.JSONField(default=list)
    held = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=200, blank=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    resolution = models.TextField(blank=True)
    assignee = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    news_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_to = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    holdout_share = models.PositiveSmallIntegerField(null=True, blank=True)
    is_held_out = models.BooleanField(default=False, db_default=False)

    objects = WorkspaceManager.from_queryset(AlertQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "rule"], condition=Q(closed_at=None), name="alerts_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_how="") | (Q(closed_at__isnull=False) & ~Q(closed_how="")),
                name="alerts_closed_somehow",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-opened_at"], name="alerts_of_account"),
            models.Index(fields=["workspace", "-opened_at"], condition=Q(closed_at=None), name="alerts_open"),
            models.Index(fields=["workspace", "-id"], name="alerts_newest"),
            models.Index(
                fields=["workspace", "account"],
                condition=Q(closed_at=None) | ~Q(held=[]),
                name="alerts_held",
            ),
            models.Index(
                fields=["workspace", "assignee"],
                condition=Q(closed_at=None, assignee__isnull=False),
                name="alerts_assigned",
            ),
            models.Index(
                fields=["workspace", "opened_at"],
                condition=Q(holdout_share__isnull=False),
                name="alerts_in_holdout",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.account_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_snoozed_on(self, day: date) -> bool:
        """Open, but put off to a later day than `day`."""
        return self.is_open and self.snoozed_until is not None and self.snoozed_until > day

    @property
    def responsible(self) -> Member | None:
        """Whoever it was assigned to, or the account's owner if that was nobody or they have left."""
        if self.assignee is not None and self.assignee.ended_at is None:
            return self.assignee
        return self.account.owner

    @property
    def is_assigned(self) -> bool:
        """To somebody who is still there."""
        return self.assignee is not None and self.assignee.ended_at is None

    @property
    def assignee_key(self) -> str:
        """The assignee as forms name them; empty: the account's owner."""
        return str(self.assignee_id) if self.is_assigned else ""

    def get_rule_display(self) -> str:
        """What the rule was called when it opened the alert."""
        return sentences.rule_name(self.rule, self.drivers)

    @property
    def reasons(self) -> list[str]:
        """What led to it, a driver each, in the reader's language, the oldest first.

        While the alert is open, drivers that are over (`over_at`) are left out; silent ones always.
        """
        told = [one for one in self.drivers if not one.get("is_silent")]
        return sentences.reasons([one for one in told if not (self.is_open and one.get("over_at"))])

    @property
    def reason(self) -> str:
        """All of `reasons` as one text."""
        return " ".join(self.reasons)

    @property
    def next_step(self) -> str:
        """What to do first, in the reader's language."""
        return sentences.next_step(self.drivers)

    @property
    def first_driver(self) -> dict[str, Any]:
        return self.drivers[0] if self.drivers else {}
