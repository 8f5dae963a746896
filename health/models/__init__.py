"""Scores, what they are made by, and the alerts that come of them. Django finds an app's models by this module."""

from health.models.alert import Alert, AlertQuerySet
from health.models.attitude import Attitude
from health.models.dismissal import Dismissal, DismissalQuerySet
from health.models.profile import HealthProfile, HealthProfileQuerySet, Typical, WeightsChange
from health.models.pulse import Pulse, PulseQuerySet
from health.models.rule import AlertRule, AlertRuleQuerySet
from health.models.score import HealthDay, HealthScore, StaleAccount
from health.models.settings import AlertSettings

__all__ = [
    "Alert",
    "AlertQuerySet",
    "AlertRule",
    "AlertRuleQuerySet",
    "AlertSettings",
    "Attitude",
    "Dismissal",
    "DismissalQuerySet",
    "HealthDay",
    "HealthProfile",
    "HealthProfileQuerySet",
    "HealthScore",
    "Pulse",
    "PulseQuerySet",
    "StaleAccount",
    "Typical",
    "WeightsChange",
]
