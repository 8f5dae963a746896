"""Numbers about customers over the API."""

from dataclasses import replace
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import metrics as metric_actions
from accounts.actions.metric_sources import note_source
from accounts.batches import complaints
from accounts.batches import readings as batches
from accounts.models import Metric, MetricDay, MetricSource
from lib.bounds import MOST
from lib.rest import UtcDateTimeField
from lib.time import now, today
from workspaces.api import ApiViewSet, IdParameter, Lists
from workspaces.capabilities import Capability
from workspaces.scopes import Area

Kind = MetricSource.Kind
MOST_BYTES = 4 * 1024 * 1024


class MetricSourceSerializer(serializers.Serializer[MetricSource]):
    kind = serializers.ChoiceField(MetricSource.Kind.choices)
    name = serializers.CharField(allow_blank=True, help_text=gettext_lazy("Of the API token."))
    last_at = UtcDateTimeField(help_text=gettext_lazy("To the hour."))


class MetricSerializer(serializers.Serializer[Metric]):
    id = serializers.IntegerField()
    key = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=120)
    unit = serializers.CharField(max_length=40, allow_blank=True)
    kind = serializers.ChoiceField(Metric.Kind.choices)
    good = serializers.ChoiceField(Metric.Good.choices)
    sources = MetricSourceSerializer(
        many=True, help_text=gettext_lazy("Who writes it from outside. Of one account and day the later one counts.")
    )


class MetricViewSet(Lists):
    """The metrics there are. A new one is defined by the first batch that names its kind."""

    model = Metric
    area = Area.METRICS
    serializer_class = MetricSerializer

    def rows(self) -> QuerySet[Metric]:
        return Metric.objects.prefetch_related(Prefetch("sources", MetricSource.objects.order_by("-last_at", "-pk")))


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
    value = serializers.FloatField(required=False, min_value=-MOST, max_value=MOST)
    n = serializers.IntegerField(required=False, min_value=1, max_value=batches.MOST_IN_A_DAY)
    total = serializers.FloatField(required=False, min_value=-MOST, max_value=MOST)
    last = serializers.FloatField(required=False, min_value=-MOST, max_value=MOST)


class BatchSerializer(serializers.Serializer[Any]):
    readings = serializers.ListField(child=ReadingSerializer(), max_length=batches.MOST_READINGS)
    keep_good = serializers.BooleanField(
        required=False, default=False, help_text=gettext_lazy("Write the good readings though others are refused.")
    )


class RefusedReadingSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text=gettext_lazy("The reading's place in the call, from 0."))
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class WrittenSerializer(serializers.Serializer[Any]):
    written = serializers.IntegerField(help_text=gettext_lazy("How many day rows were set."))
    refused = RefusedReadingSerializer(many=True, help_text=gettext_lazy("With `keep_good`: those that were left out."))


class MetricBatchViewSet(ApiViewSet):
    """Readings from a customer's own systems."""

    model = MetricDay
    area = Area.METRICS
    write_capability = Capability.EDIT_ACCOUNTS
    most_bytes = MOST_BYTES
    items_to_one = 1000

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

        When any reading is wrong nothing is written, and the answer is 400 with each wrong field by its path
        (`readings.17.day`); with `keep_good` the good ones are written, and the others listed by their place.
        """
        at = now()
        try:
            readings, keep_good = batches.listed(request.data)
            self.weigh(len(readings))
            rows, errors = self._rows(readings, keep_good)
        except batches.Refused as refused:
            raise serializers.ValidationError(refused.errors) from refused
        written = metric_actions.upsert_day_rows(rows=rows, at=at)
        name = getattr(request.auth, "name", "")
        note_source(metric_ids={rows.metric_ids[key] for key in rows.metrics}, kind=Kind.API, name=name, at=at)
        return Response({"written": written, "refused": [{"index": i, "errors": errors[i]} for i in sorted(errors)]})

    def _rows(self, readings: list[Any], keep_good: bool) -> tuple[metric_actions.DayRows, dict[int, complaints.Wrong]]:
        """Day rows to write, and what is wrong with the readings that are left out."""
        try:
            return self._good_rows(readings), {}
        except batches.Odd:
            good, errors = complaints.sorted_out(readings, today=today())
        if not keep_good:
            raise batches.Refused({"readings": {str(place): errors[place] for place in sorted(errors)}})
        return self._good_rows(good), errors

    def _good_rows(self, readings: list[Any]) -> metric_actions.DayRows:
        columns = batches.columns(readings, today=today())
        there = batches.known(columns.accounts, columns.metrics, columns.kinds)
        rows = batches.day_rows(columns, there)
        defined = {
            key: metric_actions.define_metric(key=key, name=key.replace("_", " ").capitalize(), kind=kind).pk
            for key, kind in there.new.items()
        }
        return replace(rows, metric_ids={**rows.metric_ids, **defined}) if defined else rows
