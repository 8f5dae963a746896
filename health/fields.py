"""Fields of models that only health has."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from health.stored import from_numbers, to_numbers


class PartsField(ArrayField):  # type: ignore[type-arg]
    """The parts of a score. A look-up goes by the place of a number: `parts__1` is the value of the first part.

    Four bytes a number: seven digits are more than any sentence tells, and there is a row a day.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["base_field"] = models.FloatField(null=True)
        super().__init__(*arguments, **options)

    def deconstruct(self) -> Any:
        name, path, arguments, options = super().deconstruct()
        del options["base_field"]
        return name, path, arguments, options

    def db_type(self, connection: Any) -> str:
        return "real[]"

    def from_db_value(self, value: list[float | None] | None, *_: Any) -> list[dict[str, Any]] | None:
        return None if value is None else from_numbers(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(to_numbers(value or ()), connection, prepared)
