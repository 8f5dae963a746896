"""One question to many at once."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.models import Contact
from lib.rest import UtcDateTimeField
from lib.time import now
from surveys.actions import waves
from surveys.models import Survey, Wave
from workspaces.api import ByField, Creates, Fields, Lists, OwnRow, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

MOST_ACCOUNTS = 10_000


@example("Decision makers", name="Summer", accounts=[1], roles=["decision_maker"])
class WaveSerializer(serializers.Serializer[Wave]):
    id = serializers.IntegerField(read_only=True)
    survey = OwnRow(
        Survey, required=False, help_text=gettext_lazy("One that goes in waves; if you name none, the oldest of them.")
    )
    name = serializers.CharField(max_length=120)
    accounts = serializers.ListField(
        source="account_ids",
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MOST_ACCOUNTS,
    )
    roles = serializers.ListField(child=serializers.ChoiceField(Contact.Role.choices), min_length=1, max_length=3)
    spread_days = serializers.IntegerField(
        min_value=0, max_value=60, required=False, help_text=gettext_lazy("Working days it is spread over; 0: at once.")
    )
    created_at = UtcDateTimeField(read_only=True)
    by = ByField()
    handled_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text=gettext_lazy("When everybody was asked or refused.")
    )


class WaveViewSet(Lists, Retrieves, Creates):
    """Sendings of the relationship survey. A POST starts one, in the background; the usual refusals apply."""

    model = Wave
    area = Area.SURVEYS
    serializer_class = WaveSerializer
    write_capability = Capability.SEND_SURVEYS

    def rows(self) -> QuerySet[Wave]:
        found: QuerySet[Wave] = Wave.objects.select_related("by", "survey")
        return found

    def add(self, fields: Fields) -> Wave:
        try:
            return waves.start_wave(**fields, at=now(), by=self.by)
        except waves.NotInWaves as error:
            raise serializers.ValidationError({"survey": [_("This survey does not go in waves.")]}) from error
        except waves.NobodyChosen as error:
            raise serializers.ValidationError({"accounts": [_("None of these accounts is here.")]}) from error
