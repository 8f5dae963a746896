"""Customer companies, their ids elsewhere and their tags."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.word import PENDING_KB, trigrams
from accounts.stages import Band, Stage
from workspaces.fields import InnerModel, WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import Member


class AccountQuerySet(WorkspaceQuerySet["Account"]):
    def owned_by(self, member_id: int) -> "AccountQuerySet":
        return self.filter(owner_id=member_id)


class Account(WorkspaceModel):
    """One customer company.

    `stage` is written by journeys, `health_*` by health, `risk*` by risk, `renews_on` by contracts, each through
    `accounts.actions`: they stand here so that lists sort and filter by one indexed table. `health_tenths` is the score
    as a whole number: under row-level security an index compares no decimals. `risk` is the chance of leaving within
    `risk_days`, 0 to 1. `custom` holds the values of the workspace's own fields by their key, as `accounts.custom`
    reads and writes them.
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
    locale = models.CharField(_("language"), max_length=10, blank=True, db_default="")
    owner = models.ForeignKey(Member, models.SET_NULL, related_name="accounts", null=True, blank=True, db_index=False)
    parent = models.ForeignKey("self", models.SET_NULL, related_name="children", null=True, blank=True, db_index=False)
    custom = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    stage = models.CharField(max_length=14, choices=Stage.choices, default=Stage.AWARENESS)
    stage_since = models.DateTimeField()
    # Whole points, never across a band's bound, and none without a band; the tenths are in health's own row of the day.
    health_score = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    health_tenths = models.GeneratedField(
        expression=Cast(models.F("health_score") * 10, models.SmallIntegerField()),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
    )
    health_band = models.CharField(max_length=7, choices=Band.choices, blank=True)
    health_coverage = models.FloatField(default=0)
    health_at = models.DateTimeField(null=True, blank=True)
    risk = models.FloatField(null=True, blank=True)  # to the percent; the exact chance is in risk's own row of the day
    risk_days = models.PositiveSmallIntegerField(null=True, blank=True)
    renews_on = models.DateField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(AccountQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(health_score=None) | Q(health_score__range=(0, 100)), name="accounts_score_range"
            ),
            models.CheckConstraint(
                condition=Q(risk=None, risk_days=None) | Q(risk__range=(0, 1), risk_days__isnull=False),
                name="accounts_risk_range",
            ),
            models.CheckConstraint(condition=Q(arr_minor=None) | Q(arr_minor__gte=0), name="accounts_arr_positive"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="accounts_not_its_own_parent"),
        ]
        indexes = [
            models.Index(fields=["workspace", "name", "id"], name="accounts_by_name"),
            models.Index(fields=["workspace", "health_tenths", "id"], name="accounts_by_score"),
            models.Index(fields=["workspace", "-arr_minor", "id"], name="accounts_by_arr"),
            models.Index(fields=["workspace", "renews_on", "id"], name="accounts_by_renewal"),
            models.Index(fields=["workspace", "risk", "id"], name="accounts_by_risk"),
            models.Index(fields=["workspace", "stage", "health_tenths", "id"], name="accounts_by_stage"),
            models.Index(fields=["workspace", "owner", "health_tenths", "id"], name="accounts_by_owner"),
            # Several filters at once: rows that fit one of them only are not even read.
            models.Index(fields=["workspace", "owner", "stage", "health_band", "tier"], name="accounts_like_this"),
            models.Index(
                fields=["workspace", "stage", "health_band", "tier"], include=["id"], name="accounts_at_this_point"
            ),
            models.Index(fields=["workspace", "stage", "stage_since", "id"], name="accounts_by_stay"),
            models.Index("workspace", Lower("name"), name="accounts_by_lower_name"),
            models.Index(fields=["workspace", "parent", "id"], condition=~Q(parent=None), name="accounts_children_of"),
            models.Index(  # who Today ranks, read from the index alone
                fields=["workspace", "renews_on", "arr_minor"],
                include=["id", "risk", "health_score", "health_band", "stage", "owner"],
                name="accounts_by_renewal_and_arr",
            ),
            GinIndex(fields=["domains"], name="accounts_by_domain", gin_pending_list_limit=PENDING_KB),
            trigrams(Lower("name"), name="accounts_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name


class ExternalId(InnerModel):
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


class Tag(WorkspaceModel):
    """One word that groups accounts."""

    name = models.CharField(_("name"), max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="accounts_tag_once")]

    def __str__(self) -> str:
        return self.name


class AccountTag(WorkspaceModel):
    """One account carries one tag."""

    pk = models.CompositePrimaryKey("workspace_id", "account_id", "tag_id")
    account = models.ForeignKey(Account, models.CASCADE, related_name="account_tags", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="account_tags", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["workspace", "tag", "account"], name="accounts_tagged")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.tag_id}"
