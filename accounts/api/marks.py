"""States that are stored as the instant they began."""

from typing import Any

from rest_framework import serializers


class IsSetField(serializers.BooleanField):
    """Whether an instant is set; writing it is left to an action."""

    def get_attribute(self, instance: Any) -> bool:
        return super().get_attribute(instance) is not None
