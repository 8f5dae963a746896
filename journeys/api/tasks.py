"""Tasks over the API."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Contact
from journeys.actions import tasks as actions
from journeys.api.playbooks import ReasonSerializer
from journeys.models import Task, TaskQuerySet
from journeys.queries import tasks as queries
from journeys.refusals import TASKS
from lib.bounds import FIRST_DAY, LAST_DAY
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.models import Member
from workspaces.scopes import Area


@example("A task", account=1, text="Send the offer", due_on="2026-07-01", assignee=1, role="decision_maker")
class TaskSerializer(serializers.Serializer[Task]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    play = serializers.IntegerField(
        source="play_id", read_only=True, allow_null=True, help_text=gettext_lazy("The play it is a step of.")
    )
    text = serializers.CharField(max_length=200)
    role = BlankIsNull(
        Contact.Role.choices, required=False, help_text=gettext_lazy("The role of the person to speak with, or null.")
    )
    due_on = serializers.DateField()
    assignee = OwnRow(
        Member,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The member who does it; null: whoever owns the account."),
    )
    created_at = UtcDateTimeField(read_only=True)
    created_by = ByField("created_by")
    done_at = UtcDateTimeField(read_only=True, allow_null=True)
    done_by = ByField("done_by")
    dropped_at = UtcDateTimeField(read_only=True, allow_null=True)
    dropped_by = ByField("dropped_by")
    drop_reason = serializers.CharField(read_only=True)

    def validate_account(self, value: Account) -> Account:
        if self.instance is not None and self.instance.account_id != value.pk:
            raise serializers.ValidationError(str(gettext_lazy("A task stays with its account.")))
        return value

    def validate_role(self, value: str | None) -> str:
        return value or ""

    def validate_due_on(self, value: Any) -> Any:
        if not FIRST_DAY <= value <= LAST_DAY:
            raise serializers.ValidationError(str(gettext_lazy("A day from 1900 to 2199.")))
        return value

    def validate_assignee(self, value: Member | None) -> Member | None:
        if value is not None and value.ended_at is not None:
            raise serializers.ValidationError(str(gettext_lazy("This member has left.")))
        return value


class TaskFilters(OfAccount):
    play = IdParameter()
    assignee = IdParameter()
    open = serializers.BooleanField(required=False, help_text=gettext_lazy("Neither done nor dropped."))
    due_before = serializers.DateField(source="due_on__lt", required=False)


class TaskViewSet(Lists, Retrieves, Creates, Updates):
    """What is to be done for accounts: the steps of playbooks, and single tasks."""

    model = Task
    area = Area.JOURNEYS
    filters = TaskFilters
    serializer_class = TaskSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Task]:
        return queries.tasks().select_related("created_by")

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        is_open = lookups.pop("open", None)
        found = cast(TaskQuerySet, queryset.filter(**lookups))
        if is_open is None:
            return found
        return found.open() if is_open else found.closed()

    def add(self, fields: Fields) -> Task:
        return actions.add_task(**fields, at=now(), by=self.by)

    def change(self, row: Task, fields: Fields) -> None:
        _acted(lambda: actions.change_task(task=row, changes=fields, at=now(), by=self.by))

    @extend_schema(summary=gettext_lazy("Done"), request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """It was done; the last one of a play ends it."""
        row = self.get_object()
        _acted(lambda: actions.finish_task(task=row, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Drop"), request=ReasonSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """It is not done after all; the last one of a play ends it."""
        row, said = self.get_object(), self.told(ReasonSerializer)
        _acted(lambda: actions.drop_task(task=row, **said, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Open again"), request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """It is to be done again; a play that it had ended goes on."""
        row = self.get_object()
        _acted(lambda: actions.reopen_task(task=row, at=now(), by=self.by))
        return Response(self.shown(row))


def _acted(act: Callable[[], object]) -> None:
    try:
        act()
    except tuple(TASKS) as error:
        raise Conflict(str(TASKS[type(error)])) from error
