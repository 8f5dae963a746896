"""Success plans, goals and milestones over the API."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.models import Account, Contact, Metric
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now, today
from plans import queries, words
from plans.actions import goals as goal_actions
from plans.actions import limits
from plans.actions import milestones as milestone_actions
from plans.actions import versions as version_actions
from plans.models import Goal, GoalQuerySet, GoalReading, Milestone, PlanVersion
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

T = TypeVar("T")

MOST_ID = 2**63 - 1
MOST_METRICS = 100
STANDINGS = [(one.value, told) for one, told in words.STANDINGS.items()]


def _acted(act: Callable[[], T]) -> T:
    """What the action says, with its refusals as the API tells them."""
    try:
        return act()
    except limits.Refused as error:
        raise serializers.ValidationError({name: [str(told)] for name, told in error.problems.items()}) from error
    except limits.Settled as error:
        raise Conflict(str(error.words)) from error


def _stays(instance: Any, value: Account, told: Promise) -> Account:
    if instance is not None and instance.account_id != value.pk:
        raise serializers.ValidationError(str(told))
    return value


# ------------------------------------------------------------------------------------------------- plans
@example(
    "A plan",
    account=1,
    why_bought="Tickets were lost between two offices",
    use_case="The service desk answers from one queue, every day",
    success_criteria="Every ticket answered within an hour",
    expected_on="2026-12-31",
    sponsor_role="decision_maker",
    renewal_intent=4,
)
class PlanSerializer(serializers.Serializer[PlanVersion]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    why_bought = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    use_case = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    replaces = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    success_criteria = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    expected_on = serializers.DateField(required=False, allow_null=True)
    sponsor_role = BlankIsNull(Contact.Role.choices, required=False)
    metrics = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_ID),
        max_length=MOST_METRICS,
        required=False,
        help_text=gettext_lazy("Ids of the metrics of what is used for the declared use case."),
    )
    renewal_intent = serializers.IntegerField(
        min_value=1,
        max_value=5,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The customer's own last word on renewing: 1 surely not, 5 surely."),
    )
    renewal_intent_on = serializers.DateField(
        required=False, allow_null=True, help_text=gettext_lazy("When they said so; without, today.")
    )
    confirmed_on = serializers.DateField(
        required=False, allow_null=True, help_text=gettext_lazy("When the customer agreed with the plan.")
    )
    is_current = serializers.BooleanField(read_only=True, help_text=gettext_lazy("It is the account's newest."))
    recorded_at = UtcDateTimeField(read_only=True)
    by = ByField()

    def validate_sponsor_role(self, value: str | None) -> str:
        return value or ""


class PlanFilters(OfAccount):
    current = serializers.BooleanField(source="is_current", required=False)


class PlanViewSet(Lists, Retrieves, Creates):
    """Success plans, each version of them. A POST saves a new one: what it leaves out stays as it was."""

    model = PlanVersion
    area = Area.PLANS
    filters = PlanFilters
    serializer_class = PlanSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[PlanVersion]:
        return queries.versions()

    def add(self, fields: Fields) -> PlanVersion:
        account, at = fields.pop("account"), now()
        saved = _acted(lambda: version_actions.save_plan(account=account, changes=fields, at=at, by=self.by))
        self.was_known = saved.recorded_at != at
        return saved


# ------------------------------------------------------------------------------------------------- goals
@example(
    "A goal", account=1, name="Everybody signs in", unit="seats", baseline=12, target=80, starts_on="2026-06-01",
    due_on="2026-12-01",
)  # fmt: skip
class GoalSerializer(serializers.Serializer[Goal]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    name = serializers.CharField(max_length=200)
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True)
    baseline = serializers.FloatField(min_value=-limits.MOST, max_value=limits.MOST)
    target = serializers.FloatField(min_value=-limits.MOST, max_value=limits.MOST)
    starts_on = serializers.DateField()
    due_on = serializers.DateField(help_text=gettext_lazy("Later than `starts_on`."))
    weight = serializers.IntegerField(
        min_value=1, max_value=100, required=False, help_text=gettext_lazy("How much of the value it stands for.")
    )
    site = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text=gettext_lazy("The group or place it is about.")
    )
    metric = OwnRow(
        Metric,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("What it is read from; null: readings are entered by hand."),
    )
    value = serializers.FloatField(
        source="progress.value",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("What was read last; null: nothing yet."),
    )
    read_on = serializers.DateField(source="progress.read_on", read_only=True, allow_null=True)
    attained = serializers.FloatField(
        source="progress.attained",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("The share of the way from the baseline, 0, to the target, 1; below and above as well."),
    )
    expected = serializers.FloatField(
        source="progress.expected",
        read_only=True,
        help_text=gettext_lazy("The share that the straight line asks for by today, 0 to 1."),
    )
    pace = serializers.FloatField(
        source="progress.pace",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("What was attained of what is expected, 0 to 1; null: nothing is expected, or read."),
    )
    standing = serializers.ChoiceField(STANDINGS, source="progress.standing", read_only=True)
    reached_on = serializers.DateField(read_only=True, allow_null=True)
    confirmed_on = serializers.DateField(read_only=True, allow_null=True)
    confirmed_by = serializers.IntegerField(
        source="confirmed_by_id", read_only=True, allow_null=True, help_text=gettext_lazy("The contact who did.")
    )
    ended_on = serializers.DateField(
        read_only=True, allow_null=True, help_text=gettext_lazy("The day it was given up.")
    )
    recorded_at = UtcDateTimeField(read_only=True)

    def validate_account(self, value: Account) -> Account:
        return _stays(self.instance, value, gettext_lazy("A goal stays with its account."))

    def to_representation(self, instance: Goal) -> Any:
        setattr(instance, "progress", queries.standing(instance, today()))  # noqa: B010  the fields above read it
        return super().to_representation(instance)


class GoalFilters(OfAccount):
    open = serializers.BooleanField(required=False, help_text=gettext_lazy("Neither reached nor given up."))
    due_before = serializers.DateField(source="due_on__lt", required=False)


class OnSerializer(serializers.Serializer[Any]):
    on = serializers.DateField(help_text=gettext_lazy("The day it happened."))


class ConfirmSerializer(OnSerializer):
    contact = OwnRow(Contact, required=False, allow_null=True, help_text=gettext_lazy("Who of the customer."))


class GoalViewSet(Lists, Retrieves, Creates, Updates):
    """What customers want to reach, how far they are, and how far they should be by today."""

    model = Goal
    area = Area.PLANS
    filters = GoalFilters
    serializer_class = GoalSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Goal]:
        return queries.goals(today())

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        is_open = lookups.pop("open", None)
        found = queryset.filter(**lookups)
        if is_open is None:
            return found
        goals = cast(GoalQuerySet, found)
        return goals.open() if is_open else goals.closed()

    def add(self, fields: Fields) -> Goal:
        return _acted(lambda: goal_actions.set_goal(**fields, at=now(), by=self.by))

    def change(self, row: Goal, fields: Fields) -> None:
        _acted(lambda: goal_actions.change_goal(goal=row, changes=fields, at=now(), by=self.by))

    @extend_schema(summary=gettext_lazy("Reached"), request=OnSerializer, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def reach(self, request: Request, pk: str) -> Response:
        """The target was met."""
        row, said = self.get_object(), self.told(OnSerializer)
        _acted(lambda: goal_actions.reach_goal(goal=row, **said, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Confirmed"), request=ConfirmSerializer, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """The customer says that it was reached."""
        row, said = self.get_object(), self.told(ConfirmSerializer)
        _acted(lambda: goal_actions.confirm_goal(goal=row, **said, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Given up"), request=OnSerializer, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """It counts no more."""
        row, said = self.get_object(), self.told(OnSerializer)
        _acted(lambda: goal_actions.end_goal(goal=row, **said, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Open again"), request=None, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """It was neither reached nor given up after all."""
        row = self.get_object()
        _acted(lambda: goal_actions.reopen_goal(goal=row, at=now(), by=self.by))
        return Response(self.shown(row))


# ------------------------------------------------------------------------------------------------- readings
@example("A reading", goal=1, day="2026-06-15", value=41)
class GoalReadingSerializer(serializers.Serializer[GoalReading]):
    id = serializers.IntegerField(read_only=True)
    goal = OwnRow(Goal)
    account = serializers.IntegerField(source="goal.account_id", read_only=True)
    day = serializers.DateField()
    value = serializers.FloatField(min_value=-limits.MOST, max_value=limits.MOST)
    recorded_at = UtcDateTimeField(read_only=True)
    by = ByField()


class GoalReadingFilters(serializers.Serializer[Any]):
    account = IdParameter(source="goal__account")
    goal = IdParameter()
    since = serializers.DateField(source="day__gte", required=False)
    until = serializers.DateField(source="day__lt", required=False, help_text=gettext_lazy("The day after the last."))


@extend_schema_view(
    create=extend_schema(
        summary=gettext_lazy("Add one, or bring it up to date"),
        responses={200: GoalReadingSerializer, 201: GoalReadingSerializer},
    )
)
class GoalReadingViewSet(Lists, Retrieves, Creates):
    """What was read by hand. A POST for a day that has a reading replaces it."""

    model = GoalReading
    area = Area.PLANS
    filters = GoalReadingFilters
    serializer_class = GoalReadingSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[GoalReading]:
        return queries.readings()

    def add(self, fields: Fields) -> GoalReading:
        reading, is_new = _acted(lambda: goal_actions.read_goal(**fields, at=now(), by=self.by))
        self.was_known = not is_new
        return reading


# ------------------------------------------------------------------------------------------------- milestones
@example("A milestone", account=1, name="Kick-off with all team leads", phase="onboarding", due_on="2026-07-01")
class MilestoneSerializer(serializers.Serializer[Milestone]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    name = serializers.CharField(max_length=200)
    phase = serializers.ChoiceField(Milestone.Phase.choices)
    due_on = serializers.DateField()
    done_on = serializers.DateField(read_only=True, allow_null=True)
    material = serializers.URLField(
        max_length=500, required=False, allow_blank=True, help_text=gettext_lazy("What was prepared for it.")
    )
    position = serializers.IntegerField(
        min_value=0,
        max_value=milestone_actions.MOST_POSITION,
        required=False,
        help_text=gettext_lazy("Its place in its phase; of the same place the first due stands first."),
    )
    recorded_at = UtcDateTimeField(read_only=True)
    done_recorded_at = UtcDateTimeField(read_only=True, allow_null=True)

    def validate_account(self, value: Account) -> Account:
        return _stays(self.instance, value, gettext_lazy("A milestone stays with its account."))


class MilestoneFilters(OfAccount):
    phase = serializers.ChoiceField(Milestone.Phase.choices, required=False)
    open = serializers.BooleanField(source="done_on__isnull", required=False)
    due_before = serializers.DateField(source="due_on__lt", required=False)


class MilestoneViewSet(Lists, Retrieves, Creates, Updates):
    """The steps on customers' ways, by when they are due and when they were done."""

    model = Milestone
    area = Area.PLANS
    filters = MilestoneFilters
    serializer_class = MilestoneSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Milestone]:
        return queries.milestones()

    def add(self, fields: Fields) -> Milestone:
        return _acted(lambda: milestone_actions.plan_milestone(**fields, at=now(), by=self.by))

    def change(self, row: Milestone, fields: Fields) -> None:
        _acted(lambda: milestone_actions.change_milestone(milestone=row, changes=fields, at=now(), by=self.by))

    @extend_schema(summary=gettext_lazy("Done"), request=OnSerializer, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """It was done on that day."""
        row, said = self.get_object(), self.told(OnSerializer)
        _acted(lambda: milestone_actions.finish_milestone(milestone=row, **said, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Open again"), request=None, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """It was not done after all."""
        row = self.get_object()
        _acted(lambda: milestone_actions.reopen_milestone(milestone=row, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Take out"), request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """It is gone for good."""
        milestone_actions.remove_milestone(milestone=self.get_object(), at=now(), by=self.by)
        return Response(status=204)


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("plans", PlanViewSet, basename="plans")
    router.register("goals", GoalViewSet, basename="goals")
    router.register("goal-readings", GoalReadingViewSet, basename="goal-readings")
    router.register("milestones", MilestoneViewSet, basename="milestones")
