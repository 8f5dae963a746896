"""From bytes to a JSON object, strictly."""

import json
from typing import Any, NoReturn

MOST_PIECES = 500


class NotJson(Exception):
    """The body is no JSON object; the text says in what way."""


def decode(body: bytes) -> dict[str, Any]:
    """The body's object. Raises NotJson, whatever the bytes."""
    payload = _loaded(body)
    if not isinstance(payload, dict):
        raise NotJson("The body must be a JSON object.")
    return payload


def pieces(body: bytes) -> list[bytes]:
    """Each element of a list as a body of its own; the body itself if it is no list. Raises NotJson."""
    if not body.lstrip().startswith(b"["):
        return [body]
    listed = _loaded(body)
    if len(listed) > MOST_PIECES:
        raise NotJson(f"The body lists more than {MOST_PIECES} events.")
    try:
        return [json.dumps(one).encode() for one in listed]
    except RecursionError as error:
        raise NotJson("The body is nested too deeply.") from error


def _loaded(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse)
    except RecursionError as error:
        raise NotJson("The body is nested too deeply.") from error
    except ValueError as error:  # not JSON, not text, or a number of thousands of digits
        raise NotJson("The body is not valid JSON.") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
