"""How this workspace asks its customers."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.time import now
from surveys import queries
from surveys.actions import settings as actions
from surveys.forms import SettingsForm
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: WorkspaceRequest) -> HttpResponse:
    """Every setting with its effect; changes hold for what is planned from now on."""
    if request.method != "POST":
        form = SettingsForm(initial=model_to_dict(queries.settings(), fields=actions.EDITABLE))
        return render(request, "surveys/settings.html", {"form": form, "nav": "settings"})
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return render(request, "surveys/settings.html", {"form": form, "nav": "settings"}, status=422)
    actions.update_settings(changes=form.cleaned_data, at=now(), by=request.user)
    messages.success(request, _("Saved. Mails already planned go out as they were planned."))
    return redirect("surveys:settings")
