"""Delete the whole workspace, or keep it after all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lib.time import now
from workspaces import actions
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.forms import EraseForm


@requires(Capability.ADMINISTER)
def workspace_erase(request: WorkspaceRequest) -> HttpResponse:
    """Says what goes, asks for the name, and plans it; once planned, offers to keep it."""
    name = request.member.workspace_name
    form = EraseForm(request.POST if request.method == "POST" else None, expected=name)
    if form.is_valid():
        actions.schedule_erasure(at=now(), by=request.user)
        messages.warning(request, _("This workspace will be deleted. Until then, everything works as usual."))
        return redirect("workspaces:workspace_erase")
    context = {"form": form, "name": name, "grace": actions.ERASURE_GRACE.days}
    return render(request, "workspaces/workspace_erase.html", context, status=422 if form.is_bound else 200)


@requires(Capability.ADMINISTER)
@require_POST
def workspace_keep(request: WorkspaceRequest) -> HttpResponse:
    try:
        actions.cancel_erasure(at=now(), by=request.user)
    except actions.ErasureBegun:  # between opening the page and this
        messages.error(request, _("It is too late: the workspace is being deleted."))
    else:
        messages.success(request, _("This workspace is kept."))
    return redirect("workspaces:workspace_erase")
