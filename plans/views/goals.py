"""What a customer wants to reach: set it, read it, and say what became of it."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
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
MOST_READINGS = 12


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
    goal = _goal(pk)
    form = GoalForm(request.POST or None, initial=GoalForm.values_of(goal))
    if saved(
        request,
        form,
        lambda: actions.change_goal(goal=goal, changes=form.cleaned_data, at=now(), by=request.user),
    ):
        return back(goal.account_id, "goals")
    return _page(request, form, goal, heading=_("Change the goal"), submit=_("Save"), narrow=NARROW)


@requires(Capability.WORK)
def goal_read(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Enter a reading; beside it stands what was read before."""
    goal = _goal(pk)
    form = ReadingForm(request.POST or None, initial={"day": today()})
    if saved(request, form, lambda: actions.read_goal(goal=goal, at=now(), by=request.user, **form.cleaned_data)):
        return back(goal.account_id, "goals")
    row = portraits.goal_row(queries.GoalLine(goal, queries.standing(goal, today())))
    shown = {
        "row": row,
        "readings": portraits.readings(queries.readings_of(goal)[:MOST_READINGS], goal),
        "narrow": ("value", "day"),
    }
    return _page(request, form, goal, heading=_("Enter a reading"), submit=_("Save"), **shown)


@requires(Capability.WORK)
def goal_reach(request: WorkspaceRequest, pk: int) -> HttpResponse:
    goal = _goal(pk)
    form = DayForm(request.POST or None, initial={"on": today()})
    if saved(request, form, lambda: actions.reach_goal(goal=goal, at=now(), by=request.user, **form.cleaned_data)):
        return back(goal.account_id, "goals")
    return _page(request, form, goal, heading=_("When was it reached?"), submit=_("Reached"))


@requires(Capability.WORK)
def goal_confirm(request: WorkspaceRequest, pk: int) -> HttpResponse:
    goal = _goal(pk)
    form = ConfirmForm(request.POST or None, account=goal.account, initial={"on": today()})
    if saved(request, form, lambda: actions.confirm_goal(goal=goal, at=now(), by=request.user, **form.cleaned_data)):
        return back(goal.account_id, "goals")
    return _page(request, form, goal, heading=_("Who confirmed it, and when?"), submit=_("Confirmed"))


@requires(Capability.WORK)
def goal_end(request: WorkspaceRequest, pk: int) -> HttpResponse:
    goal = _goal(pk)
    form = DayForm(request.POST or None, initial={"on": today()})
    if saved(request, form, lambda: actions.end_goal(goal=goal, at=now(), by=request.user, **form.cleaned_data)):
        return back(goal.account_id, "goals")
    about = _("It counts no more, and stays in the list. You can open it again.")
    return _page(request, form, goal, heading=_("Give the goal up?"), submit=_("Give it up"), about=about)


@requires(Capability.WORK)
@require_POST
def goal_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    goal = _goal(pk)
    told(request, lambda: actions.reopen_goal(goal=goal, at=now(), by=request.user))
    return back(goal.account_id, "goals")


def _goal(pk: int) -> Goal:
    return get_object_or_404(queries.goals(today()), pk=pk)


def _page(request: WorkspaceRequest, form: Form, goal: Goal, **words: Any) -> HttpResponse:
    return edit_page(request, form, goal.account, place="goals", subject=goal.name, **words)
