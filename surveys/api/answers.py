"""Who was asked, who answered what, who was not asked, and who does not answer."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.stages import Stage
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from surveys import queries
from surveys.actions import answers as actions
from surveys.models import Answer, Invitation, Kind, Refusal, Silence
from workspaces.api import Fields, IdParameter, Lists, OfAccount, Retrieves
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class OfSurvey(OfAccount):
    """The filters of everything that a survey brings about."""

    survey = IdParameter()
    metric = serializers.ChoiceField(Kind.choices, required=False)


# ------------------------------------------------------------------------------------------------- answers


class AnswerSerializer(serializers.Serializer[Answer]):
    id = serializers.IntegerField()
    survey = serializers.IntegerField(source="survey_id")
    invitation = serializers.IntegerField(source="invitation_id")
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id")
    value = serializers.IntegerField(
        min_value=0, max_value=10, help_text=gettext_lazy("1 to `scale_max`; of an `nps` from 0.")
    )
    scale_max = serializers.IntegerField(
        min_value=2, max_value=10, help_text=gettext_lazy("5, 3 or 2 of a `csat`, 7 of a `ces`, 10 of an `nps`.")
    )
    metric = serializers.ChoiceField(Kind.choices)
    comment = serializers.CharField(allow_blank=True)
    replies = serializers.DictField(
        child=serializers.JSONField(),
        help_text=gettext_lazy("To the questions that follow, by the question's id: a text, or a list of choices."),
    )
    answered_at = UtcDateTimeField(help_text=gettext_lazy("When it was first given."))
    changed_at = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("When the customer last changed it."))
    is_late = serializers.BooleanField(help_text=gettext_lazy("It came when the time to answer was over."))
    is_counted = serializers.BooleanField(
        help_text=gettext_lazy("False: it may be a machine's, and is left out of every figure until it is confirmed.")
    )
    doubt = serializers.CharField(help_text=gettext_lazy("What suggests that a machine gave it; empty: nothing."))


class AnswerFilters(OfSurvey):
    contact = IdParameter()
    counted = serializers.BooleanField(required=False)
    since = serializers.DateTimeField(source="answered_at__gte", required=False)
    until = serializers.DateTimeField(source="answered_at__lt", required=False)


class AnswerViewSet(Lists, Retrieves):
    """What customers answered, as it stands now."""

    model = Answer
    area = Area.SURVEYS
    filters = AnswerFilters
    serializer_class = AnswerSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Answer]:
        return queries.answers()

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        is_counted = lookups.pop("counted", None)
        found = queryset.filter(**lookups)
        if is_counted is None:
            return found
        return found.filter(pk__in=(Answer.objects.counted() if is_counted else Answer.objects.doubtful()).values("pk"))

    @extend_schema(summary=gettext_lazy("A person gave it"), request=None, responses=AnswerSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """One that may be a machine's counts from now on."""
        try:
            row = actions.clear_doubt(answer=self.get_object(), at=now(), by=self.by)
        except actions.NotDoubtful as error:
            raise Conflict(_("It counts already.")) from error
        return Response(self.shown(row))


# ------------------------------------------------------------------------------------------------- mails


class SurveyInvitationSerializer(serializers.Serializer[Invitation]):
    id = serializers.IntegerField()
    survey = serializers.IntegerField(source="survey_id")
    metric = serializers.ChoiceField(Kind.choices)
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id")
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    wave = serializers.IntegerField(source="wave_id", allow_null=True)
    created_at = UtcDateTimeField()
    send_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(allow_null=True)
    reminded_at = UtcDateTimeField(allow_null=True)
    expires_at = UtcDateTimeField()
    cancelled_at = UtcDateTimeField(allow_null=True)
    stage = BlankIsNull(Stage.choices, help_text=gettext_lazy("This and what follows: as it was when it was sent."))
    segments = serializers.ListField(source="segment_ids", child=serializers.IntegerField())
    persona = serializers.IntegerField(source="persona_id", allow_null=True)
    owner = serializers.IntegerField(source="owner_id", allow_null=True, help_text=gettext_lazy("A member's id."))
    agent = serializers.CharField(source="agent_name", allow_blank=True)
    product = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)


class SurveyInvitationFilters(OfSurvey):
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
    survey = serializers.IntegerField(source="survey_id")
    metric = serializers.ChoiceField(Kind.choices)
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id", allow_null=True)
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    wave = serializers.IntegerField(source="wave_id", allow_null=True)
    is_reminder = serializers.BooleanField(help_text=gettext_lazy("They had been asked, and were not reminded."))
    reason = serializers.ChoiceField(Refusal.Reason.choices)
    at = UtcDateTimeField()


class RefusalFilters(OfSurvey):
    reason = serializers.ChoiceField(Refusal.Reason.choices, required=False)
    is_reminder = serializers.BooleanField(required=False)
    wave = IdParameter()


class RefusalViewSet(Lists, Retrieves):
    """When nobody was asked, or reminded, and why."""

    model = Refusal
    area = Area.SURVEYS
    filters = RefusalFilters
    serializer_class = RefusalSerializer

    def rows(self) -> QuerySet[Refusal]:
        found: QuerySet[Refusal] = Refusal.objects.all()
        return found


# ------------------------------------------------------------------------------------------------- silence


class SilenceSerializer(serializers.Serializer[Silence]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    unanswered = serializers.IntegerField(min_value=2, help_text=gettext_lazy("The last mails, all without an answer."))
    people = serializers.IntegerField(min_value=1, help_text=gettext_lazy("Who got them."))
    chance = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text=gettext_lazy("How likely that is of an account that answers as often as the others do."),
    )
    answered_at = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("Null: never, in the year looked at."))
    asked_at = UtcDateTimeField()
    computed_at = UtcDateTimeField()


class SilenceFilters(OfAccount):
    at_least = serializers.IntegerField(min_value=1, max_value=10_000, source="unanswered__gte", required=False)


class SilenceViewSet(Lists, Retrieves):
    """Accounts that are asked and do not answer, as the last night found them."""

    model = Silence
    area = Area.SURVEYS
    filters = SilenceFilters
    serializer_class = SilenceSerializer

    def rows(self) -> QuerySet[Silence]:
        return queries.silences()
