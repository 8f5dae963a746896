"""Times in which nobody at an account is asked anything."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from surveys import queries
from surveys.actions import holds as actions
from surveys.models import Hold
from workspaces.api import ByField, Creates, Fields, Lists, OfAccount, OwnRow, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


@example("The renewal is disputed", account=1, kind="dispute", note="They want to leave the third module out.")
class SurveyHoldSerializer(serializers.Serializer[Hold]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    kind = serializers.ChoiceField(Hold.Kind.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]
        read_only=True, help_text=gettext_lazy("What opened it, and ends it: `alert:7`; empty: somebody.")
    )
    begun_at = UtcDateTimeField(read_only=True)
    begun_by = ByField("begun_by")
    ended_at = UtcDateTimeField(read_only=True, allow_null=True)
    ended_by = ByField("ended_by")


class SurveyHoldFilters(OfAccount):
    kind = serializers.ChoiceField(Hold.Kind.choices, required=False)
    open = serializers.BooleanField(source="ended_at__isnull", required=False)


class SurveyHoldViewSet(Lists, Retrieves, Creates):
    """Escalations and disputed renewals: while one is open, nobody at its account is asked anything."""

    model = Hold
    area = Area.SURVEYS
    filters = SurveyHoldFilters
    serializer_class = SurveyHoldSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Hold]:
        return queries.holds()

    def add(self, fields: Fields) -> Hold:
        try:
            return actions.begin(**fields, at=now(), by=self.by)
        except actions.AlreadyOpen as error:
            raise Conflict(_("One of these is open at this account already.")) from error

    @extend_schema(summary=gettext_lazy("It is over"), request=None, responses=SurveyHoldSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The account's people may be asked again."""
        try:
            row = actions.end(hold=self.get_object(), at=now(), by=self.by)
        except actions.NotOpen as error:
            raise Conflict(_("It was over already.")) from error
        return Response(self.shown(row))
