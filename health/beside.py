"""What stands beside a score over the API: loyalty and satisfaction, and the family below an account."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.stages import Band
from health.axes import Quadrant
from health.families import FamilyHealth
from health.models import Attitude
from lib.rest import BlankIsNull, UtcDateTimeField


class AttitudeSerializer(serializers.Serializer[Attitude]):
    """Loyalty and satisfaction as last measured; null where nothing is known, which is not 0."""

    loyalty = serializers.FloatField(min_value=0, max_value=100, allow_null=True)
    loyalty_coverage = serializers.FloatField(min_value=0, max_value=1)
    loyalty_n = serializers.IntegerField(help_text=gettext_lazy("How many rows are behind it."))
    satisfaction = serializers.FloatField(min_value=0, max_value=100, allow_null=True)
    satisfaction_coverage = serializers.FloatField(min_value=0, max_value=1)
    satisfaction_n = serializers.IntegerField()
    quadrant = BlankIsNull(Quadrant.choices)
    measured_at = UtcDateTimeField()


class WeakestSerializer(serializers.Serializer[Any]):
    account = serializers.IntegerField(source="account_id")
    name = serializers.CharField()
    score = serializers.FloatField(min_value=0, max_value=100)


class FamilyHealthSerializer(serializers.Serializer[FamilyHealth]):
    """An account and everything below it: the mean of the scores, weighed by ARR, and the weakest of them."""

    accounts = serializers.SerializerMethodField()
    score = serializers.FloatField(min_value=0, max_value=100, allow_null=True)
    band = BlankIsNull(Band.choices)
    coverage = serializers.FloatField(
        min_value=0, max_value=1, help_text=gettext_lazy("The share of the ARR, or of the accounts, that has a score.")
    )
    is_by_arr = serializers.BooleanField(
        source="is_by_money", help_text=gettext_lazy("False: ARR is unknown or in several currencies; all count alike.")
    )
    weakest = WeakestSerializer(allow_null=True)

    def get_accounts(self, family: FamilyHealth) -> int:
        return len(family.members)
