"""Profiles over the API: how the parts are weighed, and what is desired of each, for whom."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.stages import Stage
from health.actions import profiles as actions
from health.models import HealthProfile, WeightsChange
from health.parts import LABELS, PARTS, Part
from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

REFUSALS = (
    actions.NotHundred, actions.NameTaken, actions.NotAvailable, actions.ForNobody, actions.TooManyProfiles,
)  # fmt: skip


class ByPartSerializer(serializers.Serializer[Any]):
    """A whole number of 0 to 100 for each part; those that are not sent in a change stay."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            key: serializers.IntegerField(min_value=0, max_value=100, help_text=str(LABELS[Part(key)])) for key in PARTS
        }

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError, by its key, for what is no part."""
        if isinstance(data, dict) and (others := sorted(data.keys() - set(PARTS))):
            raise serializers.ValidationError({key: [_("The score has no such part.")] for key in others})
        return super().to_internal_value(data)


@example(
    "Onboarding", name="Onboarding", stages=["decision", "delivery"],
    weights=dict(zip(PARTS, (15, 10, 15, 5, 15, 15, 10, 15), strict=True)),
    targets=dict(zip(PARTS, (80, 70, 40, 30, 60, 75, 60, 80), strict=True)),
)  # fmt: skip
class HealthProfileSerializer(serializers.Serializer[HealthProfile]):
    """How much each part counts, and which value is desired of it, for some accounts. The weights total 100."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    is_default = serializers.BooleanField(
        read_only=True, help_text=gettext_lazy("For everybody who is in no other profile.")
    )
    place = serializers.IntegerField(
        read_only=True, help_text=gettext_lazy("The first that fits an account counts; the default one last.")
    )
    segment = serializers.IntegerField(
        source="segment_id", allow_null=True, required=False, min_value=1, max_value=2**63 - 1,
        help_text=gettext_lazy("The id of a segment in use; null: accounts in any."),
    )  # fmt: skip
    stages = serializers.ListField(
        child=serializers.ChoiceField(Stage.choices), required=False, help_text=gettext_lazy("Empty: in any stage.")
    )
    weights = ByPartSerializer()
    targets = ByPartSerializer(source="desired")
    changed_at = UtcDateTimeField(read_only=True, allow_null=True)
    changed_by = ByField("changed_by")
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)

    def validate_weights(self, said: dict[str, int]) -> dict[str, int]:
        """Those that are not sent stay."""
        weights = {**(self.instance.weights if self.instance else {}), **said}
        if sum(weights.values()) != 100:
            words = _("The weights must total 100; these total %(total)s.") % {"total": sum(weights.values())}
            raise serializers.ValidationError(words)
        return weights

    def validate_targets(self, said: dict[str, int]) -> dict[str, int]:
        """Those that are not sent stay."""
        return {**(self.instance.desired if self.instance else {}), **said}


