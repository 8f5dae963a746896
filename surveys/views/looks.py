"""How a workspace shows itself to customers: its page among the settings, and the files that customers' pages use."""

import zlib
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.time import now
from surveys import colours, visits
from surveys.actions import looks
from surveys.looking import LogoForm, LookForm
from surveys.models import Look
from workspaces import tenancy
from workspaces.access import WorkspaceRequest, public, requires
from workspaces.capabilities import Capability
from workspaces.secrets import digest

DAY = 24 * 3600
# A picture is shown as a picture and as nothing else, wherever it is opened from.
PICTURE_POLICY = "default-src 'none'; style-src 'none'; sandbox"


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: WorkspaceRequest) -> HttpResponse:
    """Colour, language, what follows an answer; the logo has a form of its own."""
    if request.method != "POST":
        form = LookForm(initial=model_to_dict(visits.house().look, fields=looks.EDITABLE))
        return _page(request, form, LogoForm())
    form = LookForm(request.POST)
    if form.is_valid():
        try:
            looks.change_look(changes=form.cleaned_data, at=now(), by=request.user)
        except looks.TooPale as error:
            form.refuse_colour(str(error))
        else:
            messages.success(request, _("Saved. Mails from now on, and pages at once, look like this."))
            return redirect("surveys:look")
    return _page(request, form, LogoForm(), status=422)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def logo(request: WorkspaceRequest) -> HttpResponse:
    """Another logo, or none."""
    if "remove" in request.POST:
        looks.set_logo(picture=None, at=now(), by=request.user)
        messages.success(request, _("The logo is removed."))
        return redirect("surveys:look")
    form = LogoForm(request.POST, request.FILES)
    if not form.is_valid():
        initial = model_to_dict(visits.house().look, fields=looks.EDITABLE)
        return _page(request, LookForm(initial=initial), form, status=422)
    looks.set_logo(picture=form.cleaned_data["logo"], at=now(), by=request.user)
    messages.success(request, _("The logo is saved."))
    return redirect("surveys:look")


def _page(request: WorkspaceRequest, form: LookForm, logo_form: LogoForm, status: int = 200) -> HttpResponse:
    look = visits.house().look
    version = zlib.crc32(look.logo) if look.logo_width else 0  # a browser shows one it knows for a day
    context = {"form": form, "logo_form": logo_form, "look": look, "logo_version": version, "nav": "settings"}
    return render(request, "surveys/look.html", context, status=status)


def of_a_look(page: Callable[[Look], HttpResponse]) -> Callable[..., HttpResponse]:
    """A file for everybody who knows its address: it says nothing about who asks."""

    @public
    @require_safe
    @wraps(page)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        place = tenancy.locate("surveys_look_of", digest(token))
        if place is None:
            return HttpResponse(status=404)
        with tenancy.entered(place[0]):
            response = page(Look.objects.get(pk=place[1]))
        patch_cache_control(response, public=True, max_age=DAY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return found


@of_a_look
def look_logo(look: Look) -> HttpResponse:
    """The logo, in pages and mails."""
    if not look.logo_width:
        return HttpResponse(status=404)
    headers = {"Content-Security-Policy": PICTURE_POLICY}
    return HttpResponse(bytes(look.logo), content_type=look.logo_type, headers=headers)


@of_a_look
def look_style(look: Look) -> HttpResponse:
    """The workspace's colour in both themes, each with an ink that can be read on it."""
    if not look.accent:
        return HttpResponse(content_type="text/css")
    context = {
        "accent": look.accent,
        "on_accent": colours.on(look.accent),
        "dark_accent": look.dark_accent,
        "on_dark_accent": colours.on(look.dark_accent),
    }
    return HttpResponse(render_to_string("surveys/customer/look.css", context), content_type="text/css")
