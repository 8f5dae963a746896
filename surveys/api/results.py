"""What one survey's answers come to: the figures of its page, as numbers."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from lib.rest import UtcDateTimeField
from lib.time import named_days
from surveys import queries, results
from surveys.breakdowns import DIMENSIONS, Group
from surveys.estimates import Score
from surveys.lens import SPANS, Lens
from surveys.models import Survey
from surveys.results import Point
from surveys.tallies import Roll

LONGEST = 730


class SurveyResultsFilters(serializers.Serializer[Survey]):
    days = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST,
        default=90,
        help_text=gettext_lazy("The last days, compared with as many before."),
    )
    since = serializers.DateField(
        default=None, help_text=gettext_lazy("The first day of a period of your own, with `until`: `days` is not read.")
    )
    until = serializers.DateField(default=None, help_text=gettext_lazy("Its last day."))
    roll = serializers.ChoiceField(
        Roll.choices,
        default=Roll.ANSWERS,
        help_text=gettext_lazy("Every answer counts once, or every account; then with its decision makers first."),
    )
    span = serializers.ChoiceField(SPANS, default="month", help_text=gettext_lazy("Of the trend."))
    by = serializers.ChoiceField(list(DIMENSIONS), default="stage", help_text=gettext_lazy("Of the groups."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since, until = attrs["since"], attrs["until"]
        if (since or until) and named_days(str(since), str(until)) == (None, None):
            raise serializers.ValidationError({"until": _("Give the first and the last day of a period.")})
        return attrs


class SurveyScoreSerializer(serializers.Serializer[Score]):
    n = serializers.IntegerField(help_text=gettext_lazy("Answers."))
    units = serializers.IntegerField(help_text=gettext_lazy("Answers or accounts that count once each."))
    value = serializers.FloatField(allow_null=True, help_text=gettext_lazy("Null: no data."))
    low = serializers.FloatField(
        allow_null=True, help_text=gettext_lazy("Where the score of all lies, 19 of 20 times.")
    )
    high = serializers.FloatField(allow_null=True)


class SurveyDifferenceSerializer(serializers.Serializer[Any]):
    by = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    is_real = serializers.BooleanField(help_text=gettext_lazy("More than chance."))


class SurveyPointSerializer(serializers.Serializer[Point]):
    first = serializers.CharField(help_text=gettext_lazy("The first day of the month or week; the id of the wave."))
    name = serializers.CharField()
    score = SurveyScoreSerializer()
    change = SurveyDifferenceSerializer(
        allow_null=True, help_text=gettext_lazy("Against the one before that has answers.")
    )


class SurveyGroupSerializer(serializers.Serializer[Group]):
    key = serializers.CharField(help_text=gettext_lazy("`none`: nothing was known."))
    name = serializers.CharField(allow_blank=True)
    score = SurveyScoreSerializer()
    beside = SurveyDifferenceSerializer(allow_null=True, help_text=gettext_lazy("Against the rest of the answers."))
    sent = serializers.IntegerField(source="response.sent")
    answered = serializers.IntegerField(source="response.answered")
    undelivered = serializers.IntegerField(source="response.undelivered")


class SurveyResultsSerializer(serializers.Serializer[Any]):
    survey = serializers.IntegerField()
    as_of = UtcDateTimeField()
    days = serializers.IntegerField()
    roll = serializers.ChoiceField(Roll.choices)
    convention = serializers.CharField(help_text=gettext_lazy("What is counted, and how its interval is worked out."))
    score = SurveyScoreSerializer()
    before = SurveyScoreSerializer()
    change = SurveyDifferenceSerializer(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text=gettext_lazy("Answers by value."))
    sent = serializers.IntegerField(source="response.sent", help_text=gettext_lazy("Mails sent in these days."))
    answered = serializers.IntegerField(source="response.answered", help_text=gettext_lazy("Those of them answered."))
    undelivered = serializers.IntegerField(
        source="response.undelivered",
        help_text=gettext_lazy("Those of them that came back or were not let out: no part of a rate."),
    )
    refused = serializers.DictField(child=serializers.IntegerField(), help_text=gettext_lazy("By reason."))
    doubtful = serializers.IntegerField(help_text=gettext_lazy("Answers left out until somebody confirms them."))
    late = serializers.IntegerField()
    trend = SurveyPointSerializer(many=True)
    groups = SurveyGroupSerializer(many=True)


def told(survey: Survey, asked: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Everything that the page shows of one survey."""
    lens, measure = Lens(survey=survey.pk, **asked), queries.measure_of(survey)
    found = results.results(lens, measure, at)
    return {
        **{name: getattr(found, name) for name in found.__dataclass_fields__},
        "survey": survey.pk,
        "as_of": at,
        "days": lens.length,
        "roll": lens.roll,
        "convention": measure.convention,
        "trend": results.trend(lens, measure, at),
        "groups": results.groups(lens, measure, found, at),
    }
