"""What is changed for many customers at once, and whether it helped."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from voice.actions import improvements as actions
from voice.models import Improvement, Measure, Theme
from voice.queries import improvements as queries
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.models import Member
from workspaces.scopes import Area

T = TypeVar("T")


def _acted(act: Callable[[], T]) -> T:
    """What the action says, with its refusals as the API tells them."""
    try:
        return act()
    except actions.NeedsTheme as error:
        raise serializers.ValidationError({"theme": [_("This measure counts the comments of a theme.")]}) from error
    except actions.Settled as error:
        raise Conflict(_("It was done or dropped already.")) from error


class EffectSerializer(serializers.Serializer[Any]):
    """`change` is the share after less the share before, within `low` to `high` 19 times out of 20."""

    hits_before = serializers.IntegerField(source="before.hits")
    of_before = serializers.IntegerField(source="before.n")
    hits_after = serializers.IntegerField(source="after.hits", allow_null=True, default=None)
    of_after = serializers.IntegerField(source="after.n", allow_null=True, default=None)
    change = serializers.FloatField(allow_null=True)
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    outcome = serializers.ChoiceField([(one.value, one.value) for one in queries.Outcome])

    def get_low(self, effect: queries.Effect) -> float | None:
        return effect.interval[0] if effect.interval else None

    def get_high(self, effect: queries.Effect) -> float | None:
        return effect.interval[1] if effect.interval else None


@example("An improvement", title="A call back within the hour", theme=1, measure="negative", due_on="2026-12-31")
class ImprovementSerializer(serializers.Serializer[Improvement]):
    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=200)
    about = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    theme = OwnRow(Theme, required=False, allow_null=True)
    owner = OwnRow(Member, required=False, allow_null=True)
    measure = serializers.ChoiceField(Measure.choices)
    window_days = serializers.IntegerField(min_value=14, max_value=365, required=False)
    due_on = serializers.DateField()
    created_at = UtcDateTimeField(read_only=True)
    created_by = ByField("created_by")
    done_at = UtcDateTimeField(read_only=True, allow_null=True)
    dropped_at = UtcDateTimeField(read_only=True, allow_null=True)
    verified_at = UtcDateTimeField(read_only=True, allow_null=True)
    effect = serializers.SerializerMethodField()

    @extend_schema(responses=EffectSerializer)
    def get_effect(self, row: Improvement) -> Any:
        return EffectSerializer(queries.effect(row)).data


class ImprovementFilters(serializers.Serializer[Improvement]):
    theme = IdParameter()
    owner = IdParameter()
    due_before = serializers.DateField(source="due_on__lt", required=False)


class ImprovementViewSet(Lists, Retrieves, Creates, Updates):
    """What is changed for many customers at once, and whether it helped."""

    model = Improvement
    area = Area.SURVEYS
    filters = ImprovementFilters
    serializer_class = ImprovementSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Improvement]:
        return queries.improvements()

    def add(self, fields: Fields) -> Improvement:
        return _acted(lambda: actions.add_improvement(changes=fields, at=now(), by=self.by))

    def change(self, row: Improvement, fields: Fields) -> None:
        _acted(lambda: actions.change_improvement(improvement=row, changes=fields))

    @extend_schema(summary=gettext_lazy("Done"), request=None, responses=ImprovementSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """From now on it is measured whether it helped."""
        row = self.get_object()
        _acted(lambda: actions.finish(improvement=row, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Dropped"), request=None, responses=ImprovementSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """It will not be done."""
        row = self.get_object()
        _acted(lambda: actions.drop(improvement=row, at=now()))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Open again"), request=None, responses=ImprovementSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Not done after all, or wanted again."""
        row = self.get_object()
        actions.reopen(improvement=row)
        return Response(self.shown(row))
