"""One account's score explained: its parts, how it came there, and the rows behind each measure."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Account
from health import panel
from lib import downloads
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def account_panel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The score of one account, part by part; `?since=` says since when it changed. A page of its own without htmx."""
    account = get_object_or_404(Account, pk=pk)
    context = {
        **panel.context(account, since=request.GET.get("since", ""), reader=request.user, at=now()),
        "can_work": request.member.can(Capability.WORK),
        "can_edit": request.member.can(Capability.EDIT_ACCOUNTS),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "nav": "accounts",
    }
    template = "health/account_panel.html" if request.htmx else "health/account_health.html"
    return render(request, template, context)


@requires(Capability.VIEW)
def row_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The rows behind `?measure=`, or the first measure."""
    account = get_object_or_404(Account, pk=pk)
    measure = panel.measure_of(request.GET.get("measure", ""))
    return render(request, "health/row_list.html", panel.rows(account, measure, today()))


@requires(Capability.VIEW)
@require_safe
def row_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The rows of the same address."""
    account = get_object_or_404(Account, pk=pk)
    measure = panel.measure_of(request.GET.get("measure", ""))
    return downloads.export(f"rows-{measure}-{pk}", panel.table(account, measure, today()))
