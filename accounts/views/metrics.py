"""The page about metrics: which there are, and who writes them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import exports
from accounts.queries import metric as queries
from lib import downloads
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def metric_list(request: WorkspaceRequest) -> HttpResponse:
    """Every metric, with who writes it; those that several write say so."""
    return render(request, "accounts/metric_list.html", {"rows": queries.metrics(now()), "nav": "settings"})


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def metric_export(request: WorkspaceRequest) -> HttpResponse:
    """Every metric and each of its sources."""
    return downloads.export("metrics", exports.metrics(queries.metrics(now())))
