"""Loyalty and satisfaction of everybody."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from health import quadrants
from lib import downloads
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def quadrant_list(request: WorkspaceRequest) -> HttpResponse:
    """The accounts of `?quadrant=`, or of the first."""
    quadrant = quadrants.chosen(request.GET.get("quadrant", ""))
    context = quadrants.rows(quadrant, request.GET.get("after", ""), request.GET.get("before", ""))
    return render(request, "health/quadrant_list.html", context)


@requires(Capability.VIEW)
@require_safe
def quadrant_export(request: WorkspaceRequest) -> HttpResponse:
    """The accounts of the same address."""
    quadrant = quadrants.chosen(request.GET.get("quadrant", ""))
    return downloads.export(f"accounts-{quadrant}", quadrants.table(quadrant))
