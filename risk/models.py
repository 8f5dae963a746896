"""What a workspace counts as leaving, what was found out about it, and how likely each customer is to leave."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from risk.prediction.ladder import Rung
from risk.prediction.verdict import Verdict
from workspaces.fields import InnerModel, WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class Horizon(models.IntegerChoices):
    """Within how many days somebody leaves."""

    MONTH = 30, _("30 days")
    TWO_MONTHS = 60, _("60 days")
    QUARTER = 90, _("90 days")
    HALF_YEAR = 180, _("180 days")


class RiskSettings(WorkspaceModel):
    """What one workspace asks of the risk: how far ahead, and what besides a lost customer counts as leaving."""

    horizon_days = models.PositiveSmallIntegerField(
        _("horizon"), choices=Horizon.choices, default=Horizon.QUARTER, db_default=Horizon.QUARTER.value
    )
    counts_downgrade = models.BooleanField(_("more than half of the contract's value given up"), default=False)
    counts_non_renewal = models.BooleanField(_("a contract that ended without another"), default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="risk_one_settings"),
            models.CheckConstraint(condition=Q(horizon_days__in=Horizon.values), name="risk_horizon_offered"),
        ]

    def __str__(self) -> str:
        return f"Risk of workspace {self.workspace_id}"


class RiskRunQuerySet(WorkspaceQuerySet["RiskRun"]):
    def unfinished(self) -> "RiskRunQuerySet":
        return self.filter(finished_at=None)

    def found(self) -> "RiskRunQuerySet":
        """Finished, with a report."""
        return self.exclude(finished_at=None).filter(failure="")

    def adopted(self) -> "RiskRunQuerySet":
        """The one whose card scores, if any."""
        return self.exclude(adopted_at=None).filter(retired_at=None)


class RiskRun(WorkspaceModel):
    """One test of the risk on a workspace's own history, and the card it learned.

    `settings` are those it was made with: `horizon_days, counts_downgrade, counts_non_renewal, budget` (alerts a month
    for each 100 accounts), `weights` (by hand, by part). `done` of `total` steps; `progress_at` the last of them.
    `failure` is a code (`Failure`) of a run that found nothing. `report` and `card` are JSON of
    `prediction.figures.Backtest` and `prediction.card.Card`. Days are the first and last snapshot that taught and that
    tested; `days` all that hold anybody. Of many accounts a sample is taken, whole: `accounts` of `portfolio`.
    """

    class Failure(models.TextChoices):
        TOO_SHORT = "too_short", _("The history is too short: there is no month to learn from and one to test on.")
        NO_CUSTOMERS = "no_customers", _("There are no customers with a score in the months looked at.")
        LEAKED = "leaked", _("Some values were recorded after the day they tell of, so nothing was learned from them.")
        STUCK = "stuck", _("The run stopped making progress and was given up.")

    settings = models.JSONField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    progress_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=20, choices=Failure.choices, blank=True, default="")
    failure_detail = models.CharField(max_length=400, blank=True, default="")
    days = ArrayField(models.DateField(), default=list)
    trained_from = models.DateField(null=True, blank=True)
    trained_to = models.DateField(null=True, blank=True)
    tested_from = models.DateField(null=True, blank=True)
    tested_to = models.DateField(null=True, blank=True)
    accounts = models.IntegerField(default=0)
    portfolio = models.IntegerField(default=0)
    verdict = models.CharField(
        max_length=25, choices=[(one.value, one.value) for one in Verdict], blank=True, default=""
    )
    rung = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Rung], blank=True, default="")
    report = models.JSONField(null=True, blank=True)
    card = models.JSONField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    objects = WorkspaceManager.from_queryset(RiskRunQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], condition=Q(finished_at=None), name="risk_one_run_at_a_time"),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(adopted_at__isnull=False, retired_at=None),
                name="risk_one_adopted",
            ),
            models.CheckConstraint(
                condition=Q(adopted_at=None) | Q(card__isnull=False, failure=""), name="risk_adopted_with_card"
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(adopted_at__isnull=False), name="risk_retired_after_adopted"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="risk_runs_newest")]

    def __str__(self) -> str:
        return f"Run of {self.started_at:%Y-%m-%d}"

    @property
    def is_running(self) -> bool:
        return self.finished_at is None

    @property
    def is_adopted(self) -> bool:
        """Its card is the one that scores."""
        return self.adopted_at is not None and self.retired_at is None


class RiskDay(WorkspaceModel):
    """What was known of a workspace's customers at the end of one UTC day. Written once, and never again.

    `numbers` holds those of each of `accounts`, in their order, as an array of two dimensions: of the `columns.NAMES`
    that there were when it was written, then of `known.RECORDED`.
    """

    append_only = True

    pk = models.CompositePrimaryKey("workspace_id", "day")
    day = models.DateField()
    recorded_at = models.DateTimeField()
    accounts = ArrayField(models.BigIntegerField())
    numbers = ArrayField(ArrayField(models.FloatField(null=True)))

    def __str__(self) -> str:
        return str(self.day)


class HandCard(WorkspaceModel):
    """The hand weights of one workspace as points, with the average risk of its last year: what scores until a learned
    card is adopted. Of fewer than ten `departures` nobody can say how far off it is."""

    card = models.JSONField()
    horizon_days = models.PositiveSmallIntegerField(choices=Horizon.choices)
    departures = models.IntegerField()
    rows = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="risk_one_hand_card")]

    def __str__(self) -> str:
        return f"Hand weights of workspace {self.workspace_id}"


class RiskScore(InnerModel):
    """The risk of one account from one UTC day on, as points; without a `run` by hand weights.

    `terms` are the points of each column in the order of the card, and what is left of `points` is the average
    customer's. `chance` is what the points stand for, 0 to 1, within `horizon_days`.
    """

    pk = models.CompositePrimaryKey("workspace_id", "account_id", "day")
    account = models.ForeignKey(Account, models.CASCADE, related_name="risk_scores", db_index=False)
    day = models.DateField()
    run = models.ForeignKey(RiskRun, models.CASCADE, related_name="+", null=True, blank=True, db_index=False)
    horizon_days = models.PositiveSmallIntegerField(choices=Horizon.choices)
    points = models.IntegerField(null=True)
    chance = models.FloatField(null=True)
    terms = ArrayField(models.SmallIntegerField(), default=list)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(chance=None) | Q(chance__range=(0, 1)), name="risk_chance_range"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}: {self.chance}"
