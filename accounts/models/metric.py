"""Numbers about customers, a day at a time."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account
from workspaces.fields import InnerModel, WorkspaceModel


class Metric(WorkspaceModel):
    """The definition of one number about accounts."""

    class Kind(models.TextChoices):
        COUNTER = "counter", _("Counter: adds up over days")
        GAUGE = "gauge", _("Gauge: the last value counts")
        RATING = "rating", _("Rating: the mean counts")

    class Good(models.TextChoices):
        UP = "up", _("More is better")
        DOWN = "down", _("Less is better")

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    good = models.CharField(max_length=4, choices=Good.choices, default=Good.UP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="accounts_metric_key")]

    def __str__(self) -> str:
        return self.name


class MetricDay(InnerModel):
    """One metric of one account on one UTC day: `n` readings, their `total`, and the `last`.

    The key's index holds these three as well (migration 0006): scoring reads millions of rows from it alone.
    """

    pk = models.CompositePrimaryKey("workspace_id", "account_id", "metric_id", "day")
    account = models.ForeignKey(Account, models.CASCADE, related_name="metric_days", db_index=False)
    metric = models.ForeignKey(Metric, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    n = models.IntegerField()
    total = models.FloatField()
    last = models.FloatField()

    def __str__(self) -> str:
        return f"{self.metric_id} {self.day}"


class MetricSource(WorkspaceModel):
    """Who writes a metric from outside: one API token by its name, or files. What Ninefold counts itself is no row."""

    class Kind(models.TextChoices):
        API = "api", _("API")
        FILE = "file", _("CSV files")

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="sources", db_index=False)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    name = models.CharField(max_length=80, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "metric", "kind", "name"], name="accounts_metric_source")
        ]

    def __str__(self) -> str:
        """What it is called in lists."""
        if self.kind == self.Kind.FILE:
            return str(self.Kind.FILE.label)
        return gettext("API token “%(name)s”") % {"name": self.name} if self.name else str(self.Kind.API.label)
