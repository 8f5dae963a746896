"""What people think of how a customer is doing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Account
from health import exports, panel, queries
from health.actions import pulses
from health.pulse_form import PulseForm
from lib import downloads
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def pulse_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What was said of one account, and by whom."""
    account = get_object_or_404(Account, pk=pk)
    context = panel.pulses(account, request.GET.get("after", ""), request.GET.get("before", ""))
    context["can_work"] = request.member.can(Capability.WORK)
    return render(request, "health/pulse_list.html", context)


@requires(Capability.WORK)
def pulse_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say how they are doing; it replaces what was said before."""
    account = get_object_or_404(Account, pk=pk)
    form = PulseForm(request.POST or None)
    if form.is_valid():
        said = pulses.set_pulse(account=account, at=now(), by=request.user, **form.cleaned_data)
        messages.success(request, _("Pulse: %(step)s.") % {"step": said.get_step_display()})
        return redirect("health:account_panel", pk=pk)
    context = {"account": account, "form": form, "nav": "accounts"}
    return render(request, "health/pulse_new.html", context, status=422 if form.is_bound else 200)


@requires(Capability.WORK)
@require_POST
def pulse_undo(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take the newest one back, within ten minutes."""
    account = get_object_or_404(Account, pk=pk)
    newest = queries.pulses_of(account).first()
    try:
        if newest is None:
            raise pulses.TooLate
        pulses.take_back(pulse=newest, at=now(), by=request.user)
    except pulses.TooLate:
        messages.error(request, _("This can no longer be taken back. Say how they are doing now instead."))
    else:
        messages.success(request, _("Taken back."))
    return redirect("health:account_panel", pk=pk)


@requires(Capability.VIEW)
@require_safe
def pulse_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everything that was said of one account."""
    account = get_object_or_404(Account, pk=pk)
    return downloads.export(f"pulse-{pk}", exports.pulses(account))
