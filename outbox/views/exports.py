"""Stuck work, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from lib import downloads
from outbox import exports, queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.ADMINISTER)
@require_safe
def stuck_export(request: WorkspaceRequest) -> HttpResponse:
    """Everything that waits for a decision, newest first."""
    return downloads.export("stuck-work", exports.stuck(queries.stuck_effects()))
