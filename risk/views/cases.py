"""Those whom a test missed, and those it warned of in vain: whole lists, and files of them and of all figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lib import downloads
from risk import exports, queries, report
from risk.views.runs import report_or_404
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def missed_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody who left without an alert."""
    run, found = report_or_404(pk)
    return render(request, "risk/case_list.html", {"run": run, "nav": "insights", **report.missed(run, found)})


@requires(Capability.VIEW)
@require_safe
def false_alarm_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody who had an alert and stayed."""
    run, found = report_or_404(pk)
    return render(request, "risk/case_list.html", {"run": run, "nav": "insights", **report.false_alarms(run, found)})


@requires(Capability.VIEW)
@require_safe
def missed_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    run, found = report_or_404(pk)
    return downloads.export(f"left-without-alert-{pk}", exports.cases(found.missed, run.settings["currency"]))


@requires(Capability.VIEW)
@require_safe
def false_alarm_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    run, found = report_or_404(pk)
    return downloads.export(f"false-alarms-{pk}", exports.cases(found.false_alarms, run.settings["currency"]))


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
    _run, found = report_or_404(pk)
    return downloads.export(f"risk-test-{pk}", exports.figures(found))


@requires(Capability.VIEW)
@require_safe
def run_export(request: WorkspaceRequest) -> HttpResponse:
    """Every test so far."""
    return downloads.export("risk-tests", exports.runs(queries.runs()))
