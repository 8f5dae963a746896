"""Scores as they were on each day, and the alerts that come of them."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.stages import Band
from health import sentences
from health.fields import PartsField
from health.kinds import Kind
from health.parts import TOTAL_WEIGHT
from health.rules import COOL_DOWN_DAYS, Rule
from segments.models import Segment
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class HealthProfile(WorkspaceModel):
    """How one workspace weighs the parts of the score, and how many alerts it can follow.

    `alert_budget`: alerts a month for each 100 accounts.
    """

    intent = models.PositiveSmallIntegerField(default=5)
    needs = models.PositiveSmallIntegerField(default=10)
    adoption = models.PositiveSmallIntegerField(default=25)
    outcomes = models.PositiveSmallIntegerField(default=20)
    relationships = models.PositiveSmallIntegerField(default=15)
    engagement = models.PositiveSmallIntegerField(default=10)
    education = models.PositiveSmallIntegerField(default=5)
    journey = models.PositiveSmallIntegerField(default=10)
    alert_budget = models.PositiveSmallIntegerField(default=5, db_default=5)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="health_one_profile"),
            models.CheckConstraint(
                condition=Q(
                    intent=TOTAL_WEIGHT
                    - F("needs")
                    - F("adoption")
                    - F("outcomes")
                    - F("relationships")
                    - F("engagement")
                    - F("education")
                    - F("journey")
                ),
                name="health_weights_total_100",
            ),
        ]

    def __str__(self) -> str:
        return f"Weights of workspace {self.workspace_id}"


class Typical(WorkspaceModel):
    """What is typical of a workspace's customers: the mean of each part in order, where enough of them have it.

    What is not known of one counts as this. `depth` is the median of key actions per active user in 28 days.
    """

    means = ArrayField(models.FloatField(null=True))
    depth = models.FloatField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="health_one_typical")]

    def __str__(self) -> str:
        return f"Means of workspace {self.workspace_id}"


class HealthScore(WorkspaceModel):
    """The score of one account on one UTC day, with the numbers each part was made of.

    `parts`: one dict a part, in order: `key, weight, value, points, coverage, mean`, and its `measures`, each with
    `key, value, coverage` and what its sentence needs.
    """

    pk = models.CompositePrimaryKey("workspace_id", "account_id", "day")
    account = models.ForeignKey(Account, models.CASCADE, related_name="health_scores", db_index=False)
    day = models.DateField()
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    band = models.CharField(max_length=7, choices=Band.choices, blank=True)
    coverage = models.FloatField()
    parts = PartsField()
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}: {self.score}"


class HealthDay(WorkspaceModel):
    """How a whole workspace stood on one UTC day: accounts in each band, and the mean of the scores with a band."""

    pk = models.CompositePrimaryKey("workspace_id", "day")
    day = models.DateField()
    healthy = models.IntegerField()
    watch = models.IntegerField()
    at_risk = models.IntegerField()
    no_band = models.IntegerField()
    mean = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.day}: {self.mean}"


class StaleAccount(WorkspaceModel):
    """One account whose score no longer fits what is known. The row is also the lock of whoever scores it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "account"], name="health_stale_once")]

    def __str__(self) -> str:
        return str(self.account_id)


class AlertRuleQuerySet(WorkspaceQuerySet["AlertRule"]):
    def live(self) -> "AlertRuleQuerySet":
        """All but those put away, whether on or off."""
        return self.filter(retired_at=None)


class AlertRule(WorkspaceModel):
    """What opens an alert in one workspace: a kind with its `parameters` (`health.kinds`), for all or for a segment.

    `key` is what alerts and the API call it: the three that every workspace starts with keep theirs (`rules.Rule`).
    Without a `name` it is called by its kind. A rule that is off or retired opens nothing, and closes what it opened.
    A segment that was deleted for good holds nobody, so the rule opens nothing, rather than for everybody.
    """

    key = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parameters = models.JSONField()
    segment = models.ForeignKey(
        Segment, models.DO_NOTHING, related_name="+", null=True, blank=True, db_index=False, db_constraint=False
    )
    is_hard = models.BooleanField()
    is_on = models.BooleanField(default=True)
    cool_down_days = models.PositiveSmallIntegerField(default=COOL_DOWN_DAYS)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(AlertRuleQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="health_alert_rule_key"),
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(retired_at=None) & ~Q(name=""), name="health_alert_rule_name"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name, in the reader's language where nobody has named it."""
        return self.name or str(dict(Rule.choices).get(self.key) or Kind(self.kind).label)


class AlertQuerySet(WorkspaceQuerySet["Alert"]):
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

    def owned_by(self, member_id: int, *, with_unowned: bool) -> "AlertQuerySet":
        mine = Q(account__owner=member_id)
        return self.filter(mine | Q(account__owner=None) if with_unowned else mine)


class Alert(WorkspaceModel):
    """One episode of an account needing somebody, from the moment a rule was met until it is over.

    `drivers` holds what led to it, the oldest first, each with its rule and the numbers of its sentence. `held`
    names the rules told in this alert whose condition has not been left; a rule stays held after a person resolves
    the alert, so that the same fall does not open a second one. `rule` is the key of the rule that opened it, and
    `score` the account's score then. A driver that came while the rule was cooling down `is_silent`.
    """

    class Closed(models.TextChoices):
        RECOVERED = "recovered", _("Recovered")
        RESOLVED = "resolved", _("Resolved")

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

    objects = WorkspaceManager.from_queryset(AlertQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "rule"], condition=Q(closed_at=None), name="health_one_open_alert"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_how="") | (Q(closed_at__isnull=False) & ~Q(closed_how="")),
                name="health_closed_somehow",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "-opened_at"], name="health_alerts_of"),
            models.Index(fields=["workspace", "-opened_at"], condition=Q(closed_at=None), name="health_alerts_open"),
            models.Index(fields=["workspace", "-id"], name="health_alerts_newest"),
            models.Index(
                fields=["workspace", "account"],
                condition=Q(closed_at=None) | ~Q(held=[]),
                name="health_alerts_held",
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
