"""What people type about customers."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact, Contract
from accounts.queries import external_ids_of
from lib.addresses import is_free_mail
from lib.formatting import EXPONENTS, SYMBOLS, major_units
from workspaces import queries as workspace_queries
from workspaces.models import Member

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.ASCII)
EXTERNAL_ID = re.compile(r"(?P<source>[a-z0-9_-]{1,40})\s*[:=]\s*(?P<value>\S.{0,119})")
THOUSANDS = re.compile(r"(?<=\d)[\s'’](?=\d{3})|(?<=\d),(?=\d{3}(\D|$))")

LANGUAGES = [
    ("", _("As the workspace")), ("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish")),
    ("it", _("Italian")), ("nl", _("Dutch")), ("pl", _("Polish")), ("pt", _("Portuguese")), ("ja", _("Japanese")),
    ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")),
]  # fmt: skip


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


class AccountForm(MoneyMixin):
    """A customer company."""

    amount_name = "arr"
    narrow = ("tier", "industry", "arr", "currency")  # two of them stand side by side

    name = forms.CharField(label=_("Name"), max_length=200)
    domains = forms.CharField(
        label=_("E-mail domains"),
        required=False,
        help_text=_("Separated by commas. Tickets from these domains find this account."),
    )
    tier = forms.ChoiceField(label=_("Tier"), choices=Account.Tier.choices, initial=Account.Tier.STANDARD)
    industry = forms.CharField(label=_("Industry"), max_length=80, required=False)
    arr = AmountField(label=_("Annual recurring revenue"), help_text=_("For example 48,000."))
    currency = forms.ChoiceField(label=_("Currency"))
    owner: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        label=_("Owner"), queryset=None, required=False, empty_label=_("Nobody yet")
    )
    external_ids = forms.CharField(
        label=_("Ids in other systems"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line, as “system: id”, for example “zammad: 42”."),
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["currency"].choices = currencies(currency)  # type: ignore[attr-defined]
        self.fields["currency"].initial = currency
        self.fields["owner"].queryset = workspace_queries.members()  # type: ignore[attr-defined]

    @staticmethod
    def values_of(account: Account) -> dict[str, Any]:
        """What the form shows for an account that stands."""
        return {
            "name": account.name,
            "domains": ", ".join(account.domains),
            "tier": account.tier,
            "industry": account.industry,
            "arr": as_typed(account.arr_minor, account.currency),
            "currency": account.currency,
            "owner": account.owner_id,
            "external_ids": "\n".join(f"{row.source}: {row.value}" for row in external_ids_of(account)),
        }

    def clean_domains(self) -> list[str]:
        domains = [
            part.lower().removeprefix("@") for part in re.split(r"[,;\s]+", self.cleaned_data["domains"]) if part
        ]
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                raise forms.ValidationError(gettext("“%(domain)s” is not a domain.") % {"domain": domain})
            if is_free_mail(domain):
                message = gettext("Anybody can have an address at %(domain)s, so it cannot name a customer.")
                raise forms.ValidationError(message % {"domain": domain})
        return domains

    def clean_external_ids(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["external_ids"].splitlines())):
            match = EXTERNAL_ID.fullmatch(line[:1].lower() + line[1:])
            if match is None:
                raise forms.ValidationError(gettext("“%(line)s” is not a system and an id.") % {"line": line})
            if match["source"] in found:
                message = gettext("“%(source)s” is there twice; an account has one id in a system.")
                raise forms.ValidationError(message % {"source": match["source"]})
            found[match["source"]] = match["value"].strip()
        return found

    def changes(self, account: Account | None = None) -> dict[str, Any]:
        """What to hand to the action; an id that was taken out is emptied."""
        data = self.cleaned_data
        gone = {row.source: "" for row in external_ids_of(account)} if account else {}
        return {
            **{name: data[name] for name in ("name", "domains", "tier", "industry", "currency", "owner")},
            "arr_minor": self.minor,
            "external_ids": {**gone, **data["external_ids"]},
        }


class ContactForm(forms.Form):
    """A person at a customer."""

    narrow = ("email", "title")

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Contact.Role.choices,
        initial=Contact.Role.END_USER,
        widget=forms.RadioSelect,
        help_text=_("A bad answer from a decision maker is an urgent alert."),
    )
    locale = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)

    FACTS = ("name", "email", "title", "role", "locale")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}


class ContactEditForm(ContactForm):
    """A person who stands already: they may also have left, or asked for no surveys."""

    opted_out = forms.BooleanField(label=_("Does not want surveys"), required=False)
    has_left = forms.BooleanField(label=_("Has left the company"), required=False)

    @staticmethod
    def values_of(contact: Contact) -> dict[str, Any]:
        values = {name: getattr(contact, name) for name in ContactForm.FACTS}
        return {**values, "opted_out": contact.opted_out, "has_left": contact.left_at is not None}


class ContractForm(MoneyMixin):
    """An agreement."""

    amount_name = "value"
    narrow = ("starts_on", "ends_on", "value", "currency")

    name = forms.CharField(label=_("Name"), max_length=120)
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

    def changes(self) -> dict[str, Any]:
        names = ("name", "starts_on", "ends_on", "seats", "currency", "auto_renews")
        return {**{name: self.cleaned_data[name] for name in names}, "value_minor": self.minor}
