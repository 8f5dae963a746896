"""A delivery as HTTP brings it."""

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError


class BodyTooLarge(Exception):
    """The body is longer than we take."""


class BodyCutOff(Exception):
    """The sender went away before the body was whole."""


def limit() -> int:
    """The longest body we take, in bytes."""
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def read_body(request: HttpRequest) -> bytes:
    """The raw body, never more than `limit()` of it in memory. Raises BodyTooLarge, BodyCutOff."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    if announced.isdigit() and int(announced) > limit():
        raise BodyTooLarge
    stream = request
    if not announced and request.META.get("wsgi.input_terminated"):
        stream = request.META["wsgi.input"]  # sent in chunks: Django reads nothing without a length
    try:
        body = stream.read(limit() + 1)
    except UnreadablePostError as error:
        raise BodyCutOff from error
    if len(body) > limit():
        raise BodyTooLarge
    return body


def headers_of(request: HttpRequest) -> dict[str, str]:
    """Header names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def address_of(request: HttpRequest) -> str:
    """The public address that was called, whatever stands between the sender and us."""
    return f"{settings.BASE_URL}{request.get_full_path()}"
