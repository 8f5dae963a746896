"""What a customer types about what they may expect."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AcknowledgeForm(forms.Form):
    """The customer's answer."""

    name = forms.CharField(label=_("Your name"), max_length=200)
    objection = forms.CharField(
        label=_("Is something not as you understood it?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Then say what. We will get back to you, and nothing counts as confirmed."),
    )
