"""Webhooks and their messages, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from lib import downloads
from lib.time import now
from webhooks import exports
from webhooks.models import Endpoint
from webhooks.queries import deliveries as delivery_queries
from webhooks.queries import endpoints as endpoint_queries
from webhooks.views.deliveries import chosen_state
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.ADMINISTER)
@require_safe
def endpoint_export(request: WorkspaceRequest) -> HttpResponse:
    """Every webhook and how it is doing."""
    return downloads.export("webhooks", exports.endpoints(endpoint_queries.standings(now())))


@requires(Capability.ADMINISTER)
@require_safe
def delivery_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One webhook's messages, those of the same address: `?state=`."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    found = delivery_queries.deliveries_of(endpoint.pk, chosen_state(request))
    return downloads.export(f"messages-{pk}", exports.deliveries(found))
