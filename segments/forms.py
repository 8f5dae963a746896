"""What people type about segments and the ideal customer, beside the conditions (`segments.builder`)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.names import refuse_unseen


class SegmentForm(forms.Form):
    """A segment's name, and what it is for."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        validators=[refuse_unseen],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=1000,
        help_text=_("Shown in the list of segments."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CriterionForm(forms.Form):
    """A criterion's name, and how much it counts."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        validators=[refuse_unseen],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    weight = forms.IntegerField(
        label=_("Points"),
        min_value=1,
        max_value=100,
        initial=10,
        help_text=_("The fit is the points of what a customer meets, in 100 of those of which something is known."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
