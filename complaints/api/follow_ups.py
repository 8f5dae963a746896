"""Bad answers that somebody has to speak about, and what came of it."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Contact
from complaints.actions import case
from complaints.actions import follow_up as actions
from complaints.forms.case import LONGEST_STEP
from complaints.models import FollowUp, FollowUpQuerySet
from complaints.queries import follow_up as queries
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class FollowUpSerializer(serializers.Serializer[FollowUp]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    answer = serializers.IntegerField(source="answer_id")
    task = serializers.IntegerField(source="task_id", help_text=gettext_lazy("Done, or dropped, with this task."))
    opened_at = UtcDateTimeField(help_text=gettext_lazy("When the bad answer was given."))
    due_at = UtcDateTimeField()
    done_at = UtcDateTimeField(source="task.done_at", allow_null=True)
    dropped_at = UtcDateTimeField(source="task.dropped_at", allow_null=True)
    outcome = BlankIsNull(FollowUp.Outcome.choices)
    spoke_with = serializers.IntegerField(source="spoke_with_id", allow_null=True)
    said = serializers.CharField()
    told_at = UtcDateTimeField(allow_null=True)
    told_by = ByField("told_by")


class FollowUpFilters(OfAccount):
    answer = IdParameter()
    open = serializers.BooleanField(required=False)
    overdue = serializers.BooleanField(required=False)


class TellSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(FollowUp.Outcome.choices)
    said = serializers.CharField(max_length=LONGEST_STEP, required=False, allow_blank=True, default="")
    spoke_with = OwnRow(
        Contact, required=False, allow_null=True, default=None, help_text=gettext_lazy("Whoever answered, unless told.")
    )


class FollowUpViewSet(Lists, Retrieves):
    """Every bad answer makes one, with a task for the owner of the account."""

    model = FollowUp
    area = Area.COMPLAINTS
    filters = FollowUpFilters
    serializer_class = FollowUpSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[FollowUp]:
        return queries.follow_ups()

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        is_open, is_overdue = lookups.pop("open", None), lookups.pop("overdue", None)
        found = cast(FollowUpQuerySet, queryset.filter(**lookups))
        for wanted, those in ((is_open, found.open()), (is_overdue, found.overdue(now()))):
            if wanted is not None:
                ids = those.values("pk")
                found = found.filter(pk__in=ids) if wanted else found.exclude(pk__in=ids)
        return found

    @extend_schema(summary=gettext_lazy("Tell how it went"), request=TellSerializer, responses=FollowUpSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """With whom somebody spoke, and what came of it; its task is done with that."""
        row, said = self.get_object(), self.told(TellSerializer)
        try:
            actions.settle_follow_up(follow_up=row, **said, at=now(), by=self.by)
        except actions.AlreadyTold as error:
            raise Conflict(_("Somebody wrote down before how it went: that stands.")) from error
        except case.ContactElsewhere as error:
            message = _("This contact belongs to another account.")
            raise serializers.ValidationError({"spoke_with": [message]}) from error
        return Response(self.shown(row))
