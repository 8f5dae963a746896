"""From bytes to a JSON object, strictly."""

import json
from typing import Any, NoReturn


class NotJson(Exception):
    """The body is no JSON object; the text says in what way."""


def decode(body: bytes) -> dict[str, Any]:
    """The body's object. Raises NotJson, whatever the bytes."""
    try:
        payload = json.loads(body, parse_constant=_refuse)
    except RecursionError as error:
        raise NotJson("The body is nested too deeply.") from error
    except ValueError as error:  # not JSON, not text, or a number of thousands of digits
        raise NotJson("The body is not valid JSON.") from error
    if not isinstance(payload, dict):
        raise NotJson("The body must be a JSON object.")
    return payload


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
