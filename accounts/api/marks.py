"""What serializers of customers share: states that are stored as the instant they began, and ids elsewhere."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class IsSetField(serializers.BooleanField):
    """Whether an instant is set; writing it is left to an action."""

    def get_attribute(self, instance: Any) -> bool:
        return super().get_attribute(instance) is not None


def check_known(row: Any, attrs: dict[str, Any]) -> None:
    """Refuse a source without its id, and an id without its source; `row` has what is not said."""
    has_source, has_id = (bool(attrs.get(name, getattr(row, name, ""))) for name in ("source", "external_id"))
    if has_source != has_id:
        lacking = "external_id" if has_source else "source"
        raise serializers.ValidationError({lacking: [_("A source and its id come together.")]})
