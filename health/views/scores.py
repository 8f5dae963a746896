"""How the whole workspace stands, and what its scores do not know."""

from django.http import HttpResponse
from django.shortcuts import render

from health import insights, sentences
from health.parts import PARTS
from health.sentences import label
from lib.time import today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def insights_page(request: WorkspaceRequest) -> HttpResponse:
    """How the whole workspace stands, who carries the risk, and what the scores do not know."""
    context = {**insights.overview(today=today()), "can_configure": request.member.can(Capability.CONFIGURE_HEALTH)}
    return render(request, "health/insights.html", context)


@requires(Capability.VIEW)
def gap_list(request: WorkspaceRequest) -> HttpResponse:
    """The accounts whose score lacks a part: `?part=`, or the first part."""
    wanted = request.GET.get("part", "")
    part = wanted if wanted in PARTS else PARTS[0]
    found = insights.gap_rows(
        part, today=today(), after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {**found, "part": label(part), "step": sentences.filling(part), "nav": "insights"}
    return render(request, "health/gap_list.html", context)
