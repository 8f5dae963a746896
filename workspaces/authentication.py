"""The API's door: who is asking, and may they."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, permissions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from workspaces import scopes
from workspaces.capabilities import Capability

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time that module imports this one


class TokenOrSession(BaseAuthentication):
    """What the middleware found: a bearer token, else the signed-in member (with CSRF protection)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        raw: Any = request._request
        if raw.token_refused is not None:
            raise exceptions.AuthenticationFailed(_("This token is unknown, expired or revoked."))
        if raw.api_token is not None:
            return (raw.api_token.created_by, raw.api_token)
        if raw.member is None:
            return None
        SessionAuthentication().enforce_csrf(request)
        return (raw.user, None)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(permissions.BasePermission):
    """A token needs a scope for the view's `area`; a member the view's capability, to read (`view`) or to write."""

    message: str | None = None

    def has_permission(self, request: Request, view: "APIView") -> bool:
        raw: Any = request._request
        is_reading = request.method in permissions.SAFE_METHODS
        if raw.api_token is not None:
            area = getattr(view, "area", scopes.Area.ADMIN)
            wanted = scopes.scope(area, scopes.READ if is_reading else scopes.WRITE)
            self.message = _("This token may not do that: it needs the scope %(scope)s.") % {"scope": wanted}
            return scopes.allows(raw.api_token.scopes, area, is_reading)
        if raw.member is None:
            return False
        if is_reading:
            needed = getattr(view, "read_capability", Capability.VIEW)
        else:
            needed = getattr(view, "write_capability", Capability.ADMINISTER)
        return bool(raw.member.can(needed))
