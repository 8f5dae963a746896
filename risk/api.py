"""The risk of accounts with its parts, and the tests of it, over the API."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.models import Account
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now, today
from risk import actions, queries
from risk.columns import NAMES
from risk.models import Horizon, RiskRun, RiskSettings
from risk.prediction.ladder import Rung
from risk.prediction.verdict import Verdict
from workspaces.api import ByField, Fields, IdParameter, Lists, Retrieves, Settings
from workspaces.capabilities import Capability
from workspaces.scopes import Area


# ------------------------------------------------------------------------------------------- accounts
class DriverSerializer(serializers.Serializer[queries.DriverView]):
    """What one thing known of the customer does to the risk; one that does nothing is left out."""

    column = serializers.ChoiceField([(name, name) for name in NAMES])
    value = serializers.FloatField(
        allow_null=True,
        help_text=gettext_lazy(
            "0 to 100 of a part of the score; of contract 0: ends unless it is renewed, 1: renews by itself, 2: runs "
            "from month to month; months otherwise (99: no contract); of contract and renewal -1: ended within the "
            "last 90 days without another; null: not known."
        ),
    )
    sentence = serializers.CharField()
    points = serializers.IntegerField(help_text=gettext_lazy("20 points double the odds; they add up to `points`."))
    difference = serializers.FloatField(
        help_text=gettext_lazy("The chance, less what it would be of a customer who is average in this.")
    )


class RiskSerializer(serializers.Serializer[Any]):
    """The chance that one account leaves within so many days. Where it cannot be told, everything is null.

    `decile`: 1 among the tenth of customers most likely to leave. `average_points` are those of an average customer;
    with the points of all `drivers` they make `points`. `run`: the test by which the card was adopted, null by hand
    weights.
    """

    account = serializers.IntegerField()
    chance = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    horizon_days = serializers.IntegerField(allow_null=True)
    one_in = serializers.IntegerField(allow_null=True)
    decile = serializers.IntegerField(allow_null=True, min_value=1, max_value=10)
    is_validated = serializers.BooleanField(allow_null=True)
    run = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField(allow_null=True)
    average_points = serializers.IntegerField(allow_null=True)
    since = serializers.DateField(allow_null=True, help_text=gettext_lazy("The day from which it has been so."))
    drivers = DriverSerializer(many=True)


class RiskFilters(serializers.Serializer[Account]):
    account = IdParameter(source="pk")
    chance_from = serializers.FloatField(source="risk__gte", required=False, min_value=0, max_value=1)


class RiskViewSet(Lists, Retrieves):
    """How likely each account is to leave, and why. The id is the account's."""

    model = Account
    area = Area.HEALTH
    filters = RiskFilters
    serializer_class = RiskSerializer

    def rows(self) -> QuerySet[Account]:
        return Account.objects.all()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._told(page))

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self._told([self.get_object()])[0])

    def _told(self, accounts: Sequence[Account]) -> Any:
        views = queries.risks_of([account.pk for account in accounts], today=today())
        return self.get_serializer([_line(account.pk, views.get(account.pk)) for account in accounts], many=True).data


def _line(account_id: int, view: queries.RiskView | None) -> Fields:
    names = ("chance", "horizon_days", "one_in", "decile", "is_validated", "points")
    if view is None:
        nothing: Fields = dict.fromkeys((*names, "run", "average_points", "since"))
        return {"account": account_id, "drivers": [], **nothing}
    return {
        "account": account_id,
        "run": view.run.pk if view.run else None,
        "average_points": view.average,
        "since": view.row.day,
        "drivers": view.drivers,
        **{name: getattr(view, name) for name in names},
    }


# ------------------------------------------------------------------------------------------- runs
class RiskRunSerializer(serializers.Serializer[RiskRun]):
    """One test on the workspace's own history. `report`: everything its page shows, null until it has finished."""

    id = serializers.IntegerField()
    settings = serializers.DictField(help_text=gettext_lazy("What it was asked."))
    started_at = UtcDateTimeField()
    started_by = ByField("started_by")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    finished_at = UtcDateTimeField(allow_null=True)
    failure = BlankIsNull(RiskRun.Failure.choices)
    verdict = BlankIsNull([(one.value, one.value) for one in Verdict])
    rung = BlankIsNull([(one.value, one.value) for one in Rung])
    trained_from = serializers.DateField(allow_null=True)
    trained_to = serializers.DateField(allow_null=True)
    tested_from = serializers.DateField(allow_null=True)
    tested_to = serializers.DateField(allow_null=True)
    accounts = serializers.IntegerField()
    adopted_at = UtcDateTimeField(allow_null=True)
    adopted_by = ByField("adopted_by")
    retired_at = UtcDateTimeField(allow_null=True)


class RiskRunReportSerializer(RiskRunSerializer):
    report = serializers.DictField(allow_null=True)
    obstacles = serializers.SerializerMethodField(help_text=gettext_lazy("Codes of what keeps it from being adopted."))

    def get_obstacles(self, run: RiskRun) -> list[str]:
        return queries.obstacles(run)


class RiskRunViewSet(Lists, Retrieves):
    """Tests of the risk; one by itself comes with its report."""

    model = RiskRun
    area = Area.HEALTH
    serializer_class = RiskRunSerializer

    def rows(self) -> QuerySet[RiskRun]:
        return queries.runs()

    def get_serializer_class(self) -> Any:
        return RiskRunReportSerializer if self.action == "retrieve" else RiskRunSerializer


# ------------------------------------------------------------------------------------------- what is asked
class RiskSettingsSerializer(serializers.Serializer[RiskSettings]):
    horizon_days = serializers.ChoiceField(
        Horizon.choices,
        help_text=gettext_lazy("How far ahead."),
        error_messages={"invalid_choice": gettext_lazy("Must be 30, 60, 90 or 180: whole days.")},
    )
    counts_downgrade = serializers.BooleanField(
        help_text=gettext_lazy("Giving up more than half of the contract's value is leaving.")
    )
    counts_non_renewal = serializers.BooleanField(
        help_text=gettext_lazy("A contract that ended without another is leaving.")
    )
    changed_at = UtcDateTimeField(read_only=True, allow_null=True)
    changed_by = ByField("changed_by")


class RiskSettingsViewSet(Settings):
    """What the risk means: how far ahead, and who counts as having left besides those in the stage churn."""

    model = RiskSettings
    area = Area.HEALTH
    serializer_class = RiskSettingsSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def current(self) -> RiskSettings:
        return queries.settings()

    def change(self, fields: Fields) -> None:
        kept = queries.settings()
        names = ("horizon_days", "counts_downgrade", "counts_non_renewal")
        actions.set_settings(**({name: getattr(kept, name) for name in names} | fields), at=now(), by=self.by)


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses under /api/v1/."""
    router.register("risk-runs", RiskRunViewSet, basename="risk-run")
    router.register("risk", RiskSettingsViewSet, basename="risk-settings")
    router.register("risk", RiskViewSet, basename="risk")
