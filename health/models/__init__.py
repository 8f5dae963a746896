"""Scores, what they are made by, and the alerts that come of them. Django finds an app's models by this module."""

from health.models.alert import Alert, AlertQuerySet
from health.models.profile import HealthProfile, Typical
from health.models.rule import AlertRule, AlertRuleQuerySet
from health.models.score import HealthDay, HealthScore, StaleAccount

__all__ = [
    "Alert",
    "AlertQuerySet",
    "AlertRule",
    "AlertRuleQuerySet",
    "HealthDay",
    "HealthProfile",
    "HealthScore",
    "StaleAccount",
    "Typical",
]
