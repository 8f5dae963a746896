"""How a workspace deals with complaints, and what it takes for one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Ticket
from workspaces.fields import WorkspaceModel


class ComplaintSettings(WorkspaceModel):
    """How one workspace deals with complaints; the defaults hold until somebody changes them."""

    promise_hours = models.PositiveSmallIntegerField(_("working hours until a complaint is solved"), default=16)
    follow_up_hours = models.PositiveSmallIntegerField(_("working hours until a bad answer is followed up"), default=16)
    opens_at = models.PositiveSmallIntegerField(_("work begins at"), default=9)
    closes_at = models.PositiveSmallIntegerField(_("work ends at"), default=17)
    silent_prior = models.PositiveSmallIntegerField(_("silent others per complaint"), default=26)
    prior_weight = models.PositiveSmallIntegerField(_("complaints that the assumption counts as"), default=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="complaints_settings_once"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at"), closes_at__lte=24), name="complaints_work_has_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_hours} h"


class ComplaintRule(WorkspaceModel):
    """One kind of answer, ticket or touchpoint that is taken for a complaint as it comes in.

    Each condition that is set must hold; of `words`, `priorities`, `topics` and `tags` any one.
    """

    class Source(models.TextChoices):
        ANSWER = "answer", _("Survey answer")
        TICKET = "ticket", _("Ticket")
        TOUCHPOINT = "touchpoint", _("Touchpoint")

    name = models.CharField(_("name"), max_length=80)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    words = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    is_bad_only = models.BooleanField(default=True)  # of answers
    needs_comment = models.BooleanField(default=False)  # of answers
    priorities = ArrayField(models.CharField(max_length=6, choices=Ticket.Priority.choices), default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=8, choices=Ticket.Topic.choices), default=list, blank=True)
    tags = ArrayField(models.CharField(max_length=80), default=list, db_default=[], blank=True)
    felt_at_most = models.SmallIntegerField(null=True, blank=True)  # of touchpoints, -2..2
    is_on = models.BooleanField(_("on"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(felt_at_most=None) | Q(felt_at_most__range=(-2, 2)), name="complaints_felt_range"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "source", "id"], name="complaints_rules_by_source")]

    def __str__(self) -> str:
        return self.name
