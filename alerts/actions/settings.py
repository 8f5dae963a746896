"""How a workspace deals with its alerts: how many, when they go to the managers, and how many keep silent."""

from datetime import datetime

from django.db import transaction

from alerts import queries
from alerts.actions import rules
from alerts.models import AlertRule, AlertSettings
from alerts.models.settings import MOST_HELD_OUT
from lib import changing
from workspaces import actions as workspace_actions
from workspaces.models import User

LIMITS = {"budget": (1, 100), "escalate_after_days": (0, 90), "holdout_share": (0, MOST_HELD_OUT)}


class OutOfLimits(Exception):
    """A number outside its LIMITS; `name` says which."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@transaction.atomic
def set_alerts(*, at: datetime, by: User | None, **numbers: int) -> AlertSettings:
    """Change some of LIMITS; what is open stays as it is. Raises OutOfLimits."""
    for name, number in numbers.items():
        least, most = LIMITS[name]
        if not least <= number <= most:
            raise OutOfLimits(name)
    settings = AlertSettings.objects.select_for_update(of=("self",)).first() or queries.alert_settings()
    if not (before := changing.take(settings, numbers, LIMITS)):
        return settings
    if before.get("escalate_after_days") == 0:
        settings.escalating_since = at
    settings.changed_at, settings.changed_by = at, by
    settings.save()
    detail = changing.told(settings, before)
    workspace_actions.record(kind="health.alerts_changed", at=at, by=by, detail=detail)
    return settings


@transaction.atomic
def set_budget(*, at: datetime, by: User | None, **numbers: int) -> list[AlertRule]:
    """Change some of LIMITS, and let the rules that follow the budget spend it; those that change.

    Raises OutOfLimits.
    """
    set_alerts(at=at, by=by, **numbers)
    return rules.spend_budget(at=at, by=by)
