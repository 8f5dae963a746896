"""What a change really changes on a row."""

from collections.abc import Iterable, Mapping
from typing import Any


def different(row: object, changes: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What of `changes` may be changed, by `names` and in their order, and would be."""
    return {name: changes[name] for name in names if name in changes and changes[name] != getattr(row, name)}


def take(row: object, changes: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Set on the row, without saving, what is different; returns what stood there before."""
    changed = different(row, changes, names)
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    return before


def told(row: object, before: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A change that `take` made, as the audit trail keeps it."""
    return {"from": dict(before), "to": {name: getattr(row, name) for name in before}}
