"""How loyal and how satisfied customers are."""

from django.db import models

from accounts.models import Account
from health.axes import Quadrant
from workspaces.fields import WorkspaceModel


class Attitude(WorkspaceModel):
    """Loyalty and satisfaction of one account as last measured, with how much was known and how many rows were counted.

    An axis without data has no value. `quadrant` is empty while too little is known of either.
    """

    pk = models.CompositePrimaryKey("workspace_id", "account_id")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    loyalty = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    loyalty_coverage = models.FloatField()
    loyalty_n = models.IntegerField()
    satisfaction = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    satisfaction_coverage = models.FloatField()
    satisfaction_n = models.IntegerField()
    quadrant = models.CharField(max_length=9, choices=Quadrant.choices, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "quadrant", "account"], name="health_attitudes_in")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.loyalty}, {self.satisfaction}"
