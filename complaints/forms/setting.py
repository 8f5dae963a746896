"""How a workspace deals with complaints, each setting with its effect, and what it takes for one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Ticket
from complaints.actions.setting import LIMITS, has_condition
from complaints.models import ComplaintRule
from journeys.models import Touchpoint
from lib.bounds import number
from lib.formatting import signed

MOST_WORDS = 50
LONGEST_WORD = 80
FELT = [("", _("However it felt"))] + [
    (value, f"{signed(value)} · {label}") for value, label in Touchpoint.Experience.choices if value < 0
]


class SettingsForm(forms.Form):
    """Times, working hours, and what is assumed of those who say nothing."""

    promise_hours = number(
        LIMITS["promise_hours"],
        _("Promise a solution within so many working hours"),
        _("What a new complaint begins with; it can be changed for each."),
    )
    follow_up_hours = number(
        LIMITS["follow_up_hours"],
        _("Speak with whoever answered badly within so many working hours"),
        _("Every bad answer makes a task for the owner of the account, due by then."),
    )
    opens_at = number(
        LIMITS["opens_at"], _("Work begins at (hour)"), _("Monday to Friday, in the time zone of the workspace.")
    )
    closes_at = number(LIMITS["closes_at"], _("Work ends at (hour)"))
    silent_prior = number(
        LIMITS["silent_prior"],
        _("Silent others assumed for each complaint"),
        _("An old rule of thumb says 26. It is an assumption, until you have asked."),
    )
    prior_weight = number(
        LIMITS["prior_weight"],
        _("The assumption counts as so many complaints asked about"),
        _("The more, the slower your own data replace it. After 20 complaints they stand alone."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at is not None and closes_at is not None and opens_at >= closes_at:
            self.add_error("closes_at", _("Work has to end after it begins."))
        return data


class WordsField(forms.CharField):
    """Words or phrases, one a line."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        words = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in text.splitlines()))))
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(_("At most %(most)s words or phrases."), params={"most": MOST_WORDS})
        if any(len(word) > LONGEST_WORD for word in words):
            raise forms.ValidationError(_("At most %(most)s characters a line."), params={"most": LONGEST_WORD})
        return words


class RuleForm(forms.Form):
    """One rule: what it looks at, and which of its conditions have to hold."""

    name = forms.CharField(label=_("Name"), max_length=80)
    is_on = forms.BooleanField(label=_("Use this rule"), required=False, initial=True)
    source = forms.ChoiceField(
        label=_("What it looks at"), choices=ComplaintRule.Source.choices, widget=forms.RadioSelect
    )
    words = WordsField(
        label=_("Any of these words stands in it"),
        required=False,
        max_length=MOST_WORDS * LONGEST_WORD * 2,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One word or phrase a line; the beginning of a word is enough. Empty: whatever it says."),
    )
    is_bad_only = forms.BooleanField(label=_("Answers: only bad ones"), required=False, initial=True)
    needs_comment = forms.BooleanField(label=_("Answers: only with a comment"), required=False)
    priorities = forms.MultipleChoiceField(
        label=_("Tickets: of these priorities"),
        choices=Ticket.Priority.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: of any."),
    )
    topics = forms.MultipleChoiceField(
        label=_("Tickets: of these topics"),
        choices=Ticket.Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: of any."),
    )
    tags = WordsField(
        label=_("Tickets: with any of these tags"),
        required=False,
        max_length=MOST_WORDS * LONGEST_WORD * 2,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As your help desk has them, one a line; capitals do not matter. Empty: with any or none."),
    )
    felt_at_most = forms.TypedChoiceField(
        label=_("Touchpoints: it felt so to them, or worse"),
        choices=FELT,
        coerce=int,
        empty_value=None,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A rule without any condition would take everything for a complaint."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not has_condition(None, data):
            self.add_error("words", _("Set at least one condition: else everything would be a complaint."))
        return data

    @classmethod
    def values_of(cls, rule: ComplaintRule) -> dict[str, Any]:
        fields = {name: getattr(rule, name) for name in cls.base_fields}
        return fields | {
            "words": "\n".join(rule.words),
            "tags": "\n".join(rule.tags),
            "felt_at_most": _shown(rule.felt_at_most),
        }


def _shown(felt: int | None) -> int | str:
    return "" if felt is None else felt
