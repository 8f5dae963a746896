"""What people type about touchpoints and stages."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from accounts.stages import Stage
from journeys.models import Touchpoint
from lib.formatting import signed

OUTCOMES = [("", _("Nothing was scheduled")), *Touchpoint.Outcome.choices]
REACHED_OUT = [("", _("Not known")), ("us", _("We did, before they asked")), ("them", _("They did"))]


def _experiences() -> list[tuple[Any, Any]]:
    """Not known, then the five steps from worst to best, each with its number and its words."""
    steps = [(value, f"{signed(value)} · {label}") for value, label in Touchpoint.Experience.choices]
    return [("", _("Not known")), *steps]


class StageForm(forms.Form):
    """Where to, and why."""

    to_stage = forms.ChoiceField(label=_("New stage"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        help_text=_("One sentence for whoever reads the history later."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_stage = self.fields["to_stage"]
        assert isinstance(to_stage, forms.ChoiceField)  # noqa: S101  what it was made as
        to_stage.choices = [choice for choice in Stage.choices if choice[0] != account.stage]


class TouchpointForm(forms.Form):
    """How we met, with whom, and how it went for them."""

    summary = forms.CharField(
        label=_("What was it about?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Touchpoint.Channel.choices, widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label=_("Did they take part?"),
        choices=Touchpoint.Direction.choices,
        widget=forms.RadioSelect,
        help_text=_("Two-way touchpoints count towards engagement. A note to ourselves never does."),
    )
    contact: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None, label=_("With whom"), required=False, empty_label=_("Nobody in particular")
    )
    happened_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    outcome = forms.ChoiceField(
        label=_("Was it scheduled?"),
        choices=OUTCOMES,
        required=False,
        help_text=_("For calls and meetings. One that was missed does not count towards engagement."),
    )
    is_proactive = forms.TypedChoiceField(
        label=_("Who reached out?"),
        choices=REACHED_OUT,
        coerce=lambda who: who == "us",
        empty_value=None,
        required=False,
    )
    expected = forms.TypedChoiceField(
        label=_("What did they expect?"),
        choices=_experiences,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    felt = forms.TypedChoiceField(
        label=_("How did it feel to them?"),
        choices=_experiences,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, account: Account, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)  # noqa: S101  what it was made as
        contact.queryset = Contact.objects.present().filter(account=account).order_by("name", "pk")

    def clean_happened_at(self) -> datetime:
        happened_at: datetime = self.cleaned_data["happened_at"]
        if happened_at > self.at:
            raise forms.ValidationError(_("This has not happened yet. Log it afterwards."))
        return happened_at
