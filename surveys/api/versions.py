"""What surveys asked before, and what answers said before."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from lib.rest import UtcDateTimeField
from surveys.models import AnswerRevision, SurveyVersion
from workspaces.api import ByField, IdParameter, Lists, Retrieves
from workspaces.scopes import Area


class SurveyVersionSerializer(serializers.Serializer[SurveyVersion]):
    id = serializers.IntegerField()
    survey = serializers.IntegerField(source="survey_id")
    number = serializers.IntegerField()
    content = serializers.DictField(
        child=serializers.JSONField(), help_text=gettext_lazy("The scale and the questions, as they were asked.")
    )
    at = UtcDateTimeField()
    by = ByField()


class SurveyVersionFilters(serializers.Serializer[SurveyVersion]):
    survey = IdParameter()


class SurveyVersionViewSet(Lists, Retrieves):
    """What each survey asks, in all its versions; they never change."""

    model = SurveyVersion
    area = Area.SURVEYS
    filters = SurveyVersionFilters
    serializer_class = SurveyVersionSerializer

    def rows(self) -> QuerySet[SurveyVersion]:
        found: QuerySet[SurveyVersion] = SurveyVersion.objects.select_related("by")
        return found


class AnswerRevisionSerializer(serializers.Serializer[AnswerRevision]):
    id = serializers.IntegerField()
    answer = serializers.IntegerField(source="answer_id")
    version = serializers.IntegerField(help_text=gettext_lazy("Which of its versions that count; 0: it never counted."))
    value = serializers.IntegerField(min_value=0, max_value=10)
    comment = serializers.CharField(allow_blank=True)
    replies = serializers.DictField(child=serializers.JSONField())
    doubt = serializers.CharField(help_text=gettext_lazy("Why it may be a machine's, and never stood; else empty."))
    at = UtcDateTimeField(help_text=gettext_lazy("When it was given."))


class AnswerRevisionFilters(serializers.Serializer[AnswerRevision]):
    answer = IdParameter()
    account = IdParameter(source="answer__account")


class AnswerRevisionViewSet(Lists, Retrieves):
    """Other versions of answers: what customers said before they changed it."""

    model = AnswerRevision
    area = Area.SURVEYS
    filters = AnswerRevisionFilters
    serializer_class = AnswerRevisionSerializer

    def rows(self) -> QuerySet[AnswerRevision]:
        found: QuerySet[AnswerRevision] = AnswerRevision.objects.all()
        return found
