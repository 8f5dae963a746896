"""Actual against desired engagement: which part to work on, and with whom."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from health import desired, exports, queries
from health.sentences import filling, label, part_step
from lib import downloads
from lib.time import today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def desired_state(request: WorkspaceRequest) -> HttpResponse:
    """The parts by what their gap to the target costs: `?profile=`, `?segment=`."""
    context = desired.page(desired.chosen(request.GET), today=today())
    context["can_configure"] = request.member.can(Capability.CONFIGURE_HEALTH)
    return render(request, "health/desired.html", {**context, "nav": "insights"})


@requires(Capability.VIEW)
@require_safe
def desired_export(request: WorkspaceRequest) -> HttpResponse:
    """The parts of the same address."""
    return downloads.export("actual-against-desired", exports.part_gaps(_found(request), today()))


@requires(Capability.VIEW)
@require_safe
def below_list(request: WorkspaceRequest) -> HttpResponse:
    """The accounts furthest below the target of one part, or with `show=without` those of whom it is not known."""
    wanted = desired.chosen(request.GET)
    gap = next(one for one in queries.part_gaps(wanted.scope, today=today()) if one.part == wanted.part)
    context = {
        "wanted": wanted,
        "gap": gap,
        "part": label(wanted.part),
        "count": gap.accounts - gap.known if wanted.is_without else gap.below,
        "step": filling(wanted.part) if wanted.is_without else part_step(wanted.part),
        "rows": desired.below_rows(wanted, today=today(), most=desired.MOST_SHOWN),
        "nav": "insights",
    }
    return render(request, "health/below_list.html", context)


@requires(Capability.VIEW)
@require_safe
def below_export(request: WorkspaceRequest) -> HttpResponse:
    """All accounts of the same address."""
    wanted = _found(request)
    name = f"{'without' if wanted.is_without else 'below-target'}-{wanted.part}"
    return downloads.export(name, exports.below_target(wanted, today()))


def _found(request: WorkspaceRequest) -> desired.Chosen:
    """What a file is asked of. Raises Http404 for a profile or segment that is not there: a file could not say so."""
    wanted = desired.chosen(request.GET)
    if wanted.is_lost:
        raise Http404
    return wanted
