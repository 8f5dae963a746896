"""Those whom a test's alerts caught, missed, warned of in vain or left alone: whole lists, and files of them and of
all figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lib import downloads
from risk import case_lists, exports, queries
from risk.case_lists import Which
from risk.views.runs import report_or_404
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def caught_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody who left after an alert."""
    return _list(request, pk, Which.CAUGHT)


@requires(Capability.VIEW)
@require_safe
def missed_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody who left without an alert."""
    return _list(request, pk, Which.MISSED)


@requires(Capability.VIEW)
@require_safe
def false_alarm_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody who had an alert and stayed."""
    return _list(request, pk, Which.FALSE_ALARMS)


@requires(Capability.VIEW)
@require_safe
def quiet_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody who had no alert and stayed."""
    return _list(request, pk, Which.QUIET)


def _list(request: WorkspaceRequest, pk: int, which: Which) -> HttpResponse:
    run, found = report_or_404(pk)
    context = {"run": run, "nav": "insights", **case_lists.page(run, found, which)}
    return render(request, "risk/case_list.html", context)


@requires(Capability.VIEW)
@require_safe
def caught_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    return _export(pk, Which.CAUGHT, "left-after-alert")


@requires(Capability.VIEW)
@require_safe
def missed_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    return _export(pk, Which.MISSED, "left-without-alert")


@requires(Capability.VIEW)
@require_safe
def false_alarm_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    return _export(pk, Which.FALSE_ALARMS, "false-alarms")


@requires(Capability.VIEW)
@require_safe
def quiet_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    return _export(pk, Which.QUIET, "stayed-without-alert")


def _export(pk: int, which: Which, name: str) -> HttpResponse:
    run, found = report_or_404(pk)
    return downloads.export(f"{name}-{pk}", exports.cases(case_lists.cases(found, which), run.settings["currency"]))


@requires(Capability.VIEW)
@require_safe
def part_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What each part foretells by itself."""
    _run, found = report_or_404(pk)
    return downloads.export(f"risk-parts-{pk}", exports.parts(found))


@requires(Capability.VIEW)
@require_safe
def figure_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Every figure of the report, one a row."""
    run, found = report_or_404(pk)
    return downloads.export(f"risk-test-{pk}", exports.figures(found, run.settings["currency"]))


@requires(Capability.VIEW)
@require_safe
def run_export(request: WorkspaceRequest) -> HttpResponse:
    """Every test so far."""
    return downloads.export("risk-tests", exports.runs(queries.runs()))
