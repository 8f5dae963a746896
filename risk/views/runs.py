"""The tests of the risk: the list of them, starting one, reading one, adopting what it learned."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from lib.time import now
from risk import actions, overview, queries, report, runs, words
from risk.forms import RunForm
from risk.models import RiskRun
from risk.prediction.figures import Backtest
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


def run_or_404(pk: int) -> RiskRun:
    """The run with everybody who had a hand in it."""
    found = queries.runs().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def report_or_404(pk: int) -> tuple[RiskRun, Backtest]:
    """A finished run and what it found."""
    run = run_or_404(pk)
    if run.report is None:
        raise Http404
    return run, Backtest.from_json(run.report)


@requires(Capability.VIEW)
@require_safe
def run_list(request: WorkspaceRequest) -> HttpResponse:
    """What scores now, every test so far, and what to ask the next one."""
    return _list_page(request, RunForm(initial=queries.asked()), 200)


def _list_page(request: WorkspaceRequest, form: RunForm, status: int) -> HttpResponse:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    context = {
        **overview.page(after=after, before=before, at=now()),
        "form": form,
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "nav": "insights",
    }
    return render(request, "risk/run_list.html", context, status=status)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def run_start(request: WorkspaceRequest) -> HttpResponse:
    """Keep what is asked, and test it in the background."""
    form = RunForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form, 422)
    actions.set_settings(**form.cleaned_data, at=now(), by=request.user)
    try:
        run = actions.start_run(at=now(), by=request.user)
    except actions.AlreadyRunning:
        messages.info(request, _("A test is running already."))
        return redirect("risk:run_list")
    return redirect("risk:run", run.pk)


@requires(Capability.VIEW)
@require_safe
def run(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One test: how far it is, why it found nothing, or its report."""
    one = run_or_404(pk)
    context: dict[str, Any] = {
        "run": one,
        "settings": words.leaving(one.settings),
        "percent": runs.progress(one),
        "is_stuck": runs.is_stuck(one, now()),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "nav": "insights",
    }
    if one.failure:
        context["failure"] = runs.failed(one)
    elif one.report is not None:
        context |= report.page(one, Backtest.from_json(one.report)) | {"is_outdated": runs.is_outdated(one)}
    if request.htmx and not one.is_running:
        return HttpResponseClientRefresh()  # it has just finished: the heading tells the verdict, too
    return render(request, "risk/run.html#state" if request.htmx else "risk/run.html", context)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def run_adopt(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Score every account with what this run learned; reversed parts only if they were accepted by the button."""
    accepts = "accepts_reversed" in request.POST
    try:
        actions.adopt(run=run_or_404(pk), at=now(), by=request.user, accepts_reversed=accepts)
    except actions.NotAllowed:
        messages.error(request, _("This cannot be adopted: a condition below is not met."))
    else:
        messages.success(request, _("Adopted. Every account's risk is being computed anew."))
    return redirect("risk:run", pk)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def run_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Back to the hand weights."""
    try:
        actions.retire(run=run_or_404(pk), at=now(), by=request.user)
    except actions.NotAdopted:
        messages.info(request, _("The hand weights are in use already."))
    else:
        messages.success(request, _("The hand weights are in use again. Every account's risk is being computed anew."))
    return redirect("risk:run", pk)
