"""Personas, fields, a timeline and who was erased, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import chronicle, exports, queries
from accounts.queries.field import all_fields
from accounts.queries.moments import all_moments
from accounts.queries.persona import personas
from accounts.queries.privacy import suppressions
from lib import downloads
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def persona_export(request: WorkspaceRequest) -> HttpResponse:
    """Every persona, those retired last."""
    return downloads.export("personas", exports.personas(personas()))


@requires(Capability.ADMINISTER)
@require_safe
def field_export(request: WorkspaceRequest) -> HttpResponse:
    """Every field, those retired last."""
    return downloads.export("fields", exports.fields(all_fields()))


@requires(Capability.VIEW)
@require_safe
def timeline_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everything that happened to an account, newest first; of the groups `?show=` only, as on the page."""
    account = get_object_or_404(queries.accounts(), pk=pk)
    shown = chronicle.chosen(request.GET.getlist("show"))
    return downloads.export(f"timeline-{pk}", exports.timeline(all_moments(account, shown)))


@requires(Capability.ADMINISTER)
@require_safe
def suppression_export(request: WorkspaceRequest) -> HttpResponse:
    """Whoever is not to come back, by the number of what is left of them."""
    return downloads.export("erased-people", exports.erased(suppressions()))
