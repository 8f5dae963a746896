"""What a workspace asks of the risk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from risk.models import Horizon


class RunForm(forms.Form):
    """How far ahead, and who counts as having left."""

    horizon_days = forms.TypedChoiceField(
        label=_("How far ahead"),
        choices=Horizon.choices,
        coerce=int,
        help_text=_(
            "The chance that an account leaves within so many days. A longer horizon finds more departures to learn "
            "from, and tells less about when."
        ),
    )
    counts_non_renewal = forms.BooleanField(
        label=_("A contract that ended without another counts as leaving"),
        required=False,
        help_text=_("Where stages are not kept, this finds who is gone all the same."),
    )
    counts_downgrade = forms.BooleanField(
        label=_("Giving up more than half of the contract's value counts as leaving"),
        required=False,
        help_text=_("They are still customers; count them if that loss hurts you as much."),
    )
