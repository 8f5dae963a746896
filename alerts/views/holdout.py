"""Whether acting on alerts helps: the share that keeps silent, and what came of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts import queries, sentences
from alerts.actions import settings as actions
from alerts.rule_form import HoldoutForm
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def holdout(request: WorkspaceRequest) -> HttpResponse:
    """How many of 100 new alerts are told to nobody, and who left of both groups."""
    settings, at = queries.alert_settings(), now()
    form = HoldoutForm(request.POST or None, initial={"holdout_share": settings.holdout_share})
    if form.is_valid():
        actions.set_alerts(**form.cleaned_data, at=at, by=request.user)
        messages.success(request, _("Saved. Alerts that are open stay as they are."))
        return redirect("alerts:holdout")
    found = queries.holdout(at)
    groups = [(_("Told"), found.told), (_("Told to nobody"), found.held_out)]
    context = {
        "form": form,
        "settings": settings,
        "found": found,
        "leaving": queries.leaving(),
        "groups": groups,
        "verdict": sentences.holdout(found),
        "nav": "settings",
    }
    return render(request, "alerts/holdout.html", context, status=422 if form.errors else 200)
