"""The pages' door: every view says which capability it needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRedirect

from workspaces.models import User
from workspaces.queries import Membership


class WorkspaceRequest(HttpRequest):
    """A request inside a workspace, as views behind `requires` get it."""

    user: User
    workspace_id: int
    member: Membership
    memberships: list[Membership]
    htmx: Any


View = Callable[..., HttpResponse]


def requires(capability: str) -> Callable[[View], View]:
    """Let in members with `capability`: others are asked to sign in, or refused with 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not isinstance(request.user, User):
                return _ask_to_sign_in(request)
            if request.member is None:
                raise Http404
            if not request.member.can(capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a page that needs no sign-in; the doors test lists these."""
    view.capability = None  # type: ignore[attr-defined]
    return view


def _ask_to_sign_in(request: Any) -> HttpResponse:
    response = redirect_to_login(request.get_full_path())
    if request.htmx:
        return HttpResponseClientRedirect(response.url)
    return response
