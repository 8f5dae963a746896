"""Playbooks, and where they run, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Contact
from journeys.actions import TooLate
from journeys.actions import playbooks as actions
from journeys.actions import plays as play_actions
from journeys.models import Play, Playbook
from journeys.queries import playbooks as queries
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from segments.models import Segment
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

MOST_ID = 2**63 - 1


# ----------------------------------------------------------------------------------------------- playbooks
class StepSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=actions.STEP_LENGTH)
    due_in_days = serializers.IntegerField(
        min_value=0, max_value=actions.MOST_DAYS, help_text=gettext_lazy("After the start, by the calendar.")
    )
    role = BlankIsNull(
        Contact.Role.choices, required=False, help_text=gettext_lazy("The role of the person to speak with, or null.")
    )


@example(
    "A playbook",
    name="Seats fell",
    about="Fewer people use it than last month",
    steps=[{"text": "Call and ask what has changed", "due_in_days": 2, "role": "champion"}],
)
class PlaybookSerializer(serializers.Serializer[Playbook]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    about = serializers.CharField(max_length=500, required=False, allow_blank=True)
    steps = serializers.ListField(
        child=StepSerializer(),
        min_length=1,
        max_length=actions.MOST_STEPS,
        help_text=gettext_lazy("Kept in the order they are due."),
    )
    segment = OwnRow(
        Segment,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("It begins by itself on accounts that enter it; null: somebody starts it."),
    )
    created_at = UtcDateTimeField(read_only=True)
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)


class PlaybookFilters(serializers.Serializer[Any]):
    in_use = serializers.BooleanField(source="retired_at__isnull", required=False)


class PlaybookViewSet(Lists, Retrieves, Creates, Updates):
    """What to do in situations that come again, step by step."""

    model = Playbook
    area = Area.JOURNEYS
    filters = PlaybookFilters
    serializer_class = PlaybookSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Playbook]:
        return queries.playbooks()

    def add(self, fields: Fields) -> Playbook:
        try:
            return actions.write_playbook(**fields, at=now(), by=self.by)
        except actions.NameTaken as error:
            raise _taken() from error

    def change(self, row: Playbook, fields: Fields) -> None:
        try:
            actions.change_playbook(playbook=row, changes=fields, at=now(), by=self.by)
        except actions.NameTaken as error:
            raise _taken() from error

    @extend_schema(summary=gettext_lazy("Retire"), request=None, responses=PlaybookSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """It is not started any more; what runs goes on."""
        return self._retired(is_retired=True)

    @extend_schema(summary=gettext_lazy("Bring back"), request=None, responses=PlaybookSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """It can be started again."""
        return self._retired(is_retired=False)

    def _retired(self, *, is_retired: bool) -> Response:
        row = self.get_object()
        try:
            actions.set_retired(playbook=row, is_retired=is_retired, at=now(), by=self.by)
        except actions.NameTaken as error:
            raise _taken() from error
        return Response(self.shown(row))


def _taken() -> Conflict:
    return Conflict(_("Another playbook in use has this name."))


# --------------------------------------------------------------------------------------------------- plays
@example("A start", account=1, playbook=1)
class PlaySerializer(serializers.Serializer[Play]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    playbook = OwnRow(Playbook)
    alert = serializers.IntegerField(
        source="alert_id",
        min_value=1,
        max_value=MOST_ID,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The alert of the account that it answers."),
    )
    started_at = UtcDateTimeField(read_only=True)
    started_by = ByField("started_by")
    steps = serializers.IntegerField(read_only=True)
    settled = serializers.IntegerField(read_only=True, help_text=gettext_lazy("Steps done or dropped."))
    next_on = serializers.DateField(
        read_only=True, allow_null=True, help_text=gettext_lazy("When the next of its tasks is due.")
    )
    ended_at = UtcDateTimeField(read_only=True, allow_null=True)
    ended_by = ByField("ended_by")
    ended_how = BlankIsNull(Play.Ended.choices, read_only=True)
    ended_why = serializers.CharField(read_only=True)


class PlayFilters(OfAccount):
    playbook = IdParameter()
    running = serializers.BooleanField(source="ended_at__isnull", required=False)
    ended_how = serializers.ChoiceField(Play.Ended.choices, required=False)


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, help_text=gettext_lazy("Why, in your words."))


class PlayViewSet(Lists, Retrieves, Creates):
    """Playbooks started on accounts. A POST starts one: each of its steps becomes a task of the account's owner."""

    model = Play
    area = Area.JOURNEYS
    filters = PlayFilters
    serializer_class = PlaySerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Play]:
        return queries.plays()

    def add(self, fields: Fields) -> Play:
        try:
            return play_actions.start_playbook(**fields, at=now(), by=self.by)
        except play_actions.AlreadyRunning as error:
            raise Conflict(_("This playbook runs on the account already.")) from error
        except play_actions.PlaybookRetired as error:
            raise serializers.ValidationError({"playbook": [_("This playbook was retired.")]}) from error
        except play_actions.NoSuchAlert as error:
            raise serializers.ValidationError({"alert": [_("The account has no such alert.")]}) from error

    @extend_schema(summary=gettext_lazy("Stop"), request=ReasonSerializer, responses=PlaySerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """End it before its time; what is open of it is dropped for the same reason."""
        row, said = self.get_object(), self.told(ReasonSerializer)
        try:
            play_actions.stop_play(play=row, **said, at=now(), by=self.by)
        except play_actions.PlayOver as error:
            raise Conflict(_("This playbook has come to its end before.")) from error
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Take back"), request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """As if it had not been started: within ten minutes, while none of it was done."""
        try:
            play_actions.take_back_play(play=self.get_object(), at=now(), by=self.by)
        except TooLate as error:
            raise Conflict(_("This start can no longer be taken back. Stop the playbook instead.")) from error
        return Response(status=204)
