"""What people say about alerts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workspaces.models import Member

SNOOZE_DAYS = 7
SNOOZE_MOST = 365
WHOSE = [("mine", _("Mine")), ("assigned", _("Assigned to me")), ("all", _("Everybody's"))]
SHOWS = [("open", _("Open")), ("snoozed", _("Put off")), ("closed", _("Closed")), ("all", _("All"))]


class SnoozeForm(forms.Form):
    """Until when to hide an alert, and why."""

    until = forms.DateField(label=_("Hide until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Why it can wait"),
        max_length=200,
        help_text=_("Whoever looks for this alert reads it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        until = self.fields["until"]
        until.initial = today + timedelta(days=SNOOZE_DAYS)
        until.widget.attrs["min"] = (today + timedelta(days=1)).isoformat()

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(_("Choose a day after today."))
        if until > self.today + timedelta(days=SNOOZE_MOST):
            raise forms.ValidationError(_("Choose a day within a year."))
        return until


class ResolveForm(forms.Form):
    """What was done about an alert."""

    note = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=2000,
        help_text=_("It stays with the alert."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AssignForm(forms.Form):
    """Who takes an alert over; nobody: the account's owner."""

    member = forms.ChoiceField(label=_("Assigned to"), required=False)

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        choices = [("", _("The account’s owner")), *((pk, str(one.user)) for pk, one in self.members.items())]
        self.fields["member"].choices = choices  # type: ignore[attr-defined]

    @property
    def assignee(self) -> Member | None:
        return self.members.get(self.cleaned_data["member"])


class AlertFilter(forms.Form):
    """Which alerts a list shows; what cannot be read is left out."""

    who = forms.ChoiceField(required=False, choices=WHOSE)
    show = forms.ChoiceField(required=False, choices=SHOWS)
    rule = forms.ChoiceField(label=_("Rule"), required=False, widget=forms.Select)
    account = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    since = forms.DateField(required=False, widget=forms.HiddenInput)
    until = forms.DateField(required=False, widget=forms.HiddenInput)
    joined = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", _("All rules")), *rules]  # type: ignore[attr-defined]
