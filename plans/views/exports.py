"""Goals and milestones, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import queries as account_queries
from lib import downloads
from lib.time import today
from plans import exports, queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def goal_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    return downloads.export(f"goals-{pk}", exports.goals(queries.goals_of(account, today()), today()))


@requires(Capability.VIEW)
@require_safe
def milestone_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    return downloads.export(f"milestones-{pk}", exports.milestones(queries.milestones_of(account), today()))
