"""Scores as they were on each day."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Account
from accounts.stages import Band
from health.fields import PartsField
from health.models.profile import HealthProfile
from workspaces.fields import InnerModel, WorkspaceModel


class HealthScore(InnerModel):
    """The score of one account from one UTC day on, with the numbers each part was made of.

    One row a day of change: a day without a row is as the newest row before it. A change is any difference in score,
    band, coverage, profile or parts as they are stored, so that every sentence of a score is true of every day it
    stands for: also that a conversation is a day longer ago. The first score of a month is written in any case: each
    month's partition tells of its days by itself, and a score older than STANDS_DAYS says nothing.

    `parts`: one dict a part, in order: `key, weight, value, points, coverage, mean`, and its `measures`, each with
    `key, value, coverage` and what its sentence needs. `profile`: which one weighed them; none is the default one.
    `computed_at` is when the numbers behind it were read: other weights compute the score anew and leave it. The table
    has a partition a month (migration 0017).
    """

    pk = models.CompositePrimaryKey("workspace_id", "account_id", "day")
    account = models.ForeignKey(Account, models.CASCADE, related_name="health_scores", db_index=False)
    day = models.DateField()
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    band = models.CharField(max_length=7, choices=Band.choices, blank=True)
    coverage = models.FloatField()
    parts = PartsField()
    profile = models.ForeignKey(
        HealthProfile, models.DO_NOTHING, related_name="+", null=True, db_index=False, db_constraint=False
    )
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}: {self.score}"

    @property
    def told(self) -> Decimal | None:
        """The score, unless too little is known for a band: then it is nobody's to read."""
        return self.score if self.band else None


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


class StaleAccount(InnerModel):
    """One account whose score no longer fits what is known. The row is also the lock of whoever scores it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "account"], name="health_stale_once")]

    def __str__(self) -> str:
        return str(self.account_id)


class MetricWindow(InnerModel):
    """The day rows that the score reads of one account, packed: what it is for as long as no new ones come.

    `since`: the day before the first of use that is packed. `metric_ids`: of which metrics, as `health.parts.METRICS`;
    {} for a row that is not to be read again. `trend`: the place of the first usage metric that had readings. Arrays of
    one name belong together, and those of use rise by day: `days`, the running `sums` up to and with each, how many of
    them were `actives`, `lasts` as they came. `talk_days`: the last two-way conversation's. What was said: ratings with
    how good they are, 0 to 1, and CES with its sum. Written by the scoring (`health/sql/store.sql`), and read there.
    """

    pk = models.CompositePrimaryKey("workspace_id", "account_id")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    since = models.DateField()
    metric_ids = ArrayField(models.BigIntegerField(null=True))
    trend = models.SmallIntegerField(null=True)
    days = ArrayField(models.DateField(), null=True)
    sums = ArrayField(models.FloatField(), null=True)
    actives = ArrayField(models.IntegerField(), null=True)
    people_days = ArrayField(models.DateField(), null=True)
    people_sums = ArrayField(models.FloatField(), null=True)
    people_lasts = ArrayField(models.FloatField(), null=True)
    seat_days = ArrayField(models.DateField(), null=True)
    seat_sums = ArrayField(models.FloatField(), null=True)
    talk_days = ArrayField(models.DateField(), null=True)
    said_days = ArrayField(models.DateField(), null=True)
    said_ns = ArrayField(models.IntegerField(), null=True)
    said_values = ArrayField(models.FloatField(), null=True)
    said_efforts = ArrayField(models.BooleanField(), null=True)

    def __str__(self) -> str:
        return f"{self.account_id} since {self.since}"
