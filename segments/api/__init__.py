"""Segments and the ideal customer over the API."""

from rest_framework.routers import SimpleRouter

from segments.api.ideal import CriterionViewSet, FitViewSet, SigningFitViewSet
from segments.api.segments import SegmentDayViewSet, SegmentViewSet


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("segments/days", SegmentDayViewSet, basename="segment-days")
    router.register("segments", SegmentViewSet, basename="segments")
    router.register("icp-criteria", CriterionViewSet, basename="icp-criteria")
    router.register("icp-fits", FitViewSet, basename="icp-fits")
    router.register("icp-signing-fits", SigningFitViewSet, basename="icp-signing-fits")
