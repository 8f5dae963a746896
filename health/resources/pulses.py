"""What people think of customers, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from accounts.models import Account
from health import queries
from health.actions import pulses
from health.models import Pulse
from health.pulse_form import LONGEST_REASON
from lib.rest import UtcDateTimeField
from lib.time import now, today
from workspaces.api import ByField, Creates, Fields, Lists, OfAccount, OwnRow, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


@example("Worried", account=1, step=2, reason="Their new director asked for three other offers.")
class PulseSerializer(serializers.Serializer[Pulse]):
    """A judgement in six steps, from 1 (about to leave) to 6 (thriving), and why. It never enters the score."""

    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    step = serializers.ChoiceField(Pulse.Step.choices)
    step_name = serializers.CharField(source="get_step_display", read_only=True)
    reason = serializers.CharField(max_length=LONGEST_REASON)
    at = UtcDateTimeField(read_only=True)
    by = ByField()
    expires_on = serializers.DateField(
        read_only=True, help_text=gettext_lazy("The first day on which it holds no more; a newer one replaces it.")
    )
    is_current = serializers.SerializerMethodField(help_text=gettext_lazy("Whether its time is not over yet."))

    def get_is_current(self, pulse: Pulse) -> bool:
        return pulse.holds_on(today())

    def validate_reason(self, reason: str) -> str:
        if not reason.strip():
            raise serializers.ValidationError(_("This is needed."))
        return reason


class PulseFilters(OfAccount):
    step = serializers.ChoiceField(Pulse.Step.choices, required=False)
    since = serializers.DateTimeField(source="at__gte", required=False)
    until = serializers.DateTimeField(source="at__lt", required=False)


class PulseViewSet(Lists, Retrieves, Creates):
    """What people think of how customers are doing: each holds for 30 days, or until the next one."""

    model = Pulse
    area = Area.HEALTH
    filters = PulseFilters
    serializer_class = PulseSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Pulse]:
        return queries.pulses()

    def add(self, fields: Fields) -> Any:
        return pulses.set_pulse(**fields, at=now(), by=self.by)


def routes(router: SimpleRouter) -> None:
    """Add pulses below /api/v1/."""
    router.register("pulses", PulseViewSet, basename="pulses")
