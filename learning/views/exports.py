"""Content and completions, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from learning import exports, queries
from learning.views.completions import chosen
from lib import downloads
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def content_export(request: WorkspaceRequest) -> HttpResponse:
    return downloads.export("content", exports.content(queries.items()))


@requires(Capability.VIEW)
@require_safe
def completion_export(request: WorkspaceRequest) -> HttpResponse:
    """The completions of the same address."""
    return downloads.export("completions", exports.completions(chosen(request.GET)))
