"""The steps on a customer's way."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import queries as account_queries
from lib.time import now, today
from plans import queries
from plans.actions import milestones as actions
from plans.forms import DayForm, MilestoneForm
from plans.models import Milestone
from plans.views.pages import back, edit_page, saved, told
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NARROW = ("phase", "due_on")


@requires(Capability.WORK)
def milestone_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    form = MilestoneForm(request.POST or None)
    if saved(
        request, form, lambda: actions.plan_milestone(account=account, at=now(), by=request.user, **form.cleaned_data)
    ):
        return back(pk, "milestones")
    words = {"heading": _("Plan a milestone"), "submit": _("Plan it")}
    return edit_page(request, form, account, place="milestones", narrow=NARROW, **words)


@requires(Capability.WORK)
def milestone_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    milestone = _milestone(pk)
    form = MilestoneForm(request.POST or None, initial=MilestoneForm.values_of(milestone))
    if saved(
        request,
        form,
        lambda: actions.change_milestone(milestone=milestone, changes=form.cleaned_data, at=now(), by=request.user),
    ):
        return back(milestone.account_id, "milestones")
    words = {"heading": _("Change the milestone"), "submit": _("Save")}
    return edit_page(request, form, milestone.account, place="milestones", narrow=NARROW, milestone=milestone, **words)


@requires(Capability.WORK)
def milestone_finish(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Done: today at the press of a button, or on a day before."""
    milestone = _milestone(pk)
    form = DayForm(request.POST or None, initial={"on": today()})
    if saved(
        request,
        form,
        lambda: actions.finish_milestone(milestone=milestone, at=now(), by=request.user, **form.cleaned_data),
    ):
        return back(milestone.account_id, "milestones")
    words = {"heading": _("When was it done?"), "submit": _("Done"), "subject": milestone.name}
    return edit_page(request, form, milestone.account, place="milestones", **words)


@requires(Capability.WORK)
@require_POST
def milestone_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    milestone = _milestone(pk)
    told(request, lambda: actions.reopen_milestone(milestone=milestone, at=now(), by=request.user))
    return back(milestone.account_id, "milestones")


@requires(Capability.WORK)
@require_POST
def milestone_remove(request: WorkspaceRequest, pk: int) -> HttpResponse:
    milestone = _milestone(pk)
    actions.remove_milestone(milestone=milestone, at=now(), by=request.user)
    return back(milestone.account_id, "milestones")


def _milestone(pk: int) -> Milestone:
    return get_object_or_404(queries.milestones(), pk=pk)
