"""The description of the API: what no serializer says, said once for every operation."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer

from lib.problems import MEDIA_TYPE, SCHEMA
from workspaces import scopes

KEY_LENGTH = 255


class ApiSchema(AutoSchema):
    """Adds what no serializer says: a list's filters, the Idempotency-Key of a POST, and every error."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        parameters = [*super().get_override_parameters(), *_RATE_LIMITS]
        if self.method == "POST":
            return [*parameters, _IDEMPOTENCY_KEY, _IDEMPOTENCY_REPLAYED]
        filters = self.view.filters if self.view.action == "list" else None
        return [*parameters, filters] if filters else parameters

    def get_summary(self) -> str | None:
        return str(_SUMMARIES[self.view.action]) if self.view.action in _SUMMARIES else None

    def get_operation_id(self) -> str:
        action, own = self.view.action, {"list", "retrieve", "create", "update", "partial_update"}
        return str(super().get_operation_id()) if action in own else f"{self.view.basename}_{action}".replace("-", "_")

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        problem = ResolvedComponent("Problem", ResolvedComponent.SCHEMA, SCHEMA, "Problem")  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(problem)
        for status in self._errors():
            content = {MEDIA_TYPE: {"schema": problem.ref}}
            bodies.setdefault(status, {"content": content, "description": str(_ERRORS[status])})
        return dict(sorted(bodies.items()))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        mapped = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response":  # whatever may be left out when writing, an answer has it
            mapped["required"] = sorted(mapped["properties"])
        return mapped

    def _errors(self) -> list[str]:
        errors = ["400", "401", "403"]
        if self.view.detail or self._is_list_view():
            errors.append("404")
        if self.method != "GET":
            errors += ["409", "413", "415"]
        return [*errors, "422", "429"] if self.method == "POST" else [*errors, "429"]

    def get_extensions(self) -> dict[str, Any]:
        return {"x-scopes": scopes.needed(self.view.area, self.method == "GET")}

    def get_description(self) -> str:  # type: ignore[override]
        wanted = scopes.scope(self.view.area, scopes.READ if self.method == "GET" else scopes.WRITE)
        return f"{super().get_description()}\n\nScope: `{wanted}`."


_SUMMARIES = {
    "list": gettext_lazy("Page through them"),
    "retrieve": gettext_lazy("Read one"),
    "create": gettext_lazy("Add one"),
    "update": gettext_lazy("Change one; what must be there must be sent"),
    "partial_update": gettext_lazy("Change one"),
    "read": gettext_lazy("Read them"),
    "replace": gettext_lazy("Change them; what must be there must be sent"),
    "amend": gettext_lazy("Change some of them"),
}
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description=gettext_lazy(
        "Any text of your own for one piece of work. Sending the same request again with the same key within 24 hours "
        "does nothing new and gives the first answer, with the header `Idempotency-Replayed: true`."
    ),
)
_IDEMPOTENCY_REPLAYED = OpenApiParameter(
    "Idempotency-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    description=gettext_lazy("This answer was given before, to the same Idempotency-Key; nothing new was done."),
    response=["200", "201"],
)
_RATE_LIMITS = [
    OpenApiParameter(name, int, OpenApiParameter.HEADER, description=words, response=["200", "201", "429"])
    for name, words in (
        ("RateLimit-Limit", gettext_lazy("How many requests a minute holds; many items in one count as several.")),
        ("RateLimit-Remaining", gettext_lazy("How many of them are left.")),
        ("RateLimit-Reset", gettext_lazy("How many seconds until the next minute begins.")),
    )
]
_RATE_LIMITS.append(OpenApiParameter("Retry-After", int, OpenApiParameter.HEADER, response=["429"]))
_ERRORS = {
    "400": gettext_lazy("Something sent is wrong: each field by name."),
    "401": gettext_lazy("No token, or one that is unknown, expired or revoked."),
    "403": gettext_lazy("The token's scope, or the member's role, does not allow this."),
    "404": gettext_lazy("No such object here, or no such cursor."),
    "409": gettext_lazy("This does not go with the state that the object is in."),
    "413": gettext_lazy("The body is over the limit: 1 MB, 4 MB for many items, 20 MB for a file."),
    "415": gettext_lazy("The body is not of a media type that is taken here."),
    "422": gettext_lazy("The Idempotency-Key was used for another request."),
    "429": gettext_lazy("Too many requests in this minute."),
}


class TokenOrSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description says who may ask."""

    target_class = "workspaces.authentication.TokenOrSession"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: AutoSchema) -> Any:
        return [
            {"type": "http", "scheme": "bearer", "description": "An API token, made under Settings."},
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        ]

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:
        return [{"token": []}, {"session": []}]


def example(title: str, /, **body: Any) -> Callable[[Any], Any]:
    """Show `body` wherever a serializer's fields are sent."""
    return extend_schema_serializer(examples=[OpenApiExample(title, value=body, request_only=True)])
