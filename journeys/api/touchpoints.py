"""Touchpoints and stages over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.models import Account, Contact
from accounts.stages import Stage
from journeys import actions, queries
from journeys.models import StageMove, Touchpoint
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Creates, Fields, Lists, OfAccount, OwnRow, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

SUMMARY_LENGTH = 10_000


class ExperienceField(serializers.IntegerField):
    """-2, much worse than usual, to 2, much better; null: not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=-2, max_value=2, required=False, allow_null=True, **kwargs)


@example(
    "A call",
    account=1,
    contact=1,
    channel="call",
    direction="two_way",
    summary="Went through the open tickets",
    outcome="held",
    is_proactive=True,
    expected=-1,
    felt=1,
)
class TouchpointSerializer(serializers.Serializer[Touchpoint]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    contact = OwnRow(Contact, required=False, allow_null=True)
    channel = serializers.ChoiceField(Touchpoint.Channel.choices)
    direction = serializers.ChoiceField(Touchpoint.Direction.choices)
    summary = serializers.CharField(max_length=SUMMARY_LENGTH)
    outcome = BlankIsNull(
        Touchpoint.Outcome.choices,
        required=False,
        help_text=gettext_lazy("Whether a scheduled call or meeting took place; null where none was scheduled."),
    )
    is_proactive = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("We reached out before they asked; null where it is not known."),
    )
    expected = ExperienceField(help_text=gettext_lazy("How the customer expected it to be, from -2 to 2."))
    felt = ExperienceField(help_text=gettext_lazy("How it felt to the customer, from -2 to 2."))
    at = UtcDateTimeField(required=False, help_text=gettext_lazy("When it happened; without, now."))
    by = serializers.EmailField(
        source="by.email",
        read_only=True,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("Who logged it: a member, or whoever made the token."),
    )

    def validate_outcome(self, value: str | None) -> str:
        return value or ""


class TouchpointFilters(OfAccount):
    outcome = serializers.ChoiceField(Touchpoint.Outcome.choices, required=False)
    is_proactive = serializers.BooleanField(required=False)


class TouchpointViewSet(Lists, Retrieves, Creates):
    """Meetings with customers, of any kind."""

    model = Touchpoint
    area = Area.JOURNEYS
    filters = TouchpointFilters
    serializer_class = TouchpointSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Touchpoint]:
        return queries.touchpoints()

    def add(self, fields: Fields) -> Touchpoint:
        happened_at = fields.pop("at", None)
        try:
            return actions.log_touchpoint(**fields, happened_at=happened_at, at=now(), by=self.by)
        except actions.ContactElsewhere as error:
            raise serializers.ValidationError({"contact": [_("This contact belongs to another account.")]}) from error
        except actions.NotYetHappened as error:
            raise serializers.ValidationError({"at": [_("This is still to come.")]}) from error


class StageMoveSerializer(serializers.Serializer[StageMove]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    from_stage = serializers.ChoiceField(Stage.choices, read_only=True)
    to_stage = serializers.ChoiceField(Stage.choices)
    reason = serializers.CharField(
        max_length=SUMMARY_LENGTH, write_only=True, help_text=gettext_lazy("Why, in your words.")
    )
    words = serializers.CharField(read_only=True, help_text=gettext_lazy("Why."))
    rule = serializers.CharField(
        read_only=True, help_text=gettext_lazy("The rule that moved it; empty where a person did.")
    )
    at = UtcDateTimeField(read_only=True)
    by = ByField()


class StageMoveFilters(OfAccount):
    to_stage = serializers.ChoiceField(Stage.choices, required=False)
    since = UtcDateTimeField(source="at__gte", required=False)
    until = UtcDateTimeField(source="at__lt", required=False)


class StageMoveViewSet(Lists, Retrieves, Creates):
    """The steps of accounts from stage to stage. A POST moves an account."""

    model = StageMove
    area = Area.JOURNEYS
    filters = StageMoveFilters
    serializer_class = StageMoveSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[StageMove]:
        found: QuerySet[StageMove] = StageMove.objects.select_related("by")
        return found

    def add(self, fields: Fields) -> StageMove:
        try:
            return actions.move_stage(**fields, at=now(), by=self.by)
        except actions.AlreadyThere as error:
            raise Conflict(_("The account is in this stage already.")) from error
