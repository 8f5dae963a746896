"""How the whole workspace stands, and how the parts are weighed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from health import insights, queries, sentences
from health.actions import profiles
from health.forms import WeightsForm
from health.parts import DEFAULT_WEIGHTS, PARTS
from health.sentences import label
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

PREVIEWED = 2000


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


@requires(Capability.CONFIGURE_HEALTH)
def weights(request: WorkspaceRequest) -> HttpResponse:
    """Weigh the parts, after seeing on real accounts what it would change."""
    which = request.POST.get("form", "")
    form = WeightsForm(request.POST if which in {"weights", "preview"} else None, initial=queries.weights())
    if which == "weights" and form.is_valid():
        profiles.set_weights(weights=form.cleaned_data, at=now(), by=request.user)
        messages.success(request, _("Saved. Every score is being computed anew."))
        return redirect("health:weights")
    preview = None
    if which == "preview" and form.is_valid():
        preview = profiles.preview_profile(
            profile=queries.profile(), weights=form.cleaned_data, at=now(), most=PREVIEWED
        )
    context = {
        "form": form,
        "preview": preview,
        "profile": queries.profile(),
        "defaults": DEFAULT_WEIGHTS,
        "nav": "settings",
    }
    return render(request, "health/weights.html", context, status=422 if form.errors else 200)
