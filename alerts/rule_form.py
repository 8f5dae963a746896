"""The form of an alert rule: the parameters of its kind, for whom, and how it opens alerts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Metric
from alerts import kinds
from alerts.actions.rules import LONGEST_COOL_DOWN
from alerts.actions.settings import LIMITS
from alerts.kinds import BadParameters, Kind, Parameter, Shape
from alerts.models import AlertRule
from alerts.rules import COOL_DOWN_DAYS, Rule, Terms, is_hard_at_first
from health.parts import LABELS, PARTS, Part
from lib.bounds import number
from segments import queries as segment_queries

SHORT = {"inputmode": "numeric", "class": "form-short"}


class RuleForm(forms.Form):
    """One rule of a kind. `parameters` and `draft` are there once it is valid."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, kind: str, rule: AlertRule | None = None) -> None:
        super().__init__(data, initial=_initial(kind, rule))
        self.kind = kind
        if rule is not None and rule.key in Rule.values:
            self.fields["name"].required = False
            self.fields["name"].help_text = _("Empty: “%(name)s”.") % {"name": Rule(rule.key).label}
        for parameter in kinds.PARAMETERS[kind]:
            self.fields[parameter.name] = _field(parameter)
        if kind == Kind.SCORE_BAND:
            self.fields["follows_budget"] = forms.BooleanField(
                label=_("The budget sets this threshold"),
                required=False,
                help_text=_("Every month, from history. Other numbers above take the tick off."),
            )
        self.fields["segment"] = forms.TypedChoiceField(
            label=_("For"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("All accounts")), *segment_queries.names().items()],
        )
        self.fields["is_hard"] = forms.BooleanField(
            label=_("Always opens an alert of its own"),
            required=False,
            help_text=_("Otherwise it joins an alert that is open already, and waits for the end of its cool-down."),
        )
        self.fields["cool_down_days"] = forms.IntegerField(
            label=_("Cool-down, days"),
            min_value=0,
            max_value=LONGEST_COOL_DOWN,
            help_text=_("No second alert within these days, unless the score falls another 10 points."),
            widget=forms.NumberInput(attrs=SHORT),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        told = {parameter.name: cleaned.get(parameter.name) for parameter in kinds.PARAMETERS[self.kind]}
        if not self.errors:
            try:
                self.parameters = kinds.check(self.kind, told)
            except BadParameters as bad:
                for name, words in bad.problems.items():
                    self.add_error(name or None, words)
        return cleaned

    @property
    def fields_told(self) -> dict[str, Any]:
        """What an action is told."""
        said = self.cleaned_data
        told = {
            "name": said["name"],
            "parameters": self.parameters,
            "segment_id": said["segment"],
            "is_hard": said["is_hard"],
            "cool_down_days": said["cool_down_days"],
        }
        if "follows_budget" in self.changed_data:  # a tick that stayed as it was says nothing
            told["follows_budget"] = said["follows_budget"]
        return told

    @property
    def draft(self) -> Terms:
        """The rule as if it were new: nobody is held by it."""
        said = self.cleaned_data
        return Terms(
            "",
            self.kind,
            self.parameters,
            is_hard=said["is_hard"],
            cool_down=timedelta(days=said["cool_down_days"]),
            segment_id=said["segment"],
        )


def _initial(kind: str, rule: AlertRule | None) -> dict[str, Any]:
    if rule is None:
        told: dict[str, Any] = {"is_hard": is_hard_at_first(kind), "cool_down_days": COOL_DOWN_DAYS}
        return {"name": str(Kind(kind).label), **told, **kinds.defaults(kind)}
    told = {"name": rule.name, "segment": rule.segment_id, "is_hard": rule.is_hard}
    told |= {"cool_down_days": rule.cool_down_days, "follows_budget": rule.follows_budget}
    return {**told, **rule.parameters}


def _field(parameter: Parameter) -> forms.Field:
    told: dict[str, Any] = {"label": parameter.label, "help_text": parameter.help, "required": parameter.is_required}
    if parameter.shape == Shape.PART:
        return forms.ChoiceField(choices=[(key, LABELS[Part(key)]) for key in PARTS], **told)
    if parameter.shape == Shape.METRIC:
        metrics = Metric.objects.order_by("name", "pk").values_list("key", "name")
        return forms.ChoiceField(choices=list(metrics), **told)
    limits: dict[str, Any] = {"min_value": parameter.least, "max_value": parameter.most}
    return forms.IntegerField(widget=forms.NumberInput(attrs=SHORT), **limits, **told)


def _number(name: str, label: Any, help_text: Any = "") -> forms.IntegerField:
    return number(LIMITS[name], label, help_text, widget=forms.NumberInput(attrs=SHORT))


class BudgetForm(forms.Form):
    """How many alerts a month, for each 100 accounts, can be followed, and when one goes to the managers."""

    budget = _number(
        "budget",
        _("Alerts a month for each 100 accounts"),
        _("Rules about the score open below the threshold that spends their share of this, unless set by hand."),
    )
    escalate_after_days = _number(
        "escalate_after_days",
        _("Days until an untouched alert goes to the managers"),
        _("Untouched: nobody acknowledged it, put it off or logged anything with the account. 0: never."),
    )


class HoldoutForm(forms.Form):
    """How many of 100 new alerts are told to nobody."""

    holdout_share = _number(
        "holdout_share",
        _("Of 100 new alerts, told to nobody"),
        _("0 to 20. 0: every alert is told, nothing is measured."),
    )
