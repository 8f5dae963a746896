"""Answers over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from accounts.models import Contact
from lib.rest import UtcDateTimeField
from lib.time import now
from surveys import queries
from surveys.actions import settings, waves
from surveys.models import Answer, Invitation, Kind, Refusal, SurveySettings, Wave
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OfAccount, Retrieves, Settings, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

MOST_ACCOUNTS = 10_000


class AnswerSerializer(serializers.Serializer[Answer]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id")
    value = serializers.IntegerField(
        min_value=0, max_value=10, help_text=gettext_lazy("1 to 5 of a `csat`, 0 to 10 of an `nps`.")
    )
    metric = serializers.ChoiceField(Kind.choices)
    comment = serializers.CharField(allow_blank=True)
    answered_at = UtcDateTimeField(help_text=gettext_lazy("When it was first given."))
    changed_at = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("When the customer last changed it."))


class AnswerFilters(OfAccount):
    metric = serializers.ChoiceField(Kind.choices, required=False)


class AnswerViewSet(Lists, Retrieves):
    """What customers answered, as it stands now."""

    model = Answer
    area = Area.SURVEYS
    filters = AnswerFilters
    serializer_class = AnswerSerializer

    def rows(self) -> QuerySet[Answer]:
        return queries.answers()


class SurveyInvitationSerializer(serializers.Serializer[Invitation]):
    id = serializers.IntegerField()
    metric = serializers.ChoiceField(Kind.choices)
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id")
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    wave = serializers.IntegerField(source="wave_id", allow_null=True)
    created_at = UtcDateTimeField()
    send_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(allow_null=True)
    expires_at = UtcDateTimeField()
    cancelled_at = UtcDateTimeField(allow_null=True)


class SurveyInvitationFilters(OfAccount):
    metric = serializers.ChoiceField(Kind.choices, required=False)
    contact = IdParameter()
    wave = IdParameter()
    sent = serializers.BooleanField(required=False)


class SurveyInvitationViewSet(Lists, Retrieves):
    """Who was, or will be, asked what. Their links are known to them alone."""

    model = Invitation
    area = Area.SURVEYS
    filters = SurveyInvitationFilters
    serializer_class = SurveyInvitationSerializer

    def rows(self) -> QuerySet[Invitation]:
        found: QuerySet[Invitation] = Invitation.objects.all()
        return found

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        if "sent" in lookups:
            lookups["sent_at__isnull"] = not lookups.pop("sent")
        return queryset.filter(**lookups)


class RefusalSerializer(serializers.Serializer[Refusal]):
    id = serializers.IntegerField()
    metric = serializers.ChoiceField(Kind.choices)
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id", allow_null=True)
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    wave = serializers.IntegerField(source="wave_id", allow_null=True)
    reason = serializers.ChoiceField(Refusal.Reason.choices)
    at = UtcDateTimeField()


class RefusalFilters(OfAccount):
    metric = serializers.ChoiceField(Kind.choices, required=False)
    reason = serializers.ChoiceField(Refusal.Reason.choices, required=False)
    wave = IdParameter()


class RefusalViewSet(Lists, Retrieves):
    """When nobody was asked, and why."""

    model = Refusal
    area = Area.SURVEYS
    filters = RefusalFilters
    serializer_class = RefusalSerializer

    def rows(self) -> QuerySet[Refusal]:
        found: QuerySet[Refusal] = Refusal.objects.all()
        return found


@example("Decision makers", name="Summer", accounts=[1], roles=["decision_maker"])
class WaveSerializer(serializers.Serializer[Wave]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=120)
    accounts = serializers.ListField(
        source="account_ids",
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MOST_ACCOUNTS,
    )
    roles = serializers.ListField(child=serializers.ChoiceField(Contact.Role.choices), min_length=1, max_length=3)
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
        found: QuerySet[Wave] = Wave.objects.select_related("by")
        return found

    def add(self, fields: Fields) -> Wave:
        try:
            return waves.start_wave(**fields, at=now(), by=self.by)
        except waves.NobodyChosen as error:
            raise serializers.ValidationError({"accounts": [_("None of these accounts is here.")]}) from error


class SurveySettingsSerializer(serializers.Serializer[SurveySettings]):
    is_on = serializers.BooleanField(help_text=gettext_lazy("False: nobody is asked anything."))
    sender_name = serializers.CharField(
        max_length=120, allow_blank=True, help_text=gettext_lazy("Empty: the name of the workspace.")
    )
    quiet_days = serializers.IntegerField(
        min_value=0, max_value=365, help_text=gettext_lazy("How long a person is left in peace after any survey mail.")
    )
    account_cap = serializers.IntegerField(
        min_value=0, max_value=1000, help_text=gettext_lazy("Mails to one account in 30 days at most; 0: no limit.")
    )
    daily_cap = serializers.IntegerField(
        min_value=0, max_value=1_000_000, help_text=gettext_lazy("Mails a day at most; 0: no limit.")
    )
    hours_from = serializers.IntegerField(
        min_value=0, max_value=23, help_text=gettext_lazy("First working hour where the reader lives.")
    )
    hours_until = serializers.IntegerField(
        min_value=1, max_value=24, help_text=gettext_lazy("Hour at which their working day ends.")
    )
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


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("surveys", SurveySettingsViewSet, basename="survey-settings")
    router.register("answers", AnswerViewSet, basename="answers")
    router.register("survey-invitations", SurveyInvitationViewSet, basename="survey-invitations")
    router.register("survey-refusals", RefusalViewSet, basename="survey-refusals")
    router.register("survey-waves", WaveViewSet, basename="survey-waves")
