"""Surveys as a workspace defines them, the questions that follow the score, and what the answers come to."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Contact, Persona
from accounts.stages import Stage
from lib import languages
from lib.rest import UtcDateTimeField
from lib.time import now
from segments.models import Segment
from surveys import queries
from surveys.actions import surveys as actions
from surveys.api.results import SurveyResultsFilters, SurveyResultsSerializer, told
from surveys.models import Kind, Question, Survey, Trigger
from surveys.survey_form import DAYS_NEEDED
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

ERRORS: dict[type[Exception], tuple[str, str | Promise]] = {
    actions.NameTaken: ("name", gettext_lazy("Another survey has this name.")),
    actions.NoSuchScale: ("points", gettext_lazy("5, 3 or 2 of a csat, 7 of a ces, 11 of an nps.")),
    actions.AlreadyAsked: ("kind", gettext_lazy("Somebody was asked: this and what it is about stay as they are.")),
    actions.Retired: ("survey", gettext_lazy("The survey is out of use.")),
    actions.TooManyQuestions: ("survey", gettext_lazy("It has as many questions as anybody would answer.")),
    actions.NoChoices: ("choices", gettext_lazy("Two at least, all of them different; none of a text.")),
    actions.HalfTold: (
        "translations",
        gettext_lazy("Each with a wording and as many different choices as the question, but not in its own language."),
    ),
    actions.AskedNoMore: ("retired_at", gettext_lazy("It is asked no more: change the question that took its place.")),
    actions.OffScale: ("asked_from", gettext_lazy("The survey's scale has no such score.")),
}


def refused(error: Exception) -> serializers.ValidationError:
    """What stopped an action, beside the field it is about."""
    field, words = ERRORS[type(error)]
    return serializers.ValidationError({field: [str(words)]})


def _ids(most: int, **told: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=most, required=False, **told
    )


@example("After a ticket", name="After support", kind="csat", points=5, trigger="ticket_closed", delay_hours=24)
class SurveySerializer(serializers.Serializer[Survey]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(Kind.choices)
    points = serializers.IntegerField(min_value=2, max_value=11, help_text=gettext_lazy("How many the scale has."))
    trigger = serializers.ChoiceField(Trigger.choices)
    stage = serializers.ChoiceField(
        Stage.choices, required=False, allow_blank=True, help_text=gettext_lazy("Of the trigger `stage_entered`.")
    )
    days = serializers.IntegerField(
        min_value=0,
        max_value=730,
        required=False,
        help_text=gettext_lazy("Before the renewal, or between two waves; 0 with any other trigger."),
    )
    delay_hours = serializers.IntegerField(min_value=0, max_value=720, required=False)
    spread_days = serializers.IntegerField(min_value=0, max_value=60, required=False)
    keeps_hours = serializers.BooleanField(required=False)
    segment = OwnRow(Segment, required=False, allow_null=True)
    personas = _ids(50, source="persona_ids")
    roles = serializers.ListField(child=serializers.ChoiceField(Contact.Role.choices), max_length=3, required=False)
    sample_percent = serializers.IntegerField(min_value=1, max_value=100, required=False)
    quiet_days = serializers.IntegerField(min_value=0, max_value=730, required=False)
    reminder_after_days = serializers.IntegerField(min_value=1, max_value=60, required=False, allow_null=True)
    expiry_days = serializers.IntegerField(min_value=1, max_value=90, required=False)
    is_on = serializers.BooleanField(required=False, help_text=gettext_lazy("A new survey is off unless you say so."))
    is_relational = serializers.BooleanField(
        read_only=True, help_text=gettext_lazy("About the relationship; else about events. The two are never added up.")
    )
    version = serializers.IntegerField(read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    by = ByField("created_by")
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)

    def validate_personas(self, ids: list[int]) -> list[int]:
        if Persona.objects.in_use().filter(pk__in=ids).count() < len(set(ids)):
            raise serializers.ValidationError(_("There is no such persona."))
        return ids

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        one = {name: attrs.get(name, getattr(self.instance, name, None)) for name in _TOGETHER}
        if one["trigger"] == Trigger.STAGE_ENTERED and not one["stage"]:
            raise serializers.ValidationError({"stage": [_("Choose the stage.")]})
        if one["trigger"] in DAYS_NEEDED and not one["days"]:
            raise serializers.ValidationError({"days": [_("Say how many days, 1 at least.")]})
        if one["reminder_after_days"] and one["reminder_after_days"] >= (one["expiry_days"] or _EXPIRY):
            raise serializers.ValidationError(
                {"reminder_after_days": [_("Must come before the time to answer is over.")]}
            )
        return attrs


_TOGETHER = ("trigger", "stage", "days", "reminder_after_days", "expiry_days")
_EXPIRY = Survey._meta.get_field("expiry_days").default


class SurveyFilters(serializers.Serializer[Survey]):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    retired = serializers.BooleanField(required=False)


class SurveyViewSet(Lists, Retrieves, Creates, Updates):
    """What is asked, when and whom. What is changed holds for mails that are planned from then on."""

    model = Survey
    area = Area.SURVEYS
    filters = SurveyFilters
    serializer_class = SurveySerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def rows(self) -> QuerySet[Survey]:
        return queries.surveys().select_related("segment", "created_by")

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        if "retired" in lookups:
            lookups["retired_at__isnull"] = not lookups.pop("retired")
        return queryset.filter(**lookups)

    def add(self, fields: Fields) -> Survey:
        is_on = fields.pop("is_on", False)
        try:
            return actions.create_survey(said=_said(fields), is_on=is_on, at=now(), by=self.by)
        except tuple(ERRORS) as error:
            raise refused(error) from error

    def change(self, row: Survey, fields: Fields) -> None:
        is_on = fields.pop("is_on", row.is_on)
        try:
            row = actions.change_survey(survey=row, said=_said(fields), at=now(), by=self.by)
            actions.switch_survey(survey=row, is_on=is_on, at=now(), by=self.by)
        except tuple(ERRORS) as error:
            raise refused(error) from error

    @extend_schema(summary=gettext_lazy("Retire"), request=None, responses=SurveySerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """It asks nobody any more; what was asked and answered stays."""
        row = self.get_object()
        try:
            actions.retire_survey(survey=row, at=now(), by=self.by)
        except actions.Retired as error:
            raise refused(error) from error
        return Response(self.shown(row))

    @extend_schema(
        summary=gettext_lazy("What its answers come to"),
        parameters=[SurveyResultsFilters],
        responses=SurveyResultsSerializer,
    )
    @action(detail=True)
    def results(self, request: Request, pk: str) -> Response:
        """Score, interval, response, trend and groups of the last days; no data is null, never 0."""
        asked = self.asked(SurveyResultsFilters)
        return Response(SurveyResultsSerializer(told(self.get_object(), asked, now())).data)


def _said(fields: Fields) -> Fields:
    if "segment" in fields:
        segment = fields.pop("segment")
        fields["segment_id"] = segment.pk if segment else None
    return fields


# ------------------------------------------------------------------------------------------------- questions


class QuestionWordsSerializer(serializers.Serializer[Any]):
    wording = serializers.CharField(max_length=300)
    choices = serializers.ListField(child=serializers.CharField(max_length=120), max_length=20, required=False)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return {"choices": [], **super().to_internal_value(data)}


@example("Why", survey=1, kind="text", wording="What should we do better?", asked_to=6)
class SurveyQuestionSerializer(serializers.Serializer[Question]):
    id = serializers.IntegerField(read_only=True)
    survey = OwnRow(Survey)
    kind = serializers.ChoiceField(Question.Kind.choices)
    wording = serializers.CharField(max_length=300)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=20, required=False, default=list
    )
    language = serializers.ChoiceField(
        [code for code, _name in languages.offered()],
        default=languages.OURS,
        help_text=gettext_lazy("Of wording and choices, and of every reply."),
    )
    translations = serializers.DictField(
        child=QuestionWordsSerializer(),
        default=dict,
        help_text=gettext_lazy("By the code of any other language; the choices in the same order."),
    )
    asked_from = serializers.IntegerField(
        min_value=0, max_value=10, required=False, allow_null=True, default=None, help_text=gettext_lazy("Null: any.")
    )
    asked_to = serializers.IntegerField(
        min_value=0, max_value=10, required=False, allow_null=True, default=None, help_text=gettext_lazy("Null: any.")
    )
    place = serializers.IntegerField(read_only=True, help_text=gettext_lazy("The lowest is asked first."))
    created_at = UtcDateTimeField(read_only=True)
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)

    def validate_survey(self, survey: Survey) -> Survey:
        if self.instance and survey.pk != self.instance.survey_id:
            raise serializers.ValidationError(_("A question stays with its survey."))
        return survey

    def validate_translations(self, told: dict[str, Any]) -> dict[str, Any]:
        codes = [code for code, _name in languages.offered()]
        if any(code not in codes for code in told):
            raise serializers.ValidationError(_("Languages: %(codes)s.") % {"codes": ", ".join(codes)})
        return told


class SurveyQuestionFilters(serializers.Serializer[Question]):
    survey = IdParameter()
    retired = serializers.BooleanField(required=False)


class SurveyQuestionViewSet(Lists, Retrieves, Creates, Updates):
    """What is asked after the score. As a question may have been read, a change makes another one in its place: the
    response holds its new `id`, and what was replied stays with the old one. Only added languages leave it the same.
    """

    model = Question
    area = Area.SURVEYS
    filters = SurveyQuestionFilters
    serializer_class = SurveyQuestionSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def rows(self) -> QuerySet[Question]:
        found: QuerySet[Question] = Question.objects.select_related("survey")
        return found

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        if "retired" in lookups:
            lookups["retired_at__isnull"] = not lookups.pop("retired")
        return queryset.filter(**lookups)

    def add(self, fields: Fields) -> Question:
        survey = fields.pop("survey")
        try:
            return actions.add_question(survey=survey, said=fields, at=now(), by=self.by)
        except tuple(ERRORS) as error:
            raise refused(error) from error

    def change(self, row: Question, fields: Fields) -> None:
        fields.pop("survey", None)
        try:
            row.pk = actions.change_question(question=row, said=fields, at=now(), by=self.by).pk
        except tuple(ERRORS) as error:
            raise refused(error) from error

    @extend_schema(summary=gettext_lazy("Retire"), request=None, responses=SurveyQuestionSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """It is asked no more; answers to it stay."""
        row = self.get_object()
        try:
            actions.retire_question(question=row, at=now(), by=self.by)
        except actions.Retired as error:
            raise refused(error) from error
        return Response(self.shown(row))
