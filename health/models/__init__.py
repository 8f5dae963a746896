"""Scores, what they are made by, and what stands beside them. Django finds an app's models by this module."""

from health.models.attitude import Attitude
from health.models.profile import HealthProfile, HealthProfileQuerySet, Typical, WeightsChange
from health.models.pulse import Pulse, PulseQuerySet
from health.models.score import HealthDay, HealthScore, MetricWindow, StaleAccount

__all__ = [
    "Attitude",
    "HealthDay",
    "HealthProfile",
    "HealthProfileQuerySet",
    "HealthScore",
    "MetricWindow",
    "Pulse",
    "PulseQuerySet",
    "StaleAccount",
    "Typical",
    "WeightsChange",
]
