"""How the whole workspace stands, and what its scores do not know."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render

from health import insights, sentences
from health.parts import PARTS
from health.sentences import label
from lib.time import today
from segments import queries as segment_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


def chosen_segment(request: WorkspaceRequest, segments: Iterable[int]) -> int | None:
    """Which of the segments the address names."""
    return next((pk for pk in segments if str(pk) == request.GET.get("segment")), None)


@requires(Capability.VIEW)
def insights_page(request: WorkspaceRequest) -> HttpResponse:
    """How the whole workspace stands, or one segment of it: `?segment=`; who carries the risk; what is not known."""
    segments = segment_queries.names()
    segment_id = chosen_segment(request, segments)
    context = {
        **insights.overview(today=today(), segment_id=segment_id),
        "segments": segments.items(),
        "segment_id": segment_id,
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
    }
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
