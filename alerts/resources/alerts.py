"""Alerts, how a workspace deals with them, and accounts taken off Today, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.models import Account
from alerts import queries
from alerts.actions import care, dismissals
from alerts.actions import settings as setting_actions
from alerts.models import Alert, AlertSettings, Dismissal
from lib.bounds import json_number
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now, today
from workspaces.api import (
    ByField,
    Creates,
    Fields,
    IdParameter,
    Lists,
    OfAccount,
    OwnRow,
    Retrieves,
    Settings,
    example,
)
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class AlertSerializer(serializers.Serializer[Alert]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    rule = serializers.CharField(help_text=gettext_lazy("The key of the rule that opened it."))
    reason = serializers.CharField(help_text=gettext_lazy("Why, in words."))
    next_step = serializers.CharField(help_text=gettext_lazy("What to do first, in words."))
    is_urgent = serializers.BooleanField()
    opened_at = UtcDateTimeField()
    closed_at = UtcDateTimeField(allow_null=True)
    closed_how = BlankIsNull(Alert.Closed.choices)
    acknowledged_at = UtcDateTimeField(allow_null=True)
    acknowledged_by = ByField("acknowledged_by")
    snoozed_until = serializers.DateField(allow_null=True)
    snooze_reason = serializers.CharField(help_text=gettext_lazy("Why it can wait."))
    resolved_by = ByField("resolved_by")
    resolution = serializers.CharField(help_text=gettext_lazy("What was done."))
    assignee = serializers.IntegerField(
        source="assignee_id", allow_null=True, help_text=gettext_lazy("A member's id; null: the account's owner.")
    )
    escalated_at = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("When it went to the managers, untouched."))
    escalated_to = serializers.ListField(child=serializers.IntegerField(), help_text=gettext_lazy("Ids of members."))


class AlertFilters(OfAccount):
    assignee = IdParameter(source="assignee_id")
    open = serializers.BooleanField(source="closed_at__isnull", required=False)
    rule = serializers.CharField(max_length=20, required=False)


@example("To a member", member=1)
class AssignSerializer(serializers.Serializer[Any]):
    member = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=2**63 - 1,
        help_text=gettext_lazy("The id of an active member who may work; null: back to the account's owner."),
    )  # fmt: skip


class SnoozeSerializer(serializers.Serializer[Any]):
    until = serializers.DateField(help_text=gettext_lazy("The day on which it shows again."))
    reason = serializers.CharField(max_length=200)


class ResolveSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class AlertViewSet(Lists, Retrieves):
    """Accounts that need somebody: one alert an episode, from its opening until it is over."""

    model = Alert
    area = Area.HEALTH
    filters = AlertFilters
    serializer_class = AlertSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Alert]:
        return queries.alerts().select_related("acknowledged_by", "resolved_by")

    @extend_schema(summary=gettext_lazy("Acknowledge"), request=None, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Somebody takes care of it; a second time changes nothing."""
        alert = self.get_object()
        try:
            care.acknowledge_alert(alert=alert, at=now(), by=self.by)
        except care.AlertClosed as error:
            raise _closed() from error
        return Response(self.shown(alert))

    @extend_schema(summary=gettext_lazy("Assign"), request=AssignSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give it to somebody else, or back to the account's owner."""
        alert, member = self.get_object(), self.told(AssignSerializer)["member"]
        assignee = next((one for one in queries.assignees() if one.pk == member), None)
        if member is not None and assignee is None:
            raise serializers.ValidationError({"member": [_("No active member of this id may work with accounts.")]})
        try:
            care.assign_alert(alert=alert, assignee=assignee, at=now(), by=self.by)
        except care.AlertClosed as error:
            raise _closed() from error
        return Response(self.shown(alert))

    @extend_schema(summary=gettext_lazy("Snooze"), request=SnoozeSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, pk: str) -> Response:
        """Hide it until a day."""
        alert, fields = self.get_object(), self.told(SnoozeSerializer)
        try:
            care.snooze_alert(alert=alert, **fields, at=now(), by=self.by)
        except care.AlertClosed as error:
            raise _closed() from error
        except care.NotInFuture as error:
            raise serializers.ValidationError({"until": [_("A day after today.")]}) from error
        return Response(self.shown(alert))

    @extend_schema(summary=gettext_lazy("Resolve"), request=ResolveSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Close it because somebody dealt with it."""
        alert, fields = self.get_object(), self.told(ResolveSerializer)
        try:
            care.resolve_alert(alert=alert, **fields, at=now(), by=self.by)
        except care.AlertClosed as error:
            raise _closed() from error
        return Response(self.shown(alert))


def _closed() -> Conflict:
    return Conflict(_("This alert is closed."))


# ------------------------------------------------------------------------------------------- how they are dealt with
class RuleLoadSerializer(serializers.Serializer[Any]):
    """What one rule opened."""

    rule = serializers.CharField(help_text=gettext_lazy("Its key."))
    opened = serializers.IntegerField()
    rate = serializers.FloatField(
        allow_null=True, help_text=gettext_lazy("A month for each 100 accounts; null: the first is no month old.")
    )


class LoadSerializer(serializers.Serializer[Any]):
    """What all rules opened together, to be held against the budget. Customers lost since are not counted."""

    since = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("90 days ago, or the first alert."))
    opened = serializers.IntegerField()
    rate = serializers.FloatField(
        allow_null=True, help_text=gettext_lazy("A month for each 100 accounts; null: the first is no month old.")
    )
    is_above_budget = serializers.BooleanField()
    rules = RuleLoadSerializer(many=True, help_text=gettext_lazy("Those that opened any, most first."))


@example("Sooner to the managers", escalate_after_days=2)
class AlertSettingsSerializer(serializers.Serializer[AlertSettings]):
    """How many alerts can be followed, when one goes to the managers, and how many keep silent."""

    budget = json_number(setting_actions.LIMITS["budget"], gettext_lazy("Alerts a month for each 100 accounts."))
    escalate_after_days = json_number(
        setting_actions.LIMITS["escalate_after_days"],
        gettext_lazy("Days until an untouched alert goes to the managers; 0: never."),
    )
    holdout_share = json_number(
        setting_actions.LIMITS["holdout_share"], gettext_lazy("Of 100 new alerts without an event, told to nobody.")
    )
    load = serializers.SerializerMethodField(help_text=gettext_lazy("What all rules opened together."))
    changed_at = UtcDateTimeField(read_only=True, allow_null=True)
    changed_by = ByField("changed_by")

    @extend_schema_field(LoadSerializer)
    def get_load(self, settings: AlertSettings) -> dict[str, Any]:
        found = queries.load(now())
        told = {
            "since": found.since,
            "opened": sum(found.opened.values()),
            "rate": found.rate,
            "is_above_budget": found.is_above(settings.budget),
            "rules": [{"rule": key, "opened": count, "rate": rate} for key, count, rate in found.by_rule],
        }
        return dict(LoadSerializer(told).data)


class AlertSettingsViewSet(Settings):
    """How alerts are dealt with. What is open stays as it is; rules that follow a budget sent spend it from now on."""

    model = AlertSettings
    area = Area.HEALTH
    serializer_class = AlertSettingsSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def current(self) -> AlertSettings:
        return queries.alert_settings()

    def change(self, fields: Fields) -> None:
        act = setting_actions.set_budget if "budget" in fields else setting_actions.set_alerts
        act(**fields, at=now(), by=self.by)


# ------------------------------------------------------------------------------------------- off Today
@example("Signed already", account=1, until="2026-12-01", reason="They have signed; the contract comes on Monday.")
class DismissalSerializer(serializers.Serializer[Dismissal]):
    """An account taken off everybody's Today until a day, or until something new happens."""

    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    until = serializers.DateField(help_text=gettext_lazy("The day on which it comes back, after today."))
    reason = serializers.CharField(max_length=200)
    at = UtcDateTimeField(read_only=True)
    by = ByField()

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """Until a day to come, and for a reason."""
        if said["until"] <= today():
            raise serializers.ValidationError({"until": [_("A day after today.")]})
        return said


class DismissalViewSet(Lists, Retrieves, Creates):
    """Accounts that are off Today now. A new one replaces the one before."""

    model = Dismissal
    area = Area.HEALTH
    filters = OfAccount
    serializer_class = DismissalSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Dismissal]:
        return queries.off_today(today())

    def add(self, fields: Fields) -> Dismissal:
        return dismissals.dismiss(**fields, at=now(), by=self.by)

    @extend_schema(summary=gettext_lazy("Bring back"), request=None, responses=DismissalSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Put the account on Today again."""
        row = self.get_object()
        dismissals.bring_back(dismissal=row, at=now(), by=self.by)
        return Response(self.get_serializer(row).data)


def routes(router: SimpleRouter) -> None:
    """Add alerts and what is off Today below /api/v1/."""
    router.register("alerts", AlertSettingsViewSet, basename="alert-settings")
    router.register("alerts", AlertViewSet, basename="alerts")
    router.register("dismissals", DismissalViewSet, basename="dismissals")
