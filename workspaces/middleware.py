"""Enter the workspace a request is for, for exactly as long as the request."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from lib.time import now
from workspaces import queries, tenancy
from workspaces.models import User
from workspaces.tokens import TokenRefused, token_of

SESSION_KEY = "workspace_id"
WITHOUT_WORKSPACE = ("/static/", "/hooks/", "/s/", "/r/", "/e/", "/n/", "/v/", "/livez", "/readyz", "/metrics")


class _ServerError(Exception):
    """Carries a 5xx response out of the transaction, so that what the view wrote is undone."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


class WorkspaceMiddleware:
    """Sets `request.workspace_id`, `.member` (a Membership), `.memberships` and `.api_token`; the view runs inside.

    Pages take the workspace from the session; the API from its token, or the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.workspace_id = request.member = request.api_token = request.token_refused = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        if request.path.startswith(WITHOUT_WORKSPACE):
            return self.get_response(request)
        if request.headers.get("Authorization") and request.path.startswith("/api/"):
            return self._by_token(request)
        return self._by_session(request)

    def _by_token(self, request: HttpRequest) -> HttpResponse:
        try:
            found = token_of(request, at=now())
        except TokenRefused as refusal:
            request.token_refused = refusal  # type: ignore[attr-defined]
            return self.get_response(request)
        return self._inside(request, found)

    def _by_session(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        memberships = queries.memberships_of(user)
        chosen = request.session.get(SESSION_KEY)
        member = next((m for m in memberships if m.workspace_id == chosen), memberships[0] if memberships else None)
        request.memberships, request.member = memberships, member  # type: ignore[attr-defined]
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            if member is None:
                return self.get_response(request)
            return self._inside(request, member.workspace_id)

    def _inside(self, request: HttpRequest, workspace_id: int) -> HttpResponse:
        request.workspace_id = workspace_id  # type: ignore[attr-defined]
        try:
            with tenancy.entered(workspace_id):
                response = self.get_response(request)
                if response.status_code >= 500:
                    raise _ServerError(response)
                return response
        except _ServerError as error:
            return error.response
