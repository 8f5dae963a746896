"""What people say of how a customer is doing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from health.models import Pulse

LONGEST_REASON = 1000
STEPS = [(step.value, step.label) for step in reversed(Pulse.Step)]


class PulseForm(forms.Form):
    """One of six steps, and why."""

    step = forms.TypedChoiceField(label=_("How are they doing?"), choices=STEPS, coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why do you think so?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you saw or heard that no number shows. It holds for 30 days, and never enters the score."),
    )
