"""How a workspace asks its customers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from lib.bounds import json_number
from lib.time import now
from surveys import queries
from surveys.actions import settings
from surveys.models import SurveySettings
from workspaces.api import Fields, Settings
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class SurveySettingsSerializer(serializers.Serializer[SurveySettings]):
    is_on = serializers.BooleanField(help_text=gettext_lazy("False: nobody is asked anything."))
    sender_name = serializers.CharField(
        max_length=120, allow_blank=True, help_text=gettext_lazy("Empty: the name of the workspace.")
    )
    quiet_days = json_number(
        settings.LIMITS["quiet_days"], gettext_lazy("How long a person is left in peace after any survey mail.")
    )
    account_cap = json_number(
        settings.LIMITS["account_cap"], gettext_lazy("Mails to one account in 30 days at most; 0: no limit.")
    )
    daily_cap = json_number(settings.LIMITS["daily_cap"], gettext_lazy("Mails a day at most; 0: no limit."))
    hours_from = json_number(settings.LIMITS["hours_from"], gettext_lazy("First working hour where the reader lives."))
    hours_until = json_number(settings.LIMITS["hours_until"], gettext_lazy("Hour at which their working day ends."))
    effort_score = serializers.ChoiceField(
        SurveySettings.EffortScore.choices, help_text=gettext_lazy("How CES is counted: the mean, or a share.")
    )


class SurveySettingsViewSet(Settings):
    """How this workspace asks its customers. Mails already planned go out as they were planned."""

    model = SurveySettings
    area = Area.SURVEYS
    serializer_class = SurveySettingsSerializer
    read_capability = Capability.CONFIGURE_HEALTH
    write_capability = Capability.CONFIGURE_HEALTH

    def current(self) -> SurveySettings:
        return queries.settings()

    def change(self, fields: Fields) -> None:
        try:
            settings.update_settings(changes=fields, at=now(), by=self.by)
        except settings.HoursOutOfOrder as error:
            raise serializers.ValidationError({"hours_until": [_("Must be later than the first hour.")]}) from error
