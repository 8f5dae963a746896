"""Customers that are asked and do not answer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lib import downloads
from surveys import silent
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def silent_list(request: WorkspaceRequest) -> HttpResponse:
    """Those who stopped answering, or never did."""
    show = silent.chosen(request.GET.get("show", ""))
    context = silent.page(show, request.GET.get("after", ""), request.GET.get("before", ""))
    return render(request, "surveys/silent_list.html", context)


@requires(Capability.VIEW)
@require_safe
def silent_export(request: WorkspaceRequest) -> HttpResponse:
    """The accounts of the same address."""
    show = silent.chosen(request.GET.get("show", ""))
    return downloads.export(f"{show}-answering", silent.table(show))
