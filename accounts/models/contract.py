"""What was agreed."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet


class ContractQuerySet(WorkspaceQuerySet["Contract"]):
    def current(self, day: date) -> "ContractQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gt=day)


class Contract(WorkspaceModel):
    """One agreement with a customer, from its first day to the day it ends or renews.

    A renewal is a contract of its own that names the one `renewed_from`, so terms and values of the past stay.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="contracts", db_index=False)
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    value_minor = models.BigIntegerField(_("value"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    auto_renews = models.BooleanField(_("renews by itself"), default=False)
    renewed_from = models.ForeignKey(
        "self", models.SET_NULL, related_name="renewals", null=True, blank=True, db_index=False
    )
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(ContractQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewed_from"], name="accounts_renewed_once"),
            models.UniqueConstraint(
                fields=["workspace", "source", "external_id"],
                condition=~Q(external_id=""),
                name="accounts_contract_external_id",
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="accounts_contract_ends_later"),
            models.CheckConstraint(
                condition=Q(value_minor=None) | Q(value_minor__gte=0), name="accounts_contract_value_positive"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-ends_on"], name="accounts_contracts_of")]

    def __str__(self) -> str:
        return self.name
