"""Answers over the API."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from lib.rest import UtcDateTimeField
from surveys import queries
from surveys.models import Answer, Survey
from workspaces.api import Lists, OfAccount, Retrieves
from workspaces.scopes import Area


class AnswerSerializer(serializers.Serializer[Answer]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id")
    value = serializers.IntegerField(
        min_value=0, max_value=10, help_text=gettext_lazy("1 to 5 of a `csat`, 0 to 10 of an `nps`.")
    )
    metric = serializers.ChoiceField(Survey.choices)
    comment = serializers.CharField(allow_blank=True)
    answered_at = UtcDateTimeField(help_text=gettext_lazy("When it was first given."))
    changed_at = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("When the customer last changed it."))


class AnswerFilters(OfAccount):
    metric = serializers.ChoiceField(Survey.choices, required=False)


class AnswerViewSet(Lists, Retrieves):
    """What customers answered, as it stands now."""

    model = Answer
    area = Area.SURVEYS
    filters = AnswerFilters
    serializer_class = AnswerSerializer

    def rows(self) -> QuerySet[Answer]:
        return queries.answers()


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("answers", AnswerViewSet, basename="answers")
