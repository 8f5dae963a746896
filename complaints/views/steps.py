"""What the customer is told while a complaint is dealt with."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.actions import case, step
from complaints.forms.case import StepForm
from complaints.models import ComplaintStep
from complaints.queries import case as queries
from complaints.views.cases import page_of
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.WORK)
@require_POST
def step_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A mail that goes out once, what was told in another way, or a note."""
    one, at = get_object_or_404(queries.complaints(), pk=pk), now()
    form = StepForm(request.POST, complaint=one, at=at)
    if not form.is_valid():
        return page_of(request, one, form)
    try:
        made = step.add_step(complaint=one, at=at, by=request.user, **form.cleaned_data)
    except step.AddressRefused:
        form.add_error("contact", _("Mail to this address comes back, or is not wanted. Tell them in another way."))
        return page_of(request, one, form)
    except case.ComplaintClosed:
        messages.info(request, _("Somebody closed this complaint before: nothing new was promised."))
        return redirect("complaints:complaint", pk)
    is_mailed = made.kind == ComplaintStep.Kind.MAILED
    messages.success(request, _("The mail is on its way.") if is_mailed else _("Written down."))
    return redirect("complaints:complaint", pk)
