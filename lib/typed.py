"""Values of the type that their field has, as JSON tells types: a number is no text, and a text no number.

REST framework's fields were made for forms, where everything is text, and read one as the other.
"""

import sys
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

_TYPES: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], frozenset[type]], ...] = (
    (serializers.CharField, frozenset({str})),
    (serializers.BooleanField, frozenset({bool})),
    (serializers.IntegerField, frozenset({int, float})),  # 5.0 is a whole number (JSON Schema); 5.5 the field refuses
    (serializers.FloatField, frozenset({int, float})),
)


class Mistyped:
    """Stands for a value of another type: no field takes it, so each refuses it in its own words."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __str__(self) -> str:
        return f"({self.value})"


def typed(field: Any, data: Any) -> Any:
    """`data` for `field`, a serializer or one field of it; in place of each value of another type a Mistyped."""
    if data is None:
        return None
    if isinstance(field, serializers.Serializer):
        return _members(field, data) if isinstance(data, Mapping) else data
    if isinstance(field, serializers.ListField | serializers.ListSerializer):
        return [typed(field.child, item) for item in data] if isinstance(data, list) else data
    if isinstance(field, serializers.DictField):
        return {key: typed(field.child, item) for key, item in data.items()} if isinstance(data, dict) else data
    return data if _fits(field, data) else Mistyped(data)


def _members(serializer: serializers.Serializer[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    fields = serializer.fields
    return {name: typed(fields[name], value) if name in fields else value for name, value in data.items()}


def _fits(field: Any, data: Any) -> bool:
    if isinstance(field, serializers.ChoiceField):
        return type(data) in {type(key) for key in field.choices}
    wanted = next((types for kind, types in _TYPES if isinstance(field, kind)), None)
    if wanted is None:
        return True
    return type(data) in wanted and not (type(data) is int and abs(data) > sys.float_info.max)
