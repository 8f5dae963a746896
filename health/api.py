"""Scores with their parts, and alerts, over the API."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
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
from health.actions import care, profiles
from health.actions import rules as rule_actions
from health.beside import AttitudeSerializer, FamilyHealthSerializer
from health.models import Alert, HealthDay, HealthProfile, HealthScore
from health.parts import MEASURE_LABELS, TOTAL_WEIGHT, Part
from health.resources import profiles as profile_resources
from health.resources import pulses as pulse_resources
from health.resources import rules as rule_resources
from health.rules import Rule
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now, today
from workspaces.api import ByField, Fields, IdParameter, Lists, OfAccount, Retrieves, Settings, example
from workspaces.capabilities import Capability
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
    score = serializers.FloatField(min_value=0, max_value=100, allow_null=True)
    band = BlankIsNull(Band.choices)
    coverage = serializers.FloatField(min_value=0, max_value=1)


class HealthSerializer(serializers.Serializer[Any]):
    """The current score of one account. Before the first scoring there is no day, and no part."""

    account = serializers.IntegerField()
    score = serializers.FloatField(min_value=0, max_value=100, allow_null=True)
    band = BlankIsNull(Band.choices)
    coverage = serializers.FloatField(min_value=0, max_value=1)
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
        """The scores of the last days, oldest first: one a scored day."""
        days = self.asked(HistoryFilters)["days"]
        scores = queries.history(self.get_object(), days=days, today=today())
        return Response(HistorySerializer({"results": scores}).data)


def _line(account_id: int, view: queries.ScoreView | None) -> Fields:
    names = ("score", "band", "coverage", "day", "computed_at", "parts")
    nothing: Fields = {"score": None, "band": "", "coverage": 0, "day": None, "computed_at": None, "parts": []}
    return {"account": account_id} | ({name: getattr(view, name) for name in names} if view else nothing)


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


class WeightsSerializer(serializers.Serializer[Any]):
    """How much each part of the score counts; the eight total 100."""

    intent = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)
    needs = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)
    adoption = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)
    outcomes = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)
    relationships = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)
    engagement = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)
    education = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)
    journey = serializers.IntegerField(min_value=0, max_value=TOTAL_WEIGHT)


@example("Silence counts more", weights={"engagement": 20, "adoption": 15}, rules_off=[])
class HealthSettingsSerializer(serializers.Serializer[Any]):
    weights = WeightsSerializer()
    rules_off = serializers.ListField(
        child=serializers.ChoiceField(Rule.choices),
        help_text=gettext_lazy("Of the first three rules, those that open no alerts."),
    )
    changed_at = UtcDateTimeField(read_only=True, allow_null=True)
    changed_by = ByField("changed_by")

    def validate_weights(self, said: dict[str, int]) -> dict[str, int]:
        """Those that are not sent stay."""
        weights = queries.weights() | said
        try:
            profiles.check(weights)
        except profiles.NotHundred as error:
            words = _("The weights must total 100; these total %(total)s.") % {"total": sum(weights.values())}
            raise serializers.ValidationError(words) from error
        return weights


class HealthSettingsViewSet(Settings):
    """How the parts of the score are weighed, and which rules open alerts. Other weights score every account anew."""

    model = HealthProfile
    area = Area.HEALTH
    serializer_class = HealthSettingsSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def current(self) -> Fields:
        profile = queries.profile()
        return {
            "weights": queries.weights(),
            "rules_off": queries.rules_off(),
            "changed_at": profile.changed_at if profile else None,
            "changed_by": profile.changed_by if profile else None,
        }

    def change(self, fields: Fields) -> None:
        if "weights" in fields:
            profiles.set_weights(weights=fields["weights"], at=now(), by=self.by)
        if "rules_off" in fields:
            rule_actions.switch_first_rules(off=sorted(set(fields["rules_off"])), at=now(), by=self.by)


# ------------------------------------------------------------------------------------------- alerts
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
    snoozed_until = serializers.DateField(allow_null=True)
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
        return queries.alerts()

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


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("health/days", HealthDayViewSet, basename="health-days")
    router.register("health", HealthSettingsViewSet, basename="health-settings")
    router.register("health", HealthViewSet, basename="health")
    router.register("alerts", AlertViewSet, basename="alerts")
    rule_resources.routes(router)
    profile_resources.routes(router)
    pulse_resources.routes(router)
