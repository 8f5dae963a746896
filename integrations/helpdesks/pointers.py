"""Places inside a stranger's JSON, named by JSON Pointers (RFC 6901): `/ticket/customer/email`, `/items/0/id`."""

from collections.abc import Iterator
from typing import Any

MOST_LEAVES = 300
LONGEST = 300


def leaves(value: Any, most: int = MOST_LEAVES) -> dict[str, Any]:
    """Every text, number, truth, null and list of texts inside, by its pointer, in the order of the document.

    A list of texts is told as one text, and each of them as well.
    """
    found: dict[str, Any] = {}
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting and len(found) < most:
        pointer, part = waiting.pop()
        if pointer and len(pointer) <= LONGEST and _is_of_texts(part):
            found[pointer] = ", ".join(part[:most])
        if isinstance(part, dict | list):
            waiting += [(f"{pointer}/{step}", inner) for step, inner in reversed(list(_steps(part, most)))]
        elif pointer and len(pointer) <= LONGEST:
            found[pointer] = part
    return found


def at(value: Any, pointer: str) -> Any:
    """What is there; None where nothing is."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isascii() and key.isdigit() and len(key) <= 6 and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value if pointer else None


def _is_of_texts(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and all(isinstance(one, str) for one in part)


def _steps(part: dict[str, Any] | list[Any], most: int) -> Iterator[tuple[str, Any]]:
    if isinstance(part, list):
        yield from ((str(index), one) for index, one in enumerate(part[:most]))
        return
    for key, one in list(part.items())[:most]:
        # A pointer is kept with the connection and shown in a form: it must be text that can be stored and sent.
        if key.isprintable():
            yield key.replace("~", "~0").replace("/", "~1"), one
