"""Alerts, what opens them and what is off Today, over the API."""

from rest_framework.routers import SimpleRouter

from alerts.resources import alerts, health_settings, rules


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    health_settings.routes(router)
    alerts.routes(router)
    rules.routes(router)
