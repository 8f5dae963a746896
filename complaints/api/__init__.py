"""Complaints over the API."""

from rest_framework.routers import SimpleRouter

from complaints.api.cases import ComplaintStepViewSet, ComplaintViewSet
from complaints.api.follow_ups import FollowUpViewSet
from complaints.api.peers import PeerViewSet
from complaints.api.settings import ComplaintRuleViewSet, ComplaintSettingsViewSet


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("complaints", ComplaintSettingsViewSet, basename="complaint-settings")
    router.register("complaints", ComplaintViewSet, basename="complaints")
    router.register("complaint-steps", ComplaintStepViewSet, basename="complaint-steps")
    router.register("complaint-rules", ComplaintRuleViewSet, basename="complaint-rules")
    router.register("follow-ups", FollowUpViewSet, basename="follow-ups")
    router.register("complaint-peers", PeerViewSet, basename="complaint-peers")
