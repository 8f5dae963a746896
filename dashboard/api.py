"""Today's list and the search box, over the API."""

import json
from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.models import Account
from accounts.stages import Band
from dashboard import places, queries, ranking, reasons
from dashboard.ranking import Line
from health import queries as health_queries
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from lib.time import today as current_day
from workspaces.api import ApiViewSet, Fields, IdParameter
from workspaces.scopes import Area


# ------------------------------------------------------------------------------------------------- today
class TodayFilters(serializers.Serializer[Account]):
    owner = IdParameter(help_text=gettext_lazy("A member's accounts, and those with an alert assigned to them."))
    unowned = serializers.BooleanField(required=False, help_text=gettext_lazy("Those that nobody owns."))
    most = serializers.IntegerField(min_value=1, max_value=ranking.MORE_LINES, default=ranking.MOST_LINES)


class FactorSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    figure = serializers.FloatField()
    why = serializers.CharField()


class TodayLineSerializer(serializers.Serializer[Any]):
    """One account that needs somebody. `factors` multiplied are its `urgency`: 1 is a typical customer, lost today."""

    account = serializers.IntegerField()
    name = serializers.CharField()
    why = serializers.CharField()
    next_step = serializers.CharField()
    arr_minor = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    renews_on = serializers.DateField(allow_null=True)
    score = serializers.FloatField(source="health_score", allow_null=True)
    band = BlankIsNull(Band.choices, source="health_band")
    owner = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("A member's id."))
    alert = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("The most pressing of its alerts."))
    alerts = serializers.IntegerField(help_text=gettext_lazy("How many are open."))
    missing = serializers.ListField(child=serializers.CharField(), help_text=gettext_lazy("Who is missing there."))
    urgency = serializers.FloatField()
    factors = FactorSerializer(many=True)


class TodaySerializer(serializers.Serializer[Any]):
    as_of = UtcDateTimeField()
    results = TodayLineSerializer(many=True)


ONE_DAY = forced_singular_serializer(TodaySerializer)  # type: ignore[no-untyped-call]


class TodayViewSet(ApiViewSet):
    """What to do now, and why, the most urgent first; at most 200 lines, and no further pages."""

    model = Account
    area = Area.HEALTH
    filters = TodayFilters
    serializer_class = TodaySerializer

    @extend_schema(summary=gettext_lazy("Who needs somebody"), responses=ONE_DAY)
    def list(self, request: Request) -> Response:
        asked, day = self.asked(TodayFilters), current_day()
        owner = "none" if asked.get("unowned") else asked.get("owner", "")
        lines = ranking.urgent_lines(today=day, owner=owner, most=asked["most"])
        parts = health_queries.parts_on([line.account_id for line in lines if not line.alert], day)
        told = [_told(line, parts.get(line.account_id, [])) for line in lines]
        return Response(TodaySerializer({"as_of": now(), "results": told}).data)


def _told(line: Line, parts: list[dict[str, Any]]) -> Fields:
    days = (line.renews_on - current_day()).days if line.renews_on else None
    first = line.alert
    why, step = reasons.of_alert(json.loads(first.drivers)) if first else reasons.of_parts(parts)
    same = ("name", "arr_minor", "currency", "renews_on", "health_score", "health_band", "alerts", "urgency")
    return {
        **{name: getattr(line, name) for name in same},
        "account": line.account_id,
        "owner": line.owner_id,
        "why": str(why),
        "next_step": str(step),
        "alert": first.pk if first else None,
        "missing": reasons.of_people(line),
        "factors": places.factors(places.grounds(line, days)),
    }


# ------------------------------------------------------------------------------------------------- search
class SearchFilters(serializers.Serializer[Account]):
    q = serializers.CharField(max_length=100, help_text=gettext_lazy("Some words, an address or a ticket's number."))


class FoundAccountSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class FoundContactSerializer(FoundAccountSerializer):
    account = serializers.IntegerField(source="account_id")
    email = serializers.CharField()


class FoundTicketSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    number = serializers.CharField()
    subject = serializers.CharField()


class FoundSerializer(serializers.Serializer[Any]):
    meant = serializers.CharField(
        help_text=gettext_lazy("The nearest words there are, by which was looked; empty: by those that were sent.")
    )
    accounts = FoundAccountSerializer(many=True)
    contacts = FoundContactSerializer(many=True)
    tickets = FoundTicketSerializer(many=True)


FOUND = forced_singular_serializer(FoundSerializer)  # type: ignore[no-untyped-call]


class SearchViewSet(ApiViewSet):
    """Accounts, contacts and tickets by some words: the first of each kind, as the search box finds them."""

    model = Account
    area = Area.ACCOUNTS
    filters = SearchFilters
    serializer_class = FoundSerializer

    @extend_schema(summary=gettext_lazy("Look for something"), responses=FOUND)
    def list(self, request: Request) -> Response:
        return Response(FoundSerializer(queries.found(self.asked(SearchFilters)["q"])).data)


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("today", TodayViewSet, basename="today")
    router.register("search", SearchViewSet, basename="search")
