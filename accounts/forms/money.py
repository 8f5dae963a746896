"""Amounts of money as people write them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext

from lib.formatting import EXPONENTS, SYMBOLS, major_units

THOUSANDS = re.compile(r"(?<=\d)[\s'’](?=\d{3})|(?<=\d),(?=\d{3}(\D|$))")


def currencies(also: str = "") -> list[tuple[str, str]]:
    """The currencies offered, with the one in use even if it is rare."""
    return [(code, code) for code in sorted({*SYMBOLS, *EXPONENTS, "CHF", "SEK", "NOK", "DKK", "CZK", also} - {""})]


def as_typed(minor: int | None, currency: str) -> str:
    """An amount as a person would type it: `48000`, `48000.50`."""
    if minor is None:
        return ""
    amount = major_units(minor, currency)
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount}"


class AmountField(forms.DecimalField):
    """An amount of money as people write it: `48000`, `48,000.50`, `48 000`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=16, decimal_places=3, required=False, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        return super().to_python(THOUSANDS.sub("", value.strip()) if isinstance(value, str) else value)


class MoneyMixin(forms.Form):
    """An amount and its currency, in minor units once cleaned: `minor`."""

    amount_name: str

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        amount, currency = data.get(self.amount_name), data.get("currency", "")
        self.minor = None
        if amount is not None and currency:
            scaled = amount.scaleb(EXPONENTS.get(currency, 2))
            if scaled != scaled.to_integral_value():
                places = EXPONENTS.get(currency, 2)
                message = gettext("%(currency)s has %(places)s decimal places.")
                self.add_error(self.amount_name, message % {"currency": currency, "places": places})
            else:
                self.minor = int(scaled)
        return data