class HealthProfileViewSet(Lists, Retrieves, Creates, Updates):
    """How scores are weighed, and what is desired. Each workspace has one for everybody who is in no other."""

    model = HealthProfile
    area = Area.HEALTH
    serializer_class = HealthProfileSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def rows(self) -> QuerySet[HealthProfile]:
        return HealthProfile.objects.select_related("changed_by")

    def add(self, fields: Fields) -> HealthProfile:
        try:
            return actions.create_profile(**_said(fields), at=now(), by=self.by)
        except REFUSALS as error:
            raise _refused(error) from error

    def change(self, row: HealthProfile, fields: Fields) -> None:
        if row.retired_at is not None:
            raise Conflict(_("This profile is retired. Bring it back first."))
        try:
            actions.update_profile(profile=row, **_said(fields), at=now(), by=self.by)
        except REFUSALS as error:
            raise _refused(error) from error

    @extend_schema(summary=gettext_lazy("Let it count earlier"), request=None, responses=HealthProfileSerializer)
    @action(detail=True, methods=["post"])
    def earlier(self, request: Request, pk: str) -> Response:
        """It counts before the profile that stood before it."""
        return self._moved(-1)

    @extend_schema(summary=gettext_lazy("Let it count later"), request=None, responses=HealthProfileSerializer)
    @action(detail=True, methods=["post"])
    def later(self, request: Request, pk: str) -> Response:
        """It counts after the profile that stood after it; the default one stays the last."""
        return self._moved(1)

    def _moved(self, steps: int) -> Response:
        row: HealthProfile = self.get_object()
        if row.retired_at is not None:
            raise Conflict(_("This profile is retired. Bring it back first."))
        try:
            actions.move_profile(profile=row, by_steps=steps, at=now(), by=self.by)
        except actions.IsDefault as error:
            raise Conflict(_("This profile is for everybody else: it stays the last.")) from error
        row.refresh_from_db()
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Retire"), request=None, responses=HealthProfileSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Its accounts are scored by the next profile that fits."""
        try:
            return Response(self.shown(actions.retire_profile(profile=self.get_object(), at=now(), by=self.by)))
        except actions.IsDefault as error:
            raise Conflict(_("This profile is for everybody else: it cannot be retired.")) from error

    @extend_schema(summary=gettext_lazy("Bring back"), request=None, responses=HealthProfileSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """A retired profile counts again, in the place it had."""
        try:
            row = actions.restore_profile(profile=self.get_object(), at=now(), by=self.by)
        except actions.NameTaken as error:
            raise Conflict(_("Another profile has this name by now. Rename that one first.")) from error
        except actions.TooManyProfiles as error:
            raise _refused(error) from error
        return Response(self.shown(row))


class WeightsChangeSerializer(serializers.Serializer[WeightsChange]):
    id = serializers.IntegerField()
    profile = serializers.IntegerField(source="profile_id")
    at = UtcDateTimeField()
    by = ByField()
    before = serializers.DictField(child=serializers.IntegerField(), help_text=gettext_lazy("Weights by part."))
    after = serializers.DictField(child=serializers.IntegerField())
    done = serializers.IntegerField(help_text=gettext_lazy("Chunks of earlier scores that were computed anew."))
    total = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("null: they have not been counted yet."))
    finished_at = UtcDateTimeField(allow_null=True)


class WeightsChangeFilters(serializers.Serializer[WeightsChange]):
    profile = IdParameter()


class WeightsChangeViewSet(Lists, Retrieves):
    """When weights changed, and how far the scores of earlier days have been computed by the new ones."""

    model = WeightsChange
    area = Area.HEALTH
    filters = WeightsChangeFilters
    serializer_class = WeightsChangeSerializer

    def rows(self) -> QuerySet[WeightsChange]:
        found: QuerySet[WeightsChange] = WeightsChange.objects.select_related("by")
        return found


def _said(fields: Fields) -> Fields:
    """As the actions name them."""
    if "desired" in fields:
        fields["targets"] = fields.pop("desired")
    return fields


def _refused(error: Exception) -> ValidationError:
    if isinstance(error, actions.NameTaken):
        return ValidationError({"name": [_("Another profile has this name.")]})
    if isinstance(error, actions.NotAvailable):
        return ValidationError({"segment": [_("There is no such segment in use.")]})
    if isinstance(error, actions.ForNobody):
        words = _("A profile is for a segment or for stages, but for the default one, which is for everybody else.")
        return ValidationError({"segment": [words]})
    if isinstance(error, actions.NotHundred):
        return ValidationError({"weights": [_("The weights must total 100.")]})
    words = _("There are at most %(most)s profiles.") % {"most": actions.MOST_PROFILES}
    return ValidationError({"non_field_errors": [words]})


def routes(router: SimpleRouter) -> None:
    """Add what is about profiles below /api/v1/."""
    router.register("health-profiles", HealthProfileViewSet, basename="health-profiles")
    router.register("weights-changes", WeightsChangeViewSet, basename="weights-changes")
