"""What opens alerts."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from alerts.kinds import Kind
from alerts.rules import COOL_DOWN_DAYS, Rule
from segments.models import Segment
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class AlertRuleQuerySet(WorkspaceQuerySet["AlertRule"]):
    def live(self) -> "AlertRuleQuerySet":
        """All but those put away, whether on or off."""
        return self.filter(retired_at=None)

    def of_budget(self) -> "AlertRuleQuerySet":
        """Those whose threshold the budget sets: on, and soft, for a budget counts with the cool-down."""
        return self.live().filter(follows_budget=True, is_on=True, is_hard=False)


class AlertRule(WorkspaceModel):
    """What opens an alert in one workspace: a kind with its `parameters` (`alerts.kinds`), for all or for a segment.

    `key` is what alerts and the API call it: the three that every workspace starts with keep theirs (`rules.Rule`).
    Without a `name` it is called by its kind. A rule that is off or retired opens nothing; what it opened stays open
    until that is over by the rule's terms. A segment that was deleted for good holds nobody, so the rule opens nothing,
    rather than for everybody. Of a rule about the score that `follows_budget` the budget sets the threshold, unless it
    is hard; `budgeted_at`: when it last did, or found it right.
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
    follows_budget = models.BooleanField(default=False, db_default=False)
    budgeted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(AlertRuleQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="alerts_rule_key"),
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(retired_at=None) & ~Q(name=""), name="alerts_rule_name"
            ),
            models.CheckConstraint(
                condition=Q(follows_budget=False) | Q(kind=Kind.SCORE_BAND.value), name="alerts_rule_of_budget"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name, in the reader's language where nobody has named it."""
        return self.name or str(dict(Rule.choices).get(self.key) or Kind(self.kind).label)
