"""What people type about success plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import queries as account_queries
from accounts.models import Account, Contact, Metric
from plans import queries
from plans.models import Goal, Milestone, PlanVersion
from plans.words import INTENTS, PARTS


def _date(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)


def _text(name: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=PARTS[name],
        required=False,
        max_length=2000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _number(**options: Any) -> forms.FloatField:
    return forms.FloatField(widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}), **options)


def _offer(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  what it was made as
    field.queryset = rows


class PlanForm(forms.Form):
    """The whole plan, as it stands from now on."""

    why_bought = _text("why_bought", _("The problem they had, in their words."))
    use_case = _text("use_case", _("What they do with it, who, how often."))
    replaces = _text("replaces", _("The system, the people or the habit it stands in for."))
    success_criteria = _text("success_criteria", _("How they will tell that it was worth it."))
    expected_on = _date(label=PARTS["expected_on"], required=False, help_text=_("When they want to see it."))
    sponsor_role = forms.ChoiceField(
        label=PARTS["sponsor_role"],
        required=False,
        choices=[("", _("Not known")), *Contact.Role.choices],
        help_text=_("Who stands behind the purchase."),
    )
    metrics = forms.TypedMultipleChoiceField(
        label=_("What shows the use case"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Metrics of what they use for it. Use beside them is not what they came for."),
    )
    renewal_intent = forms.TypedChoiceField(
        label=_("Will they renew?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("They have not said")), *((key, f"{key} · {words}") for key, words in INTENTS.items())],
        help_text=_("What the customer said last, not what you believe."),
    )
    renewal_intent_on = _date(label=_("They said so on"), required=False)
    confirmed_on = _date(
        label=_("Confirmed by the customer on"),
        required=False,
        help_text=_("The day they read this plan and agreed."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = self.fields["metrics"]
        assert isinstance(offered, forms.TypedMultipleChoiceField)  # noqa: S101  what it was made as
        offered.choices = [(metric.pk, metric.name) for metric in queries.metrics()]
        if not offered.choices:
            del self.fields["metrics"]

    @classmethod
    def values_of(cls, plan: PlanVersion | None) -> dict[str, Any]:
        return {name: getattr(plan, name) for name in cls.base_fields} if plan else {}


class DayForm(forms.Form):
    """The day something happened."""

    on = _date(label=_("When"))


class GoalForm(forms.Form):
    """A goal."""

    name = forms.CharField(label=_("What they want to reach"), max_length=200)
    unit = forms.CharField(
        label=_("Counted in"), required=False, max_length=40, help_text=_("For instance seats, hours, %.")
    )
    baseline = _number(label=_("Where it begins"))
    target = _number(label=_("Target"))
    starts_on = _date(label=_("From"))
    due_on = _date(label=_("Due on"))
    metric: "forms.ModelChoiceField[Metric]" = forms.ModelChoiceField(
        None,
        label=_("Read from"),
        required=False,
        empty_label=_("By hand: we enter readings"),
        help_text=_("A metric is read by itself: its newest day counts."),
    )
    site = forms.CharField(label=_("Group or site"), required=False, max_length=120)
    weight = forms.IntegerField(
        label=_("Weight"), initial=1, help_text=_("From 1 to 100: how much of the value this goal stands for.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self.fields["metric"], queries.metrics())

    @classmethod
    def values_of(cls, goal: Goal) -> dict[str, Any]:
        return {name: getattr(goal, name) for name in cls.base_fields}


class ReadingForm(forms.Form):
    """What was read on a day."""

    value = _number(label=_("Value"))
    day = _date(label=_("Read on"), help_text=_("A second reading of a day replaces the first."))


class ConfirmForm(forms.Form):
    """Who of the customer confirmed it, and when."""

    contact: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None, label=_("Who confirmed it"), required=False, empty_label=_("Somebody not listed")
    )
    on = _date(label=_("When"))

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self.fields["contact"], account_queries.contacts_of(account).present())


class MilestoneForm(forms.Form):
    """A step on the way."""

    name = forms.CharField(label=_("What is done then"), max_length=200)
    phase = forms.ChoiceField(label=_("Phase"), choices=Milestone.Phase.choices)
    due_on = _date(label=_("Due on"))
    material = forms.URLField(
        label=_("Material"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("The address of what was prepared for it: a guide, a deck, a recording."),
    )

    @classmethod
    def values_of(cls, milestone: Milestone) -> dict[str, Any]:
        return {name: getattr(milestone, name) for name in cls.base_fields}
