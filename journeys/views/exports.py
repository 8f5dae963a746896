"""The board, stages, playbooks and tasks, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Account
from journeys import exports, rows
from journeys.forms import Offered, TaskFilter
from journeys.queries import playbooks as playbook_queries
from lib import downloads
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def board_export(request: WorkspaceRequest) -> HttpResponse:
    """Every account of the same address as CSV."""
    owner_id = request.member.member_id if request.GET.get("owner") == "me" else None
    sort = "money" if request.GET.get("sort") == "money" else "days"
    return downloads.export("journey", exports.board(now(), owner_id=owner_id, sort=sort))


@requires(Capability.VIEW)
def stage_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Every stage an account was in, as CSV."""
    return downloads.export(f"stages-{pk}", exports.stages(get_object_or_404(Account, pk=pk), now()))


@requires(Capability.VIEW)
@require_safe
def playbook_export(request: WorkspaceRequest) -> HttpResponse:
    found = list(playbook_queries.playbooks())
    return downloads.export("playbooks", exports.playbooks(found, playbook_queries.records(one.pk for one in found)))


@requires(Capability.VIEW)
@require_safe
def play_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Every start of one playbook."""
    one = get_object_or_404(playbook_queries.playbooks(), pk=pk)
    return downloads.export(f"playbook-{pk}", exports.plays(playbook_queries.plays().filter(playbook=one)))


@requires(Capability.VIEW)
@require_safe
def task_export(request: WorkspaceRequest) -> HttpResponse:
    """The tasks of the same address."""
    wanted = rows.chosen(TaskFilter(request.GET, offered=Offered.read()), request.member)
    found = rows.matching(wanted, request.member, today()).order_by(*rows.SORTS[wanted.show].order())
    return downloads.export("tasks", exports.tasks(found))
