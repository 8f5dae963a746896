"""What people type about surveys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from lib.bounds import number
from surveys import queries
from surveys.actions import surveys as survey_actions
from surveys.actions.settings import LIMITS
from surveys.models import Hold, Survey, SurveySettings


class SettingsForm(forms.Form):
    """How a workspace asks its customers, each setting with its effect."""

    is_on = forms.BooleanField(
        label=_("Send surveys"),
        required=False,
        help_text=_("Switched off, nobody is asked anything; answers to mails already sent are still taken."),
    )
    sender_name = forms.CharField(
        label=_("Name your customers know you by"),
        required=False,
        max_length=120,
        help_text=_("Shown in mails and on the answer page. Empty: the name of this workspace."),
    )
    quiet_days = number(
        LIMITS["quiet_days"],
        _("Leave a person in peace for this many days"),
        _("After any survey mail. Who is left out is not asked later. 0: no quiet period."),
    )
    account_cap = number(
        LIMITS["account_cap"],
        _("Mails to one account in 30 days, at most"),
        _("Of all surveys together; who is left out is not asked later. 0: no limit."),
    )
    daily_cap = number(
        LIMITS["daily_cap"],
        _("Mails a day to all customers, at most"),
        _("What does not fit into a day goes out on one of the next seven. Reminders come besides. 0: no limit."),
    )
    hours_from = number(
        LIMITS["hours_from"],
        _("Working hours from"),
        _("0 to 23, Monday to Friday, where the reader lives. For waves, and surveys that keep to these hours."),
    )
    hours_until = number(LIMITS["hours_until"], _("Working hours until"), _("1 to 24."))
    effort_score = forms.ChoiceField(
        label=_("How CES is counted"),
        choices=SurveySettings.EffortScore.choices,
        help_text=_("The two give different numbers and cannot be compared. Results name the one in use."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("hours_from", 0) >= said.get("hours_until", 25):
            self.add_error("hours_until", _("Must be later than the first hour."))
        return said


class HoldForm(forms.Form):
    """Why an account's people are better left alone."""

    kind = forms.ChoiceField(label=_("Why"), choices=Hold.Kind.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What happened"), required=False, max_length=300, help_text=_("Shown on the account's timeline.")
    )


class WaveForm(forms.Form):
    """Who gets the relationship survey now."""

    name = forms.CharField(
        label=_("Name of this wave"), max_length=120, help_text=_("For you; customers do not see it.")
    )
    survey: "forms.ModelChoiceField[Survey]" = forms.ModelChoiceField(
        label=_("Survey"), queryset=None, empty_label=None, required=False
    )
    spread_days = number(
        survey_actions.LIMITS["spread_days"],
        _("Spread over working days"),
        _("Evenly over working hours where each reader lives, from the next day on. 0: all at once."),
        required=False,
    )
    roles = forms.MultipleChoiceField(
        label=_("People to ask"),
        choices=Contact.Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )
    accounts = forms.TypedMultipleChoiceField(
        label=_("Accounts"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one account."),
            "invalid_choice": _("The list of accounts has changed. Look through it again."),
        },
    )

    def __init__(
        self,
        accounts: list[Account],
        data: Any = None,
        initial: dict[str, Any] | None = None,
        *,
        is_whole: bool = False,
    ) -> None:
        super().__init__(data, initial=initial)
        surveys = self.fields["survey"]
        assert isinstance(surveys, forms.ModelChoiceField)  # noqa: S101  narrows the type
        surveys.queryset = queries.wave_surveys()
        if is_whole:
            del self.fields["accounts"]
            return
        field = self.fields["accounts"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  narrows the type
        field.choices = [(account.pk, account.name) for account in accounts]

    def clean_survey(self) -> Survey:
        """The one that was chosen, else the oldest that goes in waves."""
        chosen = self.cleaned_data["survey"] or queries.wave_surveys().first()
        if chosen is None:
            raise forms.ValidationError(_("No survey that goes in waves is switched on."))
        found: Survey = chosen
        return found

    def clean_spread_days(self) -> int:
        return self.cleaned_data["spread_days"] or 0
