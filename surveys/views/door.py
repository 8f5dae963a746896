"""How customers come in: by the secret in a link; without sign-in, cookie or script."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lib import languages
from lib.time import now
from surveys import pages, suspicion, visits
from surveys.glances import LONGEST_TOKEN
from surveys.visits import Visit
from workspaces import tenancy
from workspaces.access import public
from workspaces.secrets import digest

Page = Callable[[HttpRequest, Visit], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """After a POST: look there, with a GET."""

    status_code = 303


def by_token(page: Page) -> Callable[..., HttpResponse]:
    """Find the invitation behind a link's secret, enter its workspace, speak its reader's language.

    There is no session to protect from forged requests: the secret in the address is the permission. A secret that was
    never given out, one of another installation and a mistyped one are answered like one whose time is over.
    """

    @public
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        place = tenancy.locate("surveys_invitation_of", digest(token)) if len(token) <= LONGEST_TOKEN else None
        if place is None:
            return private(gone(request))
        workspace_id, pk = place
        with tenancy.entered(workspace_id):
            invitation, house = visits.invitation(pk), visits.house()
            wish, browser = request.GET.get("lang", ""), languages.of_browser(request)
            with languages.spoken(visits.language_of_page(invitation, house.look, wish, browser)):
                return private(page(request, visits.visit(invitation, token, house)))

    return found


def gone(request: HttpRequest) -> HttpResponse:
    """There is nothing to answer here, whatever the reason: in the language of the page or the browser."""
    with languages.spoken(request.GET.get("lang", ""), languages.of_browser(request)) as code:
        context = pages.frame(code, "", {})
        return HttpResponse(render_to_string("surveys/customer/gone.html", context), status=404)


def render(
    request: HttpRequest, visit: Visit, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page without the request, so that nothing of the signed-in pages (session, messages) comes near.

    `kept` names what the links to other languages keep of the page's address.
    """
    context = context or {}
    wish = languages.known(request.GET.get("lang", ""))
    shown = {
        "visit": visit,
        "asked": visit.asked,
        "company": visit.company,
        "look": visit.look,
        "token": visit.token,
        "invitation": visit.invitation,
        "given": visit.given,
        "opened": suspicion.stamp(visit.token, now()),
        **pages.frame(get_language() or languages.OURS, wish, context.get("kept", {})),
        **context,
    }
    return HttpResponse(render_to_string(f"surveys/customer/{template}.html", shown), status=status)


def see(request: HttpRequest, visit: Visit, name: str, **query: str) -> SeeOther:
    """Go on to a page of this visit, in the language that was chosen on the last one."""
    return on_to(name, visit.token, request, **query)


def on_to(name: str, token: str, request: HttpRequest, **query: str) -> SeeOther:
    """`see`, for who has no visit yet."""
    wish = languages.known(request.GET.get("lang", ""))
    query |= {"lang": wish} if wish else {}
    address = reverse(f"surveys:{name}", args=[token])
    return SeeOther(f"{address}?{urlencode(query)}" if query else address)


def private(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: it is not cached, indexed or passed on."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
