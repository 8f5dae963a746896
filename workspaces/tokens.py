"""API tokens on requests: which workspace an Authorization header opens."""

from datetime import datetime

from django.http import HttpRequest

from workspaces import actions, tenancy
from workspaces.models import ApiToken
from workspaces.secrets import digest


class TokenRefused(Exception):
    """The Authorization header names no usable token."""


def token_of(request: HttpRequest, at: datetime) -> int:
    """The workspace that the request's bearer token opens; sets `request.api_token`. Raises TokenRefused."""
    scheme, _space, text = request.headers["Authorization"].partition(" ")
    found = tenancy.locate("workspaces_api_token", digest(text.strip())) if scheme.lower() == "bearer" else None
    if found is None:
        raise TokenRefused
    workspace_id, token_id = found
    with tenancy.entered(workspace_id):
        token = ApiToken.objects.usable(at).filter(pk=token_id).select_related("created_by").first()
        if token is None:
            raise TokenRefused
        actions.note_token_use(token=token, at=at)
    request.api_token = token  # type: ignore[attr-defined]
    return workspace_id
