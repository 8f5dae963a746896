"""The success plan of one account."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts import queries as account_queries
from lib.time import now, today
from plans import portraits, queries, words
from plans.actions import versions as actions
from plans.forms import DayForm, PlanForm
from plans.views.pages import back, edit_page, saved
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_VERSIONS = 20
MOST_GOALS = 100
MOST_MILESTONES = 200


@requires(Capability.VIEW)
def plan(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Why they are here, what they want to reach and how far it is, and the steps on the way."""
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    day, versions = today(), list(queries.versions_of(account)[:MOST_VERSIONS])
    newest = versions[0] if versions else None
    context = {
        "account": account,
        "plan": newest,
        "parts": portraits.parts(newest),
        "earlier": portraits.earlier(versions),
        "missing": [words.PARTS[name] for name in queries.missing(newest)],
        "metrics": queries.metrics_of(newest) if newest else [],
        "intent": portraits.intent(newest),
        "goals": portraits.goal_rows(queries.lines(queries.goals_of(account, day)[:MOST_GOALS], day)),
        "phases": portraits.phase_rows(queries.by_phase(queries.milestones_of(account)[:MOST_MILESTONES]), day),
        "today": day,
        "can_work": request.member.can(Capability.WORK),
        "nav": "accounts",
    }
    return render(request, "plans/plan.html", context)


@requires(Capability.WORK)
def plan_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    newest = queries.newest(account)
    form = PlanForm(request.POST or None, initial=PlanForm.values_of(newest))
    if saved(
        request,
        form,
        lambda: actions.save_plan(account=account, changes=form.cleaned_data, at=now(), by=request.user),
    ):
        return back(pk, "why")
    heading = _("Change the success plan") if newest else _("Write the success plan")
    narrow = ("expected_on", "sponsor_role", "renewal_intent", "renewal_intent_on")
    about = _("What is not known yet stays empty. Earlier versions are kept.")
    return edit_page(
        request, form, account, place="why", heading=heading, submit=_("Save the plan"), about=about, narrow=narrow
    )


@requires(Capability.WORK)
def plan_confirm(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The customer agreed with the plan as it stands."""
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    form = DayForm(request.POST or None, initial={"on": today()})
    if saved(
        request,
        form,
        lambda: actions.save_plan(
            account=account, changes={"confirmed_on": form.cleaned_data["on"]}, at=now(), by=request.user
        ),
    ):
        return back(pk, "why")
    heading = _("When did the customer confirm the plan?")
    about = _("They read it, or you went through it with them, and they agreed.")
    return edit_page(request, form, account, place="why", heading=heading, submit=_("Confirmed"), about=about)
