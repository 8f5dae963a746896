"""What a customer wants to reach: set it, read it, and say what became of it."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import queries as account_queries
from lib.time import now, today
from plans import portraits, queries
from plans.actions import goals as actions
from plans.forms import ConfirmForm, DayForm, GoalForm, ReadingForm
from plans.models import Goal
from plans.views.pages import back, edit_page, saved, told
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NARROW = ("unit", "metric", "baseline", "target", "starts_on", "due_on", "site", "weight")
MOST_READINGS = 60


@requires(Capability.VIEW)
def goal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One goal, and what was read of it."""
    one = _goal(pk)
    context = {
        "account": one.account,
        "goal": one,
        "row": portraits.goal_row(queries.GoalLine(one, queries.standing(one, today()))),
        "readings": portraits.read_rows(queries.history(one, today(), MOST_READINGS), one),
        "can_work": request.member.can(Capability.WORK),
        "nav": "accounts",
    }
    return render(request, "plans/goal_detail.html", context)


@requires(Capability.WORK)
def goal_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    form = GoalForm(request.POST or None, initial={"starts_on": today()})
    if saved(request, form, lambda: actions.set_goal(account=account, at=now(), by=request.user, **form.cleaned_data)):
        return back(pk, "goals")
    return edit_page(
        request, form, account, place="goals", heading=_("Set a goal"), submit=_("Set the goal"), narrow=NARROW
    )


@requires(Capability.WORK)
def goal_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _goal(pk)
    form = GoalForm(request.POST or None, initial=GoalForm.values_of(one))
    if saved(
        request,
        form,
        lambda: actions.change_goal(goal=one, changes=form.cleaned_data, at=now(), by=request.user),
    ):
        return back(one.account_id, "goals")
    return _page(request, form, one, heading=_("Change the goal"), submit=_("Save"), narrow=NARROW)


@requires(Capability.WORK)
def goal_read(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _goal(pk)
    form = ReadingForm(request.POST or None, initial={"day": today()})
    if saved(request, form, lambda: actions.read_goal(goal=one, at=now(), by=request.user, **form.cleaned_data)):
        return back(one.account_id, "goals")
    return _page(request, form, one, heading=_("Enter a reading"), submit=_("Save"), narrow=("value", "day"))


@requires(Capability.WORK)
def goal_reach(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _goal(pk)
    form = DayForm(request.POST or None, initial={"on": today()})
    if saved(request, form, lambda: actions.reach_goal(goal=one, at=now(), by=request.user, **form.cleaned_data)):
        return back(one.account_id, "goals")
    return _page(request, form, one, heading=_("When was it reached?"), submit=_("Reached"))


@requires(Capability.WORK)
def goal_confirm(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _goal(pk)
    form = ConfirmForm(request.POST or None, account=one.account, initial={"on": today()})
    if saved(request, form, lambda: actions.confirm_goal(goal=one, at=now(), by=request.user, **form.cleaned_data)):
        return back(one.account_id, "goals")
    return _page(request, form, one, heading=_("Who confirmed it, and when?"), submit=_("Confirmed"))


@requires(Capability.WORK)
def goal_end(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _goal(pk)
    form = DayForm(request.POST or None, initial={"on": today()})
    if saved(request, form, lambda: actions.end_goal(goal=one, at=now(), by=request.user, **form.cleaned_data)):
        return back(one.account_id, "goals")
    about = _("It counts no more, and stays in the list. You can open it again.")
    return _page(request, form, one, heading=_("Give the goal up?"), submit=_("Give it up"), about=about)


@requires(Capability.WORK)
@require_POST
def goal_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _goal(pk)
    told(request, lambda: actions.reopen_goal(goal=one, at=now(), by=request.user))
    return back(one.account_id, "goals")


def _goal(pk: int) -> Goal:
    return get_object_or_404(queries.goals(today()), pk=pk)


def _page(request: WorkspaceRequest, form: Form, one: Goal, **words: Any) -> HttpResponse:
    return edit_page(request, form, one.account, place="goals", subject=one.name, **words)
