"""How the parts are weighed and what is desired of each, for whom: profiles, seen on real accounts before saving."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from health import profile_words, queries
from health.actions import profiles as actions
from health.models import HealthProfile
from health.profile_form import ProfileForm
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

PREVIEWED = 2000
RETIRED_SHOWN = 20


@requires(Capability.CONFIGURE_HEALTH)
@require_safe
def weights(request: WorkspaceRequest) -> HttpResponse:
    """The profiles in their order, and how far earlier scores have been computed by new weights."""
    unfinished = queries.unfinished_changes()
    context = {
        "rows": profile_words.rows(),
        "retired": queries.retired_profiles()[:RETIRED_SHOWN],
        "unfinished": [(change, profile_words.progress(change)) for change in unfinished],
        "nav": "settings",
    }
    is_polled = request.htmx and request.GET.get("part") == "progress"
    return render(request, "health/weights.html#progress" if is_polled else "health/weights.html", context)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_new(request: WorkspaceRequest) -> HttpResponse:
    """Add a profile; it counts before all others."""
    form = ProfileForm(request.POST or None)
    if _is_saving(request) and form.is_valid():
        made = _done(form, actions.create_profile, by=request.user)
        if made is not None:
            messages.success(
                request, _("“%(name)s” counts from now: its accounts are scored anew.") % {"name": made.name}
            )
            return redirect("health:weights")
    return _page(request, form, None)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change what a profile says."""
    profile = _find(pk)
    form = ProfileForm(request.POST or None, profile=profile)
    if _is_saving(request) and form.is_valid():
        before = profile.weights
        saved = _done(form, actions.update_profile, profile=profile, by=request.user)
        if saved is not None:
            messages.success(request, _weighed() if saved.weights != before else _("Saved."))
            return redirect("health:weights")
    return _page(request, form, profile)


def _weighed() -> str:
    return _("Saved. Its accounts are scored anew, and so are earlier days. Nobody is alerted about those.")


def _is_saving(request: WorkspaceRequest) -> bool:
    return request.method == "POST" and request.POST.get("form") != "preview"


def _done(form: ProfileForm, act: Any, **told: Any) -> Any:
    """What `act` makes of the form; None, and the reason in the form, where it refuses."""
    try:
        return act(**told, **form.said, at=now())
    except actions.NameTaken:
        form.add_error("name", _("Another profile has this name."))
    except actions.NotAvailable:
        form.add_error("segment", _("This segment is not in use any more."))
    except actions.TooManyProfiles:
        most = {"most": actions.MOST_PROFILES}
        form.add_error(None, _("There are at most %(most)s profiles. Retire one first.") % most)
    return None


def _page(request: WorkspaceRequest, form: ProfileForm, profile: HealthProfile | None) -> HttpResponse:
    preview = None
    if request.method == "POST" and not _is_saving(request) and form.is_valid():
        preview = _done(form, actions.preview_profile, profile=profile or HealthProfile(), most=PREVIEWED)
    context = {"form": form, "profile": profile, "preview": preview, "nav": "settings"}
    return render(request, "health/profile_edit.html", context, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def profile_move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let it count before its neighbour, or with `to=later` after it."""
    steps = 1 if request.POST.get("to") == "later" else -1
    try:
        actions.move_profile(profile=_find(pk), by_steps=steps, at=now(), by=request.user)
    except actions.IsDefault:
        messages.error(request, _("This profile is for everybody else: it stays the last."))
    return redirect("health:weights")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def profile_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put it away; it can be brought back."""
    try:
        done = actions.retire_profile(profile=_find(pk), at=now(), by=request.user)
    except actions.IsDefault:
        messages.error(request, _("This profile is for everybody else: it cannot be retired."))
    else:
        messages.success(
            request, _("“%(name)s” applies to nobody from now: the next profile that fits does.") % {"name": done.name}
        )
    return redirect("health:weights")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def profile_restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring back a profile that was put away."""
    profile = get_object_or_404(queries.retired_profiles(), pk=pk)
    try:
        actions.restore_profile(profile=profile, at=now(), by=request.user)
    except actions.NameTaken:
        messages.error(request, _("Another profile has this name by now. Rename that one first."))
    except actions.TooManyProfiles:
        messages.error(request, _("There are at most %(most)s profiles.") % {"most": actions.MOST_PROFILES})
    return redirect("health:weights")


def _find(pk: int) -> HealthProfile:
    return get_object_or_404(HealthProfile.objects.live().select_related("changed_by"), pk=pk)
