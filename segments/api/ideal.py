"""What the ideal customer has, and how well accounts fit."""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lib.names import refuse_unseen
from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from segments import registry, sentences
from segments.actions import criteria as actions
from segments.api.conditions import ConditionsField
from segments.conditions import BadConditions
from segments.models import AccountFit, Criterion, FitSnapshot
from workspaces.api import Creates, Fields, IdParameter, Lists, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


@example(
    "In our line of business",
    name="Fifty people or more",
    weight=30,
    conditions={"all": [{"field": "industry", "op": "any_of", "value": ["Logistics"]}]},
)
class CriterionSerializer(serializers.Serializer[Criterion]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80, validators=[refuse_unseen])
    conditions = ConditionsField(help_text=gettext_lazy("What an account is, never how it does."))
    weight = serializers.IntegerField(min_value=1, max_value=100, help_text=gettext_lazy("How much it counts."))
    place = serializers.IntegerField(read_only=True)
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)


class CriterionFilters(serializers.Serializer[Criterion]):
    retired = serializers.BooleanField(required=False)


class CriterionViewSet(Lists, Retrieves, Creates, Updates):
    """What the ideal customer has. Every change has the fit of all accounts computed anew, in the background.

    Other conditions make another criterion in the place of the old one, as what was missed of that at signing stays
    true: the answer has its id.
    """

    model = Criterion
    area = Area.SEGMENTS
    filters = CriterionFilters
    serializer_class = CriterionSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def rows(self) -> QuerySet[Criterion]:
        found: QuerySet[Criterion] = Criterion.objects.all()
        return found

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        return queryset.filter(retired_at__isnull=not lookups["retired"]) if "retired" in lookups else queryset

    def add(self, fields: Fields) -> Criterion:
        raw = fields.pop("conditions")
        try:
            return actions.add_criterion(raw=raw, **fields, at=now(), by=self.by)
        except _REFUSALS as error:
            raise _refused(error) from error

    def change(self, row: Criterion, fields: Fields) -> None:
        if row.retired_at:
            raise Conflict(_("This criterion is retired: bring it back first."))
        said = {name: fields.get(name, getattr(row, name)) for name in ("name", "weight")}
        raw = fields.get("conditions", row.conditions)
        try:
            made = actions.revise_criterion(criterion=row, raw=raw, **said, at=now(), by=self.by)
        except _REFUSALS as error:
            raise _refused(error) from error
        row.pk = made.pk  # what is shown afterwards

    @extend_schema(summary=gettext_lazy("Retire"), request=None, responses=CriterionSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Accounts are judged by it no longer."""
        return Response(self.shown(actions.retire_criterion(criterion=self.get_object(), at=now(), by=self.by)))

    @extend_schema(summary=gettext_lazy("Bring back"), request=None, responses=CriterionSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Accounts are judged by it again."""
        try:
            row = actions.restore_criterion(criterion=self.get_object(), at=now(), by=self.by)
        except actions.NameTaken as error:
            raise Conflict(_("Another criterion has this name by now. Rename that one first.")) from error
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Put it one place earlier"), request=None, responses=CriterionSerializer)
    @action(detail=True, methods=["post"])
    def earlier(self, request: Request, pk: str) -> Response:
        """The first stays where it is."""
        return Response(self.shown(actions.move_up(criterion=self.get_object())))


_REFUSALS = (BadConditions, actions.NotAboutAccounts, actions.NameTaken, actions.TooManyCriteria)


def _refused(error: Exception) -> serializers.ValidationError:
    if isinstance(error, BadConditions):
        return serializers.ValidationError({"conditions": sentences.problems(error.problems, registry.catalogue())})
    if isinstance(error, actions.NotAboutAccounts):
        return serializers.ValidationError({"conditions": [_("Say what customers are, not how they do.")]})
    if isinstance(error, actions.NameTaken):
        return serializers.ValidationError({"name": [_("Another criterion has this name.")]})
    most = _("There are at most %(most)s criteria.") % {"most": actions.MOST_CRITERIA}
    return serializers.ValidationError({"non_field_errors": [most]})


class FitSerializer(serializers.Serializer[AccountFit]):
    """How well one account fits: the ids of the criteria it meets, misses, and those of which nothing is known."""

    account = serializers.IntegerField(source="account_id")
    score = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    met = serializers.ListField(child=serializers.IntegerField())
    missed = serializers.ListField(child=serializers.IntegerField())
    unknown = serializers.ListField(child=serializers.IntegerField())
    at = UtcDateTimeField()


class FitFilters(serializers.Serializer[AccountFit]):
    account = IdParameter()
    below = serializers.IntegerField(source="score__lt", required=False, min_value=1, max_value=100)


class FitViewSet(Lists):
    """How well accounts fit the ideal customer, by account."""

    model: ClassVar[type[Model]] = AccountFit
    area = Area.SEGMENTS
    filters = FitFilters
    serializer_class = FitSerializer
    ordering = "account_id"

    def rows(self) -> QuerySet[Any]:
        found: QuerySet[AccountFit] = AccountFit.objects.all()
        return found


class SigningFitViewSet(FitViewSet):
    """How well accounts fitted when they signed; taken once."""

    model = FitSnapshot

    def rows(self) -> QuerySet[Any]:
        found: QuerySet[FitSnapshot] = FitSnapshot.objects.all()
        return found
