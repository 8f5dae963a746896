"""What people type about contracts."""

from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.money import AmountField, MoneyMixin, as_typed, currencies
from accounts.models import Contract
from lib.names import refuse_unseen


class ContractForm(MoneyMixin):
    """An agreement."""

    amount_name = "value"
    narrow = ("starts_on", "ends_on", "value", "currency")

    name = forms.CharField(label=_("Name"), max_length=120, validators=[refuse_unseen])
    starts_on = forms.DateField(label=_("Starts on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Ends or renews on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day it no longer covers."),
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        required=False,
        min_value=0,
        max_value=2_147_483_647,
        help_text=_("What licence utilisation is measured against."),
    )
    value = AmountField(label=_("Value"))
    currency = forms.ChoiceField(label=_("Currency"))
    auto_renews = forms.BooleanField(label=_("Renews by itself"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["currency"].choices = currencies(currency)  # type: ignore[attr-defined]
        self.fields["currency"].initial = currency

    @staticmethod
    def values_of(contract: Contract) -> dict[str, Any]:
        names = ("name", "starts_on", "ends_on", "seats", "currency", "auto_renews")
        value = as_typed(contract.value_minor, contract.currency)
        return {**{name: getattr(contract, name) for name in names}, "value": value}

    @classmethod
    def renewal_of(cls, contract: Contract) -> dict[str, Any]:
        """The same again, for as long as it ran, beginning when it ends."""
        ends_on = contract.ends_on + (contract.ends_on - contract.starts_on)
        with suppress(ValueError):  # 29 February has no next year
            years = contract.ends_on.year - contract.starts_on.year
            if contract.starts_on.replace(year=contract.ends_on.year) == contract.ends_on:
                ends_on = contract.ends_on.replace(year=contract.ends_on.year + years)
        return {**cls.values_of(contract), "starts_on": contract.ends_on, "ends_on": ends_on}

    def changes(self) -> dict[str, Any]:
        names = ("name", "starts_on", "ends_on", "seats", "currency", "auto_renews")
        return {**{name: self.cleaned_data[name] for name in names}, "value_minor": self.minor}
