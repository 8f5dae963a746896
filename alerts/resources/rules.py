"""Alert rules over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from alerts import queries, rulebook
from alerts.actions import rules as actions
from alerts.kinds import BadParameters, Kind
from alerts.models import AlertRule
from alerts.queries import Figures
from alerts.rules import COOL_DOWN_DAYS
from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

REFUSALS = (
    BadParameters, actions.NameMissing, actions.NameTaken, actions.NotAThreshold, actions.NotAvailable,
    actions.TooManyRules,
)  # fmt: skip


class ParametersField(serializers.DictField):
    """What a rule of this kind is told: `below` and `leave_from` for a score, `days` for silence, and so on."""

    child = serializers.JSONField()


class RuleFiguresSerializer(serializers.Serializer[Figures]):
    """How one rule did; `null`: nothing to judge yet."""

    opened = serializers.IntegerField(help_text=gettext_lazy("Alerts that it opened in the last 180 days."))
    open_now = serializers.IntegerField()
    judged = serializers.IntegerField(help_text=gettext_lazy("Alerts that it opened or joined over 90 days ago."))
    hits = serializers.IntegerField(
        help_text=gettext_lazy("Of those judged: the account left or was disappointed within 90 days.")
    )
    precision = serializers.FloatField(allow_null=True, help_text=gettext_lazy("The share of hits, 0 to 1."))
    lead_days = serializers.FloatField(allow_null=True, help_text=gettext_lazy("Days until then, the median."))
    is_mostly_wrong = serializers.SerializerMethodField(
        help_text=gettext_lazy("Worse than picking accounts blindly, to 80 %.")
    )

    def get_is_mostly_wrong(self, did: Figures) -> bool:
        return did.is_mostly_wrong(self.context["view"].base_rate)


@example(
    "Adoption", name="Hardly adopted", kind="component", parameters={"part": "adoption", "below": 40, "leave_from": 60}
)
class AlertRuleSerializer(serializers.Serializer[AlertRule]):
    """What opens an alert: a kind with its parameters, for every account or for a segment's."""

    id = serializers.IntegerField(read_only=True)
    key = serializers.CharField(read_only=True, help_text=gettext_lazy("What alerts call it."))
    name = serializers.CharField(
        max_length=80, allow_blank=True, help_text=gettext_lazy("Empty only for the first three rules.")
    )
    kind = serializers.ChoiceField(Kind.choices, help_text=gettext_lazy("Stays as it was made."))
    parameters = ParametersField()
    segment = serializers.IntegerField(
        source="segment_id", allow_null=True, required=False, min_value=1, max_value=2**63 - 1,
        help_text=gettext_lazy("The id of a segment in use; null: every account."),
    )  # fmt: skip
    is_hard = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Always opens an alert of its own, without a cool-down.")
    )
    is_on = serializers.BooleanField(required=False, default=True)
    cool_down_days = serializers.IntegerField(
        required=False, min_value=0, max_value=actions.LONGEST_COOL_DOWN, default=COOL_DOWN_DAYS
    )
    follows_budget = serializers.BooleanField(
        required=False,
        help_text=gettext_lazy(
            "The budget sets the threshold of this rule about the score. Other parameters end that, unless it is sent."
        ),
    )
    budgeted_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text=gettext_lazy("When the budget last set it, or found it right.")
    )
    sentence = serializers.SerializerMethodField(help_text=gettext_lazy("What it says, in words."))
    figures = serializers.SerializerMethodField(help_text=gettext_lazy("How it did."))
    changed_at = UtcDateTimeField(read_only=True, allow_null=True)
    changed_by = ByField("changed_by")
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)

    def get_sentence(self, rule: AlertRule) -> str:
        return rulebook.sentence(rule, self.context["view"].names)

    @extend_schema_field(RuleFiguresSerializer)
    def get_figures(self, rule: AlertRule) -> dict[str, Any]:
        did = self.context["view"].figures.get(rule.key, Figures())
        return dict(RuleFiguresSerializer(did, context=self.context).data)

    def validate_kind(self, kind: str) -> str:
        """A rule stays of its kind."""
        if self.instance is not None and kind != self.instance.kind:
            raise serializers.ValidationError(_("A rule stays of its kind: add another one."))
        return kind


class AlertRuleFilters(serializers.Serializer[AlertRule]):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    segment = IdParameter(source="segment_id")
    is_on = serializers.BooleanField(required=False)


class AlertRuleViewSet(Lists, Retrieves, Creates, Updates):
    """What opens alerts. The first three are there in every workspace; retired ones open nothing."""

    model = AlertRule
    area = Area.HEALTH
    filters = AlertRuleFilters
    serializer_class = AlertRuleSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        at = now()
        self.names, self.figures, self.base_rate = rulebook.names(), queries.rule_figures(at), queries.base_rate(at)

    def rows(self) -> QuerySet[AlertRule]:
        return AlertRule.objects.select_related("changed_by")

    def add(self, fields: Fields) -> AlertRule:
        try:
            return actions.create_rule(**fields, at=now(), by=self.by)
        except REFUSALS as error:
            raise _refused(error) from error

    def change(self, row: AlertRule, fields: Fields) -> None:
        fields.pop("kind", None)
        try:
            actions.update_rule(rule=row, **fields, at=now(), by=self.by)
        except REFUSALS as error:
            raise _refused(error) from error

    @extend_schema(summary=gettext_lazy("Retire"), request=None, responses=AlertRuleSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """It opens nothing more, and its alerts close when they are over."""
        return Response(self.shown(actions.retire_rule(rule=self.get_object(), at=now(), by=self.by)))

    @extend_schema(summary=gettext_lazy("Bring back"), request=None, responses=AlertRuleSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """A retired rule opens alerts again."""
        try:
            row = actions.restore_rule(rule=self.get_object(), at=now(), by=self.by)
        except actions.NameTaken as error:
            raise Conflict(_("Another rule has this name by now. Rename that one first.")) from error
        except actions.TooManyRules as error:
            raise _refused(error) from error
        return Response(self.shown(row))


def _refused(error: Exception) -> ValidationError:
    if isinstance(error, BadParameters):
        by_name = {name: [words] for name, words in error.problems.items() if name}
        return ValidationError({"parameters": by_name or list(error.problems.values())})
    if isinstance(error, actions.NameTaken):
        return ValidationError({"name": [_("Another rule has this name.")]})
    if isinstance(error, actions.NameMissing):
        return ValidationError({"name": [_("This is needed.")]})
    if isinstance(error, actions.NotAThreshold):
        return ValidationError({"follows_budget": [_("Only a rule about the score has a threshold for it.")]})
    if isinstance(error, actions.NotAvailable):
        return ValidationError({"segment": [_("There is no such segment in use.")]})
    return ValidationError(
        {"non_field_errors": [_("There are at most %(most)s rules.") % {"most": actions.MOST_RULES}]}
    )


def routes(router: SimpleRouter) -> None:
    """Add what is about rules below /api/v1/."""
    router.register("alert-rules", AlertRuleViewSet, basename="alert-rules")
