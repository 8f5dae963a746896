"""How a workspace deals with complaints, and what it takes for one."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.models import Ticket
from complaints.actions import setting as actions
from complaints.forms.setting import LONGEST_WORD, MOST_WORDS
from complaints.models import ComplaintRule, ComplaintSettings
from complaints.queries import setting as queries
from lib.bounds import json_number
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces.api import Creates, Fields, Lists, Retrieves, Settings, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class ComplaintSettingsSerializer(serializers.Serializer[ComplaintSettings]):
    promise_hours = json_number(
        actions.LIMITS["promise_hours"], gettext_lazy("Working hours until a new complaint is to be solved.")
    )
    follow_up_hours = json_number(
        actions.LIMITS["follow_up_hours"], gettext_lazy("Working hours until a bad answer is followed up.")
    )
    opens_at = json_number(actions.LIMITS["opens_at"], gettext_lazy("Hour of the day."))
    closes_at = json_number(actions.LIMITS["closes_at"], gettext_lazy("Hour of the day."))
    silent_prior = json_number(
        actions.LIMITS["silent_prior"], gettext_lazy("Silent others assumed for each complaint.")
    )
    prior_weight = json_number(
        actions.LIMITS["prior_weight"], gettext_lazy("The assumption counts as so many complaints asked about.")
    )


class ComplaintSettingsViewSet(Settings):
    """How this workspace deals with complaints. What was promised stays as it was."""

    model = ComplaintSettings
    area = Area.COMPLAINTS
    serializer_class = ComplaintSettingsSerializer
    read_capability = Capability.CONFIGURE_HEALTH
    write_capability = Capability.CONFIGURE_HEALTH

    def current(self) -> ComplaintSettings:
        return queries.settings()

    def change(self, fields: Fields) -> None:
        try:
            actions.update_settings(changes=fields, at=now(), by=self.by)
        except actions.NoHours as error:
            raise serializers.ValidationError({"closes_at": [_("Work has to end after it begins.")]}) from error


@example("Urgent problems", name="Urgent problems", source="ticket", priorities=["urgent"], topics=["problem"])
class ComplaintRuleSerializer(serializers.Serializer[ComplaintRule]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    source = serializers.ChoiceField(ComplaintRule.Source.choices)  # type: ignore[assignment]
    is_on = serializers.BooleanField(required=False)
    words = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_WORD),
        max_length=MOST_WORDS,
        required=False,
        help_text=gettext_lazy("Any of these stands in it; the beginning of a word is enough."),
    )
    is_bad_only = serializers.BooleanField(required=False, help_text=gettext_lazy("Of answers."))
    needs_comment = serializers.BooleanField(required=False, help_text=gettext_lazy("Of answers."))
    priorities = serializers.ListField(
        child=serializers.ChoiceField(Ticket.Priority.choices), required=False, help_text=gettext_lazy("Of tickets.")
    )
    topics = serializers.ListField(
        child=serializers.ChoiceField(Ticket.Topic.choices), required=False, help_text=gettext_lazy("Of tickets.")
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_WORD),
        max_length=MOST_WORDS,
        required=False,
        help_text=gettext_lazy("Of tickets, as the help desk has them; capitals do not matter."),
    )
    felt_at_most = serializers.IntegerField(
        min_value=-2, max_value=2, required=False, allow_null=True, help_text=gettext_lazy("Of touchpoints: -2 to 2.")
    )
    created_at = UtcDateTimeField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not actions.has_condition(self.instance, attrs):
            raise serializers.ValidationError({"words": [_("Set at least one condition of its source.")]})
        return attrs


class ComplaintRuleViewSet(Lists, Retrieves, Creates, Updates):
    """What is taken for a complaint as it comes in. A rule is switched off with `is_on`."""

    model = ComplaintRule
    area = Area.COMPLAINTS
    serializer_class = ComplaintRuleSerializer
    read_capability = Capability.CONFIGURE_HEALTH
    write_capability = Capability.CONFIGURE_HEALTH

    def rows(self) -> QuerySet[ComplaintRule]:
        return queries.rules()

    def add(self, fields: Fields) -> ComplaintRule:
        return actions.add_rule(fields=fields, at=now(), by=self.by)

    def change(self, row: ComplaintRule, fields: Fields) -> None:
        actions.change_rule(rule=row, changes=fields, at=now(), by=self.by)
