"""The weights of the score and the first rules over the API."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from alerts import queries
from alerts.actions import rules
from alerts.rules import Rule
from health import queries as health_queries
from health.actions import profiles
from health.models import HealthProfile
from health.parts import TOTAL_WEIGHT
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Fields, Settings, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


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
        weights = health_queries.weights() | said
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
        profile = health_queries.profile()
        return {
            "weights": health_queries.weights(),
            "rules_off": queries.rules_off(),
            "changed_at": profile.changed_at if profile else None,
            "changed_by": profile.changed_by if profile else None,
        }

    def change(self, fields: Fields) -> None:
        if "weights" in fields:
            profiles.set_weights(weights=fields["weights"], at=now(), by=self.by)
        if "rules_off" in fields:
            rules.switch_first_rules(off=sorted(set(fields["rules_off"])), at=now(), by=self.by)


def routes(router: SimpleRouter) -> None:
    """Add the settings of health below /api/v1/."""
    router.register("health", HealthSettingsViewSet, basename="health-settings")
