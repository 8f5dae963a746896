"""Connections and deliveries, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from integrations import exports, rows
from integrations.models import Connection
from integrations.queries import connections as connection_queries
from integrations.queries import events as event_queries
from lib import downloads
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.ADMINISTER)
@require_safe
def connection_export(request: WorkspaceRequest) -> HttpResponse:
    """Every connection and how it is doing."""
    return downloads.export("connections", exports.connections(connection_queries.standings(now())))


@requires(Capability.ADMINISTER)
@require_safe
def event_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One connection's deliveries, those of the same address: `?state=`."""
    connection = get_object_or_404(Connection, pk=pk)
    found = event_queries.events_of(connection.pk, rows.state_asked(request.GET.get("state", "")))
    return downloads.export(f"deliveries-{pk}", exports.events(found))


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def unmatched_export(request: WorkspaceRequest) -> HttpResponse:
    """Events that nobody could be found for."""
    return downloads.export("unmatched", exports.events(event_queries.unmatched()))
