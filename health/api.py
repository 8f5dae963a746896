"""Scores with their parts over the API."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.models import Account
from accounts.stages import Band
from health import queries
from health.beside import AttitudeSerializer, FamilyHealthSerializer
from health.models import HealthDay, HealthScore
from health.parts import MEASURE_LABELS, Confidence, Part
from health.resources import profiles as profile_resources
from health.resources import pulses as pulse_resources
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import today
from workspaces.api import Fields, IdParameter, Lists, Retrieves
from workspaces.scopes import Area

MOST_DAYS = 730


# ------------------------------------------------------------------------------------------- scores
class MeasureSerializer(serializers.Serializer[queries.MeasureView]):
    """One way a part is measured: a `value` of 0 to 100, how much stands behind it, and the rows' numbers in words."""

    key = serializers.ChoiceField([(key, label) for key, label in MEASURE_LABELS.items()])
    value = serializers.FloatField(allow_null=True, help_text=gettext_lazy("Null where nothing is known."))
    weight = serializers.FloatField(help_text=gettext_lazy("Its share of the part; 0: it takes points off the part."))
    coverage = serializers.FloatField(min_value=0, max_value=1)
    sentence = serializers.CharField()


class PartSerializer(serializers.Serializer[queries.PartView]):
    """One part of a score: `points` of its `weight`, for a `value` of 0 to 100, said in a `sentence`.

    It weighs as much as is known of it: its weight times its coverage. `mean`: what it is worth among the customers.
    """

    key = serializers.ChoiceField(Part.choices)
    value = serializers.FloatField(allow_null=True, help_text=gettext_lazy("Null where nothing is known."))
    weight = serializers.IntegerField(help_text=gettext_lazy("Of 100, as set for the workspace."))
    points = serializers.FloatField(allow_null=True, help_text=gettext_lazy("They add up to the score."))
    coverage = serializers.FloatField(min_value=0, max_value=1)
    mean = serializers.FloatField(
        allow_null=True, help_text=gettext_lazy("Of the customers it is known of; null while they are too few.")
    )
    target = serializers.IntegerField(
        min_value=0, max_value=100, help_text=gettext_lazy("The value that the account's profile desires now.")
    )
    sentence = serializers.CharField()
    measures = MeasureSerializer(many=True)


class ScoreSerializer(serializers.Serializer[HealthScore]):
    day = serializers.DateField()
    score = serializers.FloatField(
        source="told", min_value=0, max_value=100, allow_null=True, help_text=gettext_lazy("Null without a band.")
    )
    band = BlankIsNull(Band.choices)
    coverage = serializers.FloatField(min_value=0, max_value=1)


class HealthSerializer(serializers.Serializer[Any]):
    """The current score of one account. Before the first scoring there is no day, and no part."""

    account = serializers.IntegerField()
    score = serializers.FloatField(
        min_value=0, max_value=100, allow_null=True, help_text=gettext_lazy("Null without a band.")
    )
    band = BlankIsNull(Band.choices)
    coverage = serializers.FloatField(min_value=0, max_value=1)
    confidence = serializers.ChoiceField(
        Confidence.choices, help_text=gettext_lazy("By the coverage: high from 0.7, medium from 0.4, low from 0.25.")
    )
    day = serializers.DateField(allow_null=True)
    computed_at = UtcDateTimeField(allow_null=True)
    parts = PartSerializer(many=True)
    attitude = AttitudeSerializer(allow_null=True, help_text=gettext_lazy("Null before it is first measured."))
    family_health = FamilyHealthSerializer(allow_null=True, help_text=gettext_lazy("Null where nothing is below it."))


class HealthFilters(serializers.Serializer[Account]):
    account = IdParameter(source="pk")
    band = serializers.ChoiceField(Band.choices, source="health_band", required=False)


class HistoryFilters(serializers.Serializer[HealthScore]):
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=90)


class HistorySerializer(serializers.Serializer[Any]):
    results = ScoreSerializer(many=True)


class HealthViewSet(Lists, Retrieves):
    """Current scores, one an account, each with the parts that it is made of. The id is the account's."""

    model = Account
    area = Area.HEALTH
    filters = HealthFilters
    serializer_class = HealthSerializer

    def rows(self) -> QuerySet[Account]:
        return Account.objects.all()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._told(page))

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self._told([self.get_object()])[0])

    def _told(self, accounts: Sequence[Account]) -> Any:
        ids = [account.pk for account in accounts]
        desired, attitudes = queries.profiles_of(ids), queries.attitudes_of(ids)
        scores = {pk: queries.against(view, desired[pk]) for pk, view in queries.scores_of(ids).items()}
        families = queries.family_health_of(ids)
        lines = [
            _line(pk, scores.get(pk)) | {"attitude": attitudes.get(pk), "family_health": families.get(pk)} for pk in ids
        ]
        return self.get_serializer(lines, many=True).data

    @extend_schema(summary=gettext_lazy("Its history"), parameters=[HistoryFilters], responses=HistorySerializer)
    @action(detail=True)
    def history(self, request: Request, pk: str) -> Response:
        """The scores of the last days, oldest first: the one that stood when they began, then one a day of change."""
        days = self.asked(HistoryFilters)["days"]
        scores = queries.history(self.get_object(), days=days, today=today())
        return Response(HistorySerializer({"results": scores}).data)


def _line(account_id: int, view: queries.ScoreView | None) -> Fields:
    names = ("score", "band", "coverage", "confidence", "day", "computed_at", "parts")
    nothing: Fields = {
        "score": None, "band": "", "coverage": 0, "confidence": Confidence.NONE, "day": None, "computed_at": None,
        "parts": [],
    }  # fmt: skip
    told = {name: getattr(view, name) for name in names} | {"score": view.told} if view else nothing
    return {"account": account_id} | told


# ------------------------------------------------------------------------------------------- the whole workspace
class HealthDaySerializer(serializers.Serializer[HealthDay]):
    day = serializers.DateField()
    healthy = serializers.IntegerField()
    watch = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    no_band = serializers.IntegerField()
    mean = serializers.FloatField(
        allow_null=True, min_value=0, max_value=100, help_text=gettext_lazy("Of the scores that have a band.")
    )


class HealthDayFilters(serializers.Serializer[HealthDay]):
    since = serializers.DateField(source="day__gte", required=False)
    until = serializers.DateField(source="day__lt", required=False)


class HealthDayViewSet(Lists):
    """How many accounts stood in each band, day by day."""

    model = HealthDay
    area = Area.HEALTH
    filters = HealthDayFilters
    serializer_class = HealthDaySerializer
    ordering = "day"

    def rows(self) -> QuerySet[HealthDay]:
        found: QuerySet[HealthDay] = HealthDay.objects.all()
        return found


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("health/days", HealthDayViewSet, basename="health-days")
    router.register("health", HealthViewSet, basename="health")
    profile_resources.routes(router)
    pulse_resources.routes(router)
