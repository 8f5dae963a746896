"""What a JSON API needs and Django REST framework leaves open: strict bodies, JSON whatever is asked, pages by key."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, serializers, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from lib.problems import answer

MOST_LEVELS = 20
MOST_DIGITS = 1000
TOO_DEEP = gettext_lazy("JSON parse error: nested too deeply.")
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class TooLarge(exceptions.APIException):
    """The body is over the limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class OnlyJson(BaseContentNegotiation):
    """Answers JSON whatever `Accept` asks for; a body in another media type finds no parser, and so 415."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class StrictJson(JSONParser):
    """JSON in UTF-8, as RFC 8259 has it: no NaN, no half of a surrogate pair, no depth that breaks the reader."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = stream.read().decode()
            found = json.loads(text, parse_constant=_refuse_constant, parse_int=_whole, parse_float=_finite)
        except RecursionError:
            raise exceptions.ParseError(TOO_DEEP) from None
        except ValueError as error:
            raise exceptions.ParseError(_("JSON parse error: %s") % error) from None
        _refuse_depth(found)
        if "\\ud" in text.lower():
            _refuse_half_pairs(found)
        return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise exceptions.ParseError(
            _("JSON parse error: a number of more than %(limit)d digits.") % {"limit": MOST_DIGITS}
        )
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise exceptions.ParseError(_("JSON parse error: %(number)s is too large a number.") % {"number": text[:40]})
    return number


def _refuse_depth(found: Any) -> None:
    level = [found] if isinstance(found, dict | list) else []
    for _depth in range(MOST_LEVELS):
        level = [
            child
            for item in level
            for child in (item.values() if type(item) is dict else item)
            if type(child) is dict or type(child) is list  # as json makes them: thousands of scalars pass by here
        ]
        if not level:
            return
    raise exceptions.ParseError(TOO_DEEP)


def _refuse_half_pairs(found: Any) -> None:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise exceptions.ParseError(_("JSON parse error: half of a surrogate pair is no text.")) from None


def body_of(request: Request, limit: int) -> bytes:
    """The raw body. Raises TooLarge past `limit` bytes, which may be more than Django's own for all requests.

    Without a length WSGI has no body for us, and work must not begin on an empty one.
    """
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        raise exceptions.ParseError(_("A body needs its Content-Length; one in chunks is not read."))
    raw: Any = request._request
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and len(length) < 10 and int(length) <= limit and not hasattr(raw, "_body"):
        raw._body = raw.read()  # what `body` is made of: it would refuse by the limit for all requests
    try:
        return bytes(raw.body)
    except RequestDataTooBig:
        raise TooLarge(_("The body may hold at most %(limit)d bytes.") % {"limit": limit}) from None


class KeysetPagination(CursorPagination):
    """`?cursor=` and `?page_size=` up to 200, by the view's `ordering`, which must be unique within its rows.

    Ascending, so that a reader who follows `next` while rows are added misses none.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    template = None

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        self.ordering = getattr(view, "ordering", "pk")
        options = queryset.model._meta
        self.column = options.pk if self.ordering == "pk" else options.get_field(self.ordering)
        return super().paginate_queryset(queryset, request, view)

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get("page_size", str(self.page_size))
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= self.max_page_size):
            message = _("A whole number from 1 to %(limit)d.") % {"limit": self.max_page_size}
            raise exceptions.ValidationError({"page_size": [message]})
        return int(text)

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            try:
                self.column.to_python(cursor.position)
            except ValidationError:
                raise exceptions.NotFound(self.invalid_cursor_message) from None
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": str(gettext_lazy("Where the page begins: follow `next` and `previous`.")),
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": str(gettext_lazy("How many results a page holds.")),
                "schema": size,
            },
        ]


class UtcDateTimeField(serializers.DateTimeField):
    """An instant between 1970 and 2200, told in UTC."""

    default_error_messages = {"range": gettext_lazy("A time between 1970 and 2200.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        instant = super().to_internal_value(value)
        if not EARLIEST <= instant < LATEST:
            self.fail("range")
        return instant


class BlankIsNull(serializers.ChoiceField):
    """A choice that is stored as an empty text when there is none, and shown as null."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, allow_null=True, **kwargs)

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        return value or None


@csrf_exempt  # what it passes on to guards itself, as it does behind its own address
def otherwise(request: HttpRequest) -> HttpResponse:
    """Whatever no address matches: the address with its closing slash, where only that is missing, else 404 in JSON.

    A redirect would turn a POST into a GET, and lose what was sent.
    """
    found = resolve(f"{request.path_info}/")
    if found.func is not otherwise:
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        return response
    return answer(404, "not_found", _("No such address."))
