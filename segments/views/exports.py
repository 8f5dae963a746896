"""Segments and the ideal customer, to be opened in a spreadsheet."""

from itertools import chain

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from lib import downloads
from lib.time import today
from segments import exports, icp, queries, registry, standing
from segments.queries import When
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def segment_export(request: WorkspaceRequest) -> HttpResponse:
    """The segments in use; `?show=archived` those put away."""
    found = queries.archived() if request.GET.get("show") == "archived" else queries.segments()
    rows = standing.rows(found, registry.catalogue(), today=today())
    return downloads.export("segments", exports.segments(rows))


@requires(Capability.VIEW)
@require_safe
def icp_export(request: WorkspaceRequest) -> HttpResponse:
    """The figures of the ICP check; `?by=today` by what is known now."""
    when = When.TODAY if request.GET.get("by") == "today" else When.SIGNING
    return downloads.export(f"icp-check-{when}", exports.check(when))


@requires(Capability.CONFIGURE_HEALTH)
@require_safe
def criterion_export(request: WorkspaceRequest) -> HttpResponse:
    """Every criterion, those retired last."""
    found = chain(queries.criteria(), queries.retired_criteria())
    return downloads.export("criteria", exports.criteria(icp.criterion_rows(found, registry.catalogue())))
