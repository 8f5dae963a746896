"""Journeys over the API."""

from rest_framework.routers import SimpleRouter

from journeys.api.playbooks import PlaybookViewSet, PlayViewSet
from journeys.api.tasks import TaskViewSet
from journeys.api.touchpoints import StageMoveViewSet, TouchpointViewSet


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("touchpoints", TouchpointViewSet, basename="touchpoints")
    router.register("stage-moves", StageMoveViewSet, basename="stage-moves")
    router.register("playbooks", PlaybookViewSet, basename="playbooks")
    router.register("plays", PlayViewSet, basename="plays")
    router.register("tasks", TaskViewSet, basename="tasks")
