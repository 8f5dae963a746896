"""Errors of a JSON API as problem details (RFC 9457)."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"
WHOLE = "non_field_errors"
MOST_NAMED = 5

Errors = dict[str, list[str]]

SCHEMA = {
    "type": "object",
    "description": (
        "Problem details (RFC 9457). `code` is for programs, `detail` for people; `errors` says of each wrong field "
        "what is wrong, a field inside another by its path: `items.3.name`."
    ),
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "enum": ["about:blank"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "additionalProperties": False,
}


class Conflict(exceptions.APIException):
    """What is asked does not go with the state that the object is in."""

    status_code = 409
    default_detail = gettext_lazy("This does not go with its present state.")
    default_code = "conflict"


def problem(status: int, code: str, detail: str, errors: Errors | None = None) -> dict[str, Any]:
    """The members of one problem; without a type of its own, the title is the status's (section 4.2.1)."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    return told if errors is None else {**told, "errors": errors}


def answer(status: int, code: str, detail: str) -> HttpResponse:
    """A problem outside of any API view."""
    return JsonResponse(problem(status, code, detail), status=status, content_type=MEDIA_TYPE)


def handle(exc: Exception, context: Any) -> Response | None:
    """REST framework's exception handler: every refusal becomes a problem; what we did not foresee stays a 500."""
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    response = exception_handler(exc, context)
    if response is None or not isinstance(exc, exceptions.APIException):
        return response
    status, codes = response.status_code, exc.get_codes()
    if isinstance(exc, exceptions.ValidationError):
        errors = flattened(exc.detail)
        response.data = problem(status, "invalid", _in_words(errors), errors)
    else:
        response.data = problem(status, codes if isinstance(codes, str) else "error", str(exc.detail))
    response.content_type = MEDIA_TYPE
    return response


def flattened(detail: Any) -> Errors:
    """Errors as serializers nest them, by the path of each field."""
    errors: Errors = {}
    for path, text in _texts(detail, ()):
        errors.setdefault(".".join(path) or WHOLE, []).append(text)
    return errors


def _texts(detail: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(detail, dict):
        for name, inside in detail.items():
            yield from _texts(inside, path if name == WHOLE else (*path, str(name)))
    elif isinstance(detail, list):
        for place, inside in enumerate(detail):
            yield from _texts(inside, path if isinstance(inside, str) else (*path, str(place)))
    else:
        yield path, str(detail)


def _in_words(errors: Errors) -> str:
    if WHOLE in errors:
        return errors[WHOLE][0]
    named = ", ".join(list(errors)[:MOST_NAMED])
    return _("Something is wrong about: %(fields)s.") % {"fields": named if len(errors) <= MOST_NAMED else f"{named}…"}


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: an API's caller gets a problem, a person the page."""
    if request.path_info.startswith("/api/"):
        return answer(500, "server_error", _("This failed on our side, and nothing of it was kept."))
    return defaults.server_error(request)
