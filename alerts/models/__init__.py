"""Alerts, what opens them, and how a workspace deals with them. Django finds an app's models by this module."""

from alerts.models.alert import Alert, AlertQuerySet
from alerts.models.dismissal import Dismissal, DismissalQuerySet
from alerts.models.rule import AlertRule, AlertRuleQuerySet
from alerts.models.settings import AlertSettings

__all__ = [
    "Alert",
    "AlertQuerySet",
    "AlertRule",
    "AlertRuleQuerySet",
    "AlertSettings",
    "Dismissal",
    "DismissalQuerySet",
]
