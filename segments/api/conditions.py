"""Conditions, as segments and criteria say them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_CONDITIONS = {
    "type": "object",
    "description": (
        "One list, `all` or `any`, of conditions `{field, op, value}`, some with `days` or `currency`. "
        "In place of a condition a further list may stand, one level deep."
    ),
    "additionalProperties": {},
}


@extend_schema_field(_CONDITIONS)
class ConditionsField(serializers.JSONField):
    """What a segment says; `segments.conditions` has the language."""
