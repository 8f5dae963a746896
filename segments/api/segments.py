"""Segments over the API: what they say, and whom they hold."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from accounts.stages import Band, Stage
from lib.names import refuse_unseen
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from segments import queries, registry, sentences
from segments.actions import segments as actions
from segments.api.conditions import ConditionsField
from segments.conditions import BadConditions, Kind, Op, ops_of
from segments.models import Segment, SegmentDay
from segments.registry import Field
from workspaces.api import Creates, Fields, IdParameter, Lists, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


@example(
    "Renewing soon and unwell",
    name="Renewing soon and unwell",
    conditions={
        "all": [
            {"field": "stage", "op": "any_of", "value": ["use", "loyalty"]},
            {"field": "score", "op": "below", "value": 60},
            {"field": "renews_on", "op": "next_days", "value": 90},
        ]
    },
)
class SegmentSerializer(serializers.Serializer[Segment]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80, validators=[refuse_unseen])
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    conditions = ConditionsField()
    sentence = serializers.SerializerMethodField(help_text=gettext_lazy("The conditions in words."))
    problems = serializers.SerializerMethodField(
        help_text=gettext_lazy("What is wrong with them by now, a retired field say; then the segment holds nobody.")
    )
    members = serializers.IntegerField(source="members_count", read_only=True)
    computed_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text=gettext_lazy("Null until its accounts have been found.")
    )
    archived_at = UtcDateTimeField(read_only=True, allow_null=True)
    deleted_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text=gettext_lazy("It can be brought back for ten minutes.")
    )

    def get_sentence(self, segment: Segment) -> str:
        return self._reading(segment).sentence

    def get_problems(self, segment: Segment) -> list[str]:
        return self._reading(segment).problems

    def _reading(self, segment: Segment) -> queries.Reading:
        return queries.read_out(segment.conditions, self.context["view"].catalogue)


class SegmentAccountSerializer(serializers.Serializer[Account]):
    """One account in a segment, `since` it was found there."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    tier = serializers.ChoiceField(Account.Tier.choices)
    arr_minor = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    score = serializers.FloatField(source="health_score", allow_null=True, min_value=0, max_value=100)
    band = BlankIsNull(Band.choices, source="health_band")
    renews_on = serializers.DateField(allow_null=True)
    since = UtcDateTimeField()


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField(help_text=gettext_lazy("In words."))  # type: ignore[assignment]  # a field, too


class SegmentFieldSerializer(serializers.Serializer[Field]):
    """One thing to ask about accounts."""

    key = serializers.CharField(help_text=gettext_lazy("As conditions name it: `field`."))
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the serializer's own
    kind = serializers.ChoiceField(
        [kind.value for kind in Kind],
        help_text=gettext_lazy("`money` is asked in the smallest unit, with a `currency` beside the value."),
    )
    ops = serializers.SerializerMethodField(help_text=gettext_lazy("How it can be asked about: `op`."))
    days = serializers.IntegerField(
        allow_null=True, help_text=gettext_lazy("Where it has a window, which conditions must name: the usual one.")
    )
    choices = serializers.SerializerMethodField(help_text=gettext_lazy("What a value can be; null: anything."))

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField([op.value for op in Op])))
    def get_ops(self, field: Field) -> list[str]:
        return [op.value for op in ops_of(field)]

    @extend_schema_field(ChoiceSerializer(many=True, allow_null=True))
    def get_choices(self, field: Field) -> list[dict[str, str]] | None:
        options = field.options
        return None if options is None else [{"value": value, "label": words} for value, words in options.items()]


class SegmentFieldsSerializer(serializers.Serializer[Any]):
    fields = SegmentFieldSerializer(many=True)  # type: ignore[assignment]  # a field of this name


