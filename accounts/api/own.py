"""The workspace's own fields over the API: their definitions, and the values on accounts and contacts."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers

from accounts import custom
from accounts.actions import fields as field_actions
from accounts.api.marks import IsSetField
from accounts.models import CustomField
from accounts.queries.field import all_fields, fields_of
from lib.names import refuse_unseen
from lib.time import now
from workspaces.api import Creates, Fields, Lists, Retrieves, Updates, example
from workspaces.scopes import Area

_VALUES = {
    "type": "object",
    "additionalProperties": {"nullable": True, "oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]},
    "example": {"data_centre": "Frankfurt", "go_live_date": "2026-03-31", "uses_sso": True},
}


@extend_schema_field(_VALUES)
class OwnValuesField(serializers.Field[Any, Any, Any, Any]):
    """`{"data_centre": "Frankfurt"}`: values by the key of their field. Keys not named stay; null empties one."""

    default_error_messages = {"not_an_object": gettext_lazy("An object of values by the key of their field.")}

    def __init__(self, about: str, **options: Any) -> None:
        self.about = about
        self.kept: list[CustomField] | None = None
        super().__init__(required=False, **options)

    def _fields(self) -> list[CustomField]:
        """Asked once a request."""
        if self.kept is None:
            self.kept = list(fields_of(self.about))
        return self.kept

    def to_internal_value(self, data: Any) -> dict[str, custom.Value | None]:
        if not isinstance(data, dict):
            self.fail("not_an_object")
        try:
            return custom.clean_all(self._fields(), data)
        except custom.BadValues as bad:
            raise serializers.ValidationError({key: [why] for key, why in bad.errors.items()}) from bad

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return {field.key: value[field.key] for field in self._fields() if field.key in value}


_ASKED_VALUE = {"type": "string", "minLength": 1, "maxLength": custom.MOST_TEXT}
OWN_VALUES = extend_schema(
    parameters=[
        OpenApiParameter(
            "custom",
            {
                "type": "object",
                "additionalProperties": {"type": "string", "minLength": 1, "maxLength": custom.MOST_TEXT},
            },
            style="deepObject",
            explode=True,
            description=gettext_lazy(
                "Those whose own fields hold these values, by the key of each: `custom[data_centre]=Frankfurt`, or in "
                "short `custom.data_centre=Frankfurt`. `custom-fields/` has the keys; one that is none is refused."
            ),
        )
    ]
)
_ASKED = re.compile(r"custom(?:\.(?P<short>.*)|\[(?P<key>.*)\])", re.DOTALL)


def asked_values(query: Mapping[str, str], about: str) -> dict[str, custom.Value]:
    """The values that a query string asks for, as they are stored. Raises ValidationError that names each wrong one."""
    found = ((_ASKED.fullmatch(name), text) for name, text in query.items() if text)
    asked = {match["short"] or match["key"] or "": text for match, text in found if match}
    try:
        values = custom.clean_all(fields_of(about), asked) if asked else {}
    except custom.BadValues as bad:
        raise serializers.ValidationError({f"custom.{key}": [why] for key, why in bad.errors.items()}) from bad
    return {key: value for key, value in values.items() if value is not None}


@example(
    "Where their servers stand", about="account", name="Data centre", kind="choice", choices=["Frankfurt", "Dublin"]
)
class CustomFieldSerializer(serializers.Serializer[CustomField]):
    id = serializers.IntegerField(read_only=True)
    about = serializers.ChoiceField(CustomField.About.choices)
    key = serializers.RegexField(
        r"^[a-z][a-z0-9_]{0,39}$",
        required=False,
        help_text=gettext_lazy("What files and the API call it; made of the name if it is left out. It stays."),
    )
    name = serializers.CharField(max_length=80, validators=[refuse_unseen])
    kind = serializers.ChoiceField(CustomField.Kind.choices)
    choices = serializers.ListField(child=serializers.CharField(max_length=80), required=False, max_length=100)
    help = serializers.CharField(max_length=200, required=False, allow_blank=True)
    retired = IsSetField(source="retired_at", required=False, help_text=gettext_lazy("Is shown and asked for no more."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        stands = self.instance
        if isinstance(stands, CustomField):
            stay = [
                name
                for name in ("about", "key", "kind")
                if attrs.get(name, getattr(stands, name)) != getattr(stands, name)
            ]
            if stay:
                raise serializers.ValidationError({name: [_("This stays as it was.")] for name in stay})
        return attrs


class CustomFieldFilters(serializers.Serializer[CustomField]):
    about = serializers.ChoiceField(CustomField.About.choices, required=False)
    kind = serializers.ChoiceField(CustomField.Kind.choices, required=False)


class CustomFieldViewSet(Lists, Retrieves, Creates, Updates):
    """The fields that this workspace added to accounts and contacts; values are in `custom` there."""

    model = CustomField
    area = Area.ACCOUNTS
    filters = CustomFieldFilters
    serializer_class = CustomFieldSerializer

    def rows(self) -> QuerySet[CustomField]:
        return all_fields()

    def add(self, fields: Fields) -> CustomField:
        is_retired = fields.pop("retired_at", False)
        try:
            field = field_actions.define_field(**fields, at=now(), by=self.by)
        except field_actions.FieldRefused as refusal:
            raise _refused(refusal) from refusal
        if is_retired:
            field_actions.retire_field(field=field, at=now(), by=self.by)
        return field

    def change(self, row: CustomField, fields: Fields) -> None:
        try:
            field_actions.update_field(field=row, changes=fields, at=now(), by=self.by)
            if "retired_at" in fields:
                retire = field_actions.retire_field if fields["retired_at"] else field_actions.restore_field
                retire(field=row, at=now(), by=self.by)
        except field_actions.FieldRefused as refusal:
            raise _refused(refusal) from refusal


def _refused(refusal: field_actions.FieldRefused) -> serializers.ValidationError:
    return serializers.ValidationError({refusal.part: [str(refusal)]})
