"""Who gets the voice of the customer by mail, and how it names people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from voice.actions import digests as actions
from voice.models import Subscription, VoiceSettings
from voice.queries import digests as queries
from workspaces.api import ByField, Fields, Own, Settings
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class VoiceSubscriptionSerializer(serializers.Serializer[Subscription]):
    is_weekly = serializers.BooleanField(help_text=gettext_lazy("Every Monday, about the week before."))
    is_monthly = serializers.BooleanField(help_text=gettext_lazy("On the first, about the month before."))


class VoiceSubscriptionViewSet(Own, Settings):
    """Whether you get the voice of the customer by mail."""

    model = Subscription
    area = Area.NOTICES
    serializer_class = VoiceSubscriptionSerializer
    write_capability = Capability.VIEW

    def current(self) -> Subscription:
        member = self.member
        return queries.subscription(member.pk) if member else Subscription()

    def change(self, fields: Fields) -> None:
        member = self.member
        if member is None:
            raise Conflict(_("This token is nobody's: it gets no mail."))
        kept = queries.subscription(member.pk)
        standing = {"is_weekly": kept.is_weekly, "is_monthly": kept.is_monthly}
        actions.subscribe(member_id=member.pk, **(standing | fields))


class VoiceSettingsSerializer(serializers.Serializer[VoiceSettings]):
    names_people = serializers.BooleanField(help_text=gettext_lazy("The person is named beside a quote."))
    changed_at = UtcDateTimeField(read_only=True, allow_null=True)
    changed_by = ByField("changed_by")


class VoiceSettingsViewSet(Settings):
    """How this workspace quotes its customers."""

    model = VoiceSettings
    area = Area.SURVEYS
    serializer_class = VoiceSettingsSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def current(self) -> VoiceSettings:
        return queries.settings()

    def change(self, fields: Fields) -> None:
        if "names_people" in fields:
            actions.set_names(names_people=fields["names_people"], at=now(), by=self.by)
