"""Members, tokens, the audit trail and what is kept how long, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from lib import downloads
from lib.time import now
from workspaces import exports, queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.ADMINISTER)
@require_safe
def audit_export(request: WorkspaceRequest) -> HttpResponse:
    """The whole trail, newest first."""
    return downloads.export("audit-trail", exports.audit(queries.audit_trail()))


@requires(Capability.ADMINISTER)
@require_safe
def member_export(request: WorkspaceRequest) -> HttpResponse:
    """Members, and invitations that still work."""
    return downloads.export("members", exports.members(queries.members(), queries.open_invitations(now())))


@requires(Capability.ADMINISTER)
@require_safe
def token_export(request: WorkspaceRequest) -> HttpResponse:
    """Tokens that have not been revoked."""
    return downloads.export("tokens", exports.tokens(queries.api_tokens()))


@requires(Capability.ADMINISTER)
@require_safe
def retention_export(request: WorkspaceRequest) -> HttpResponse:
    """The days of every kind, what would go by them, and when the old went last."""
    return downloads.export("retention", exports.retention(queries.kept(), now()))
