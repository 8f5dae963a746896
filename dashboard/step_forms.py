"""What people type when they take the next step with a customer."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from journeys.models import Touchpoint
from lib.formatting import signed

DISMISSED_DAYS, DISMISSED_MOST = 14, 365
REACHED = [("spoke", _("We spoke")), ("missed", _("I did not reach them"))]


class _WithPerson(forms.Form):
    """Whom it was with, of the people who are there."""

    contact = forms.ChoiceField(label=_("With whom"), required=False)

    def __init__(self, *args: Any, people: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(contact.pk): contact for contact in people}
        names = [(pk, str(contact)) for pk, contact in self.people.items()]
        self.fields["contact"].choices = [("", _("Nobody in particular")), *names]  # type: ignore[attr-defined]

    @property
    def with_whom(self) -> Contact | None:
        return self.people.get(self.cleaned_data["contact"])


def _felt() -> list[tuple[Any, Any]]:
    return [
        ("", _("Not known")),
        *((value, f"{signed(value)} · {name}") for value, name in Touchpoint.Experience.choices),
    ]


class CallForm(_WithPerson):
    """How a call went."""

    reached = forms.ChoiceField(
        label=_("Did you reach them?"), choices=REACHED, widget=forms.RadioSelect, initial="spoke"
    )
    summary = forms.CharField(
        label=_("What was it about?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
    felt = forms.TypedChoiceField(
        label=_("How did it feel to them?"), choices=_felt, coerce=int, empty_value=None, required=False
    )
    acknowledge = forms.BooleanField(
        label=_("Acknowledge the account’s open alerts: you take care of them"), required=False, initial=True
    )
    field_order = ("contact", "reached", "summary", "felt", "acknowledge")

    @property
    def touchpoint(self) -> dict[str, Any]:
        """What `log_touchpoint` is told."""
        said = self.cleaned_data
        is_missed = said["reached"] == "missed"
        return {
            "channel": Touchpoint.Channel.CALL,
            "direction": Touchpoint.Direction.ONE_WAY if is_missed else Touchpoint.Direction.TWO_WAY,
            "outcome": Touchpoint.Outcome.MISSED if is_missed else "",
            "summary": said["summary"],
            "contact": self.with_whom,
            "felt": None if is_missed else said["felt"],
        }


class SentForm(_WithPerson):
    """That a mail went out, and what it was about."""

    summary = forms.CharField(
        label=_("What was it about?"), max_length=2000, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    acknowledge = CallForm.base_fields["acknowledge"]
    field_order = ("contact", "summary", "acknowledge")

    @property
    def touchpoint(self) -> dict[str, Any]:
        """What `log_touchpoint` is told: one-way, so it never raises a score."""
        channel, direction = Touchpoint.Channel.EMAIL, Touchpoint.Direction.ONE_WAY
        summary = self.cleaned_data["summary"]
        return {"channel": channel, "direction": direction, "summary": summary, "contact": self.with_whom}


class DismissForm(forms.Form):
    """Why an account needs nobody for now, and until when."""

    reason = forms.CharField(
        label=_("Why it can wait"),
        max_length=200,
        help_text=_("It stands on the timeline, and in the list of what was dismissed."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        until = self.fields["until"]
        until.initial = today + timedelta(days=DISMISSED_DAYS)
        until.widget.attrs["min"] = (today + timedelta(days=1)).isoformat()

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(_("Choose a day after today."))
        if until > self.today + timedelta(days=DISMISSED_MOST):
            raise forms.ValidationError(_("Choose a day within a year."))
        return until
