"""Success plans: why a customer bought, what they want to reach, and the steps on the way."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, Metric
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class PlanVersion(WorkspaceModel):
    """What an account's success plan said from `recorded_at` on; of several the newest holds.

    `metrics` are ids: what the customer uses for the declared use case. `renewal_intent` is the customer's own last
    word on renewing, from 1 (surely not) to 5 (surely).
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="plans", db_index=False)
    why_bought = models.CharField(max_length=2000, blank=True)
    use_case = models.CharField(max_length=2000, blank=True)
    replaces = models.CharField(max_length=2000, blank=True)
    success_criteria = models.CharField(max_length=2000, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    sponsor_role = models.CharField(max_length=14, choices=Contact.Role.choices, blank=True)
    metrics = ArrayField(models.BigIntegerField(), default=list, blank=True)
    renewal_intent = models.SmallIntegerField(null=True, blank=True)
    renewal_intent_on = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(renewal_intent=None, renewal_intent_on=None)
                | Q(renewal_intent__range=(1, 5), renewal_intent_on__isnull=False),
                name="plans_intent_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-id"], name="plans_versions_of")]

    def __str__(self) -> str:
        return self.use_case or self.why_bought


class GoalQuerySet(WorkspaceQuerySet["Goal"]):
    def open(self) -> "GoalQuerySet":
        """Neither reached nor given up."""
        return self.filter(reached_on=None, ended_on=None)

    def closed(self) -> "GoalQuerySet":
        return self.filter(Q(reached_on__isnull=False) | Q(ended_on__isnull=False))


class Goal(WorkspaceModel):
    """One number a customer wants to bring from `baseline` to `target`.

    How far it is comes from the newest day of `metric`, or without one from readings by hand. Reached, and then
    confirmed by the customer; or given up on `ended_on`. `site` is the group or place it is about.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="goals", db_index=False)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True)
    baseline = models.FloatField()
    target = models.FloatField()
    starts_on = models.DateField()
    due_on = models.DateField()
    weight = models.SmallIntegerField(default=1)
    site = models.CharField(max_length=120, blank=True)
    metric = models.ForeignKey(Metric, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    reached_on = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Contact, models.SET_NULL, related_name="+", null=True, blank=True, db_index=False)
    ended_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(GoalQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(target=F("baseline")), name="plans_goal_goes_somewhere"),
            models.CheckConstraint(condition=Q(due_on__gt=F("starts_on")), name="plans_goal_takes_time"),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="plans_goal_weight"),
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(reached_on__isnull=False), name="plans_goal_reached_then_confirmed"
            ),
            models.CheckConstraint(condition=Q(ended_on=None) | Q(reached_on=None), name="plans_goal_one_end"),
        ]
        indexes = [models.Index(fields=["workspace", "account", "id"], name="plans_goals_of")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.reached_on is None and self.ended_on is None


class GoalReading(WorkspaceModel):
    """What somebody read for one goal on one day."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="readings", db_index=False)
    day = models.DateField()
    value = models.FloatField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "goal", "day"], name="plans_one_reading_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.value}"


class MilestoneQuerySet(WorkspaceQuerySet["Milestone"]):
    def open(self) -> "MilestoneQuerySet":
        return self.filter(done_on=None)


class Milestone(WorkspaceModel):
    """One step on an account's way, with the day it is due and what was prepared for it."""

    class Phase(models.TextChoices):
        ONBOARDING = "onboarding", _("Onboarding")
        ADOPTION = "adoption", _("Adoption")
        RENEWAL = "renewal", _("Renewal")
        ESCALATION = "escalation", _("Escalation")

    account = models.ForeignKey(Account, models.CASCADE, related_name="milestones", db_index=False)
    name = models.CharField(max_length=200)
    phase = models.CharField(max_length=10, choices=Phase.choices)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    material = models.URLField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField()
    done_recorded_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(MilestoneQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None, done_recorded_at=None)
                | Q(done_on__isnull=False, done_recorded_at__isnull=False),
                name="plans_milestone_done_and_known",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account", "due_on"], name="plans_milestones_of")]

    def __str__(self) -> str:
        return self.name
