"""What we know about customers."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.stages import CUSTOMER, Band, Stage
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member, User


class AccountQuerySet(WorkspaceQuerySet["Account"]):
    def owned_by(self, member_id: int) -> "AccountQuerySet":
        return self.filter(owner_id=member_id)


class Account(WorkspaceModel):
    """One customer company.

    `stage` is written by journeys, `health_*` by health, `renews_on` by contracts, each through
    `accounts.actions`: they stand here so that lists sort and filter by one indexed table.
    """

    class Tier(models.TextChoices):
        STRATEGIC = "strategic", _("Strategic")
        GROWTH = "growth", _("Growth")
        STANDARD = "standard", _("Standard")

    name = models.CharField(_("name"), max_length=200)
    domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, default=Tier.STANDARD)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    arr_minor = models.BigIntegerField(_("annual recurring revenue"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="accounts", null=True, blank=True, db_index=False)
    created_at = models.DateTimeField()

    stage = models.CharField(max_length=14, choices=Stage.choices, default=Stage.AWARENESS)
    stage_since = models.DateTimeField()
    health_score = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    health_band = models.CharField(max_length=7, choices=Band.choices, blank=True)
    health_coverage = models.FloatField(default=0)
    health_at = models.DateTimeField(null=True, blank=True)
    renews_on = models.DateField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(AccountQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(health_score=None) | Q(health_score__range=(0, 100)), name="accounts_score_range"
            ),
            models.CheckConstraint(condition=Q(arr_minor=None) | Q(arr_minor__gte=0), name="accounts_arr_positive"),
        ]
        indexes = [
            models.Index(fields=["workspace", "name", "id"], name="accounts_by_name"),
            models.Index(fields=["workspace", "health_score", "id"], name="accounts_by_score"),
            models.Index(fields=["workspace", "-arr_minor", "id"], name="accounts_by_arr"),
            models.Index(fields=["workspace", "renews_on", "id"], name="accounts_by_renewal"),
            models.Index(fields=["workspace", "stage", "health_score", "id"], name="accounts_by_stage"),
            models.Index(fields=["workspace", "owner", "health_score", "id"], name="accounts_by_owner"),
            models.Index("workspace", Lower("name"), name="accounts_by_lower_name"),
            models.Index(
                fields=["workspace", "renews_on"],
                include=["id", "health_score", "arr_minor"],
                condition=Q(stage__in=CUSTOMER) & ~Q(health_band=Band.HEALTHY),
                name="accounts_renewing_unwell",  # who Today ranks, read from the index alone
            ),
            GinIndex(fields=["domains"], name="accounts_by_domain"),
            GinIndex(OpClass(Lower("name"), name="gin_trgm_ops"), name="accounts_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


class ExternalId(WorkspaceModel):
    """One account's id in another system; `source` names the system (`zammad`, `crm`, `api`...)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="external_ids", db_index=False)
    source = models.CharField(max_length=40)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "value"], name="accounts_external_id_once"),
            models.UniqueConstraint(fields=["workspace", "account", "source"], name="accounts_external_id_per_source"),
        ]
        indexes = [models.Index(fields=["workspace", "value"], name="accounts_by_external_value")]

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"


class ContactQuerySet(WorkspaceQuerySet["Contact"]):
    def present(self) -> "ContactQuerySet":
        """Still with the company."""
        return self.filter(left_at=None)


class Contact(WorkspaceModel):
    """One person at a customer."""

    class Role(models.TextChoices):
        DECISION_MAKER = "decision_maker", _("Decision maker")
        CHAMPION = "champion", _("Champion")
        END_USER = "end_user", _("End user")

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts", db_index=False)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=14, choices=Role.choices, default=Role.END_USER)
    locale = models.CharField(_("language"), max_length=10, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(ContactQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("email"), condition=~Q(email=""), name="accounts_contact_email"),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "id"], name="accounts_contacts_of"),
            # Policies keep look-ups from the unique index on lower(email): lower() is not leakproof.
            models.Index(fields=["workspace", "email"], name="accounts_contacts_by_email"),
            models.Index("workspace", Lower("name"), name="accounts_contacts_by_name"),
            GinIndex(OpClass(Lower("name"), name="gin_trgm_ops"), name="accounts_contact_name_trigrams"),
            GinIndex(OpClass(Lower("email"), name="gin_trgm_ops"), name="accounts_contact_mail_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def opted_out(self) -> bool:
        return self.opted_out_at is not None


class ContractQuerySet(WorkspaceQuerySet["Contract"]):
    def current(self, day: date) -> "ContractQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gt=day)


class Contract(WorkspaceModel):
    """One agreement with a customer, from its first day to the day it ends or renews."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="contracts", db_index=False)
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    value_minor = models.BigIntegerField(_("value"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    auto_renews = models.BooleanField(_("renews by itself"), default=False)
    created_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(ContractQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="accounts_contract_ends_later"),
            models.CheckConstraint(
                condition=Q(value_minor=None) | Q(value_minor__gte=0), name="accounts_contract_value_positive"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-ends_on"], name="accounts_contracts_of")]

    def __str__(self) -> str:
        return self.name


class TicketQuerySet(WorkspaceQuerySet["Ticket"]):
    def open(self) -> "TicketQuerySet":
        return self.filter(closed_at=None)


class Ticket(WorkspaceModel):
    """One support case in a help desk. `episode` counts its closures: closed, reopened and closed again is 2."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tickets", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, related_name="tickets", null=True, blank=True)
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=60, blank=True)
    url = models.URLField(max_length=500, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    agent_name = models.CharField(max_length=200, blank=True)
    agent_email = models.EmailField(max_length=254, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    episode = models.PositiveSmallIntegerField(default=0)
    source_updated_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(TicketQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="accounts_ticket_once"),
        ]
        indexes = [
            # The score reads these two columns of every ticket of an account: the index alone answers.
            models.Index(
                fields=["workspace", "account", "-opened_at"],
                include=["closed_at", "reopened_at"],
                name="accounts_tickets_of",
            ),
            models.Index(fields=["workspace", "account"], condition=Q(closed_at=None), name="accounts_tickets_open"),
            models.Index(fields=["workspace", "number"], name="accounts_tickets_by_number"),
            GinIndex(OpClass(Lower("subject"), name="gin_trgm_ops"), name="accounts_ticket_trigrams"),
        ]

    def __str__(self) -> str:
        return self.subject or self.number

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


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


class MetricDay(WorkspaceModel):
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


class Fact(WorkspaceModel):
    """One thing that happened to an account: a row of its timeline. Never changed, never deleted."""

    append_only = True

    account = models.ForeignKey(Account, models.CASCADE, related_name="facts", db_index=False)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "account", "-at", "-id"], name="accounts_facts_of"),
        ]

    def __str__(self) -> str:
        return self.kind