class SegmentViewSet(Lists, Retrieves, Creates, Updates):
    """Saved choices of accounts, kept up to date in the background; archived ones hold nobody."""

    model = Segment
    area = Area.SEGMENTS
    serializer_class = SegmentSerializer
    write_capability = Capability.WORK

    @cached_property
    def catalogue(self) -> dict[str, Field]:
        """Read once a request, whatever it lists."""
        return registry.catalogue()

    def rows(self) -> QuerySet[Segment]:
        return queries.kept()

    def add(self, fields: Fields) -> Segment:
        raw = fields.pop("conditions")
        try:
            return actions.create_segment(raw=raw, **fields, at=now(), by=self.by)
        except (BadConditions, actions.NameTaken, actions.TooManySegments) as error:
            raise _refused(error) from error

    def change(self, row: Segment, fields: Fields) -> None:
        said = {name: fields.get(name, getattr(row, name)) for name in ("name", "note")}
        raw = fields.get("conditions", row.conditions)
        try:
            actions.update_segment(segment=row, raw=raw, **said, at=now(), by=self.by)
        except (BadConditions, actions.NameTaken) as error:
            raise _refused(error) from error

    @extend_schema(summary=gettext_lazy("What can be asked"), responses=SegmentFieldsSerializer)
    @action(detail=False)
    def fields(self, request: Request) -> Response:
        """Every field that conditions can name in this workspace, its own metrics and fields among them."""
        known: Any = self.catalogue.values()
        return Response({"fields": SegmentFieldSerializer(known, many=True).data})

    @extend_schema(summary=gettext_lazy("Archive"), request=None, responses=SegmentSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str) -> Response:
        """It holds nobody from now on, and can be brought back at any time."""
        row = actions.archive(segment=self.get_object(), at=now(), by=self.by)
        return Response(self.get_serializer(row).data)

    @extend_schema(summary=gettext_lazy("Delete"), request=None, responses=SegmentSerializer)
    @action(detail=True, methods=["post"], url_path="delete")  # a view's `delete` would answer that HTTP method
    def drop(self, request: Request, pk: str) -> Response:
        """For good in ten minutes. Waves and changes that were begun with its accounts go on with them."""
        row = actions.delete(segment=self.get_object(), at=now(), by=self.by)
        return Response(self.get_serializer(row).data)

    @extend_schema(summary=gettext_lazy("Bring back"), request=None, responses=SegmentSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """What was archived, or deleted less than ten minutes ago; its accounts are found anew."""
        segment: Segment = get_object_or_404(Segment.objects.all(), pk=pk)
        try:
            row = actions.restore(segment=segment, at=now(), by=self.by)
        except actions.NameTaken as error:
            raise Conflict(_("Another segment has this name by now. Rename that one first.")) from error
        except actions.TooLate as error:
            raise Http404 from error
        return Response(self.get_serializer(row).data)

    @extend_schema(summary=gettext_lazy("Page through its accounts"), responses=SegmentAccountSerializer(many=True))
    @action(detail=True)
    def accounts(self, request: Request, pk: str) -> Response:
        """The accounts that it held when it was last computed."""
        page: Any = self.paginate_queryset(queries.members_since(self.get_object().pk))
        return self.get_paginated_response(SegmentAccountSerializer(page, many=True).data)


def _refused(error: Exception) -> serializers.ValidationError:
    if isinstance(error, BadConditions):
        return serializers.ValidationError({"conditions": sentences.problems(error.problems, registry.catalogue())})
    if isinstance(error, actions.NameTaken):
        return serializers.ValidationError({"name": [_("Another segment has this name.")]})
    most = _("A workspace has at most %(most)s segments. Archive one first.")
    return serializers.ValidationError({"non_field_errors": [most % {"most": actions.MOST_SEGMENTS}]})


class SegmentDaySerializer(serializers.Serializer[SegmentDay]):
    day = serializers.DateField()
    entered = serializers.IntegerField()
    left = serializers.IntegerField()
    members = serializers.IntegerField(help_text=gettext_lazy("At the end of the day, UTC."))


class SegmentDayFilters(serializers.Serializer[SegmentDay]):
    segment = IdParameter(required=True)
    since = serializers.DateField(source="day__gte", required=False)
    until = serializers.DateField(source="day__lt", required=False)


class SegmentDayViewSet(Lists):
    """How many accounts entered and left a segment, day by day; days on which nothing changed are left out."""

    model = SegmentDay
    area = Area.SEGMENTS
    filters = SegmentDayFilters
    serializer_class = SegmentDaySerializer
    ordering = "day"

    def rows(self) -> QuerySet[SegmentDay]:
        found: QuerySet[SegmentDay] = SegmentDay.objects.filter(segment__in=queries.kept())
        return found
