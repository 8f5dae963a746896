"""Numbers about customers over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import metrics as metric_actions
from accounts.batches import readings as batches
from accounts.models import Metric, MetricDay
from lib.time import now, today
from workspaces.api import ApiViewSet, IdParameter, Lists
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class MetricSerializer(serializers.Serializer[Metric]):
    id = serializers.IntegerField()
    key = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=120)
    unit = serializers.CharField(max_length=40, allow_blank=True)
    kind = serializers.ChoiceField(Metric.Kind.choices)
    good = serializers.ChoiceField(Metric.Good.choices)


class MetricViewSet(Lists):
    """The metrics there are. A new one is defined by the first batch that names its kind."""

    model = Metric
    area = Area.METRICS
    serializer_class = MetricSerializer

    def rows(self) -> QuerySet[Metric]:
        return Metric.objects.all()


class MetricDaySerializer(serializers.Serializer[MetricDay]):
    day = serializers.DateField()
    n = serializers.IntegerField(help_text=gettext_lazy("How many readings."))
    total = serializers.FloatField(help_text=gettext_lazy("Their sum."))
    last = serializers.FloatField(help_text=gettext_lazy("The last of them."))


class MetricDayFilters(serializers.Serializer[MetricDay]):
    account = IdParameter(required=True)
    metric = serializers.SlugField(source="metric__key", max_length=60, help_text=gettext_lazy("The metric's key."))
    since = serializers.DateField(source="day__gte", required=False)
    until = serializers.DateField(source="day__lt", required=False, help_text=gettext_lazy("The day after the last."))


class MetricDayViewSet(Lists):
    """One metric of one account, day by day (UTC), oldest first."""

    model = MetricDay
    area = Area.METRICS
    filters = MetricDayFilters
    serializer_class = MetricDaySerializer
    ordering = "day"

    def rows(self) -> QuerySet[MetricDay]:
        return MetricDay.objects.all()


class ReadingSerializer(serializers.Serializer[Any]):
    """One day of one metric of one account: a `value`, or `n` readings with their `total` and the `last`."""

    account = serializers.CharField(max_length=120, help_text=gettext_lazy("An external id of the account."))
    source = serializers.CharField(  # type: ignore[assignment]  # a field, not where this one comes from
        max_length=40,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The system that the external id is from; needed where two accounts share the id."),
    )
    metric = serializers.SlugField(max_length=60)
    kind = serializers.ChoiceField(
        Metric.Kind.choices, required=False, help_text=gettext_lazy("Defines the metric, if there is none yet.")
    )
    day = serializers.DateField()
    value = serializers.FloatField(required=False)
    n = serializers.IntegerField(required=False, min_value=1, max_value=batches.MOST_IN_A_DAY)
    total = serializers.FloatField(required=False)
    last = serializers.FloatField(required=False)


class BatchSerializer(serializers.Serializer[Any]):
    readings = serializers.ListField(child=ReadingSerializer(), max_length=batches.MOST_READINGS)


class WrittenSerializer(serializers.Serializer[Any]):
    written = serializers.IntegerField(help_text=gettext_lazy("How many day rows were set."))


class MetricBatchViewSet(ApiViewSet):
    """Readings from a customer's own systems."""

    model = MetricDay
    area = Area.METRICS
    write_capability = Capability.EDIT_ACCOUNTS

    @extend_schema(
        summary=gettext_lazy("Set day rows"),
        request=BatchSerializer,
        responses={200: WrittenSerializer},
        examples=[
            OpenApiExample(
                "A value and a day's sums",
                request_only=True,
                value={
                    "readings": [
                        {"account": "4711", "metric": "active_users", "day": "2026-06-14", "value": 38},
                        {"account": "4711", "metric": "logins", "day": "2026-06-14", "n": 90, "total": 90, "last": 1},
                    ]
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Set up to 10,000 day rows, by account, metric and day; a later one for the same three wins.

        Nothing is written when any reading is wrong: the answer then lists each wrong one by its place, from 0.
        """
        try:
            batch = batches.read(request.data, today=today())
        except batches.Refused as refused:
            raise serializers.ValidationError(refused.errors) from refused
        defined = {
            key: metric_actions.define_metric(key=key, name=key.replace("_", " ").capitalize(), kind=kind)
            for key, kind in batch.new_metrics.items()
        }
        return Response({"written": metric_actions.upsert_readings(readings=batch.readings(defined), at=now())})
