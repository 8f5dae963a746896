"""What people type about accounts."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.money import AmountField, MoneyMixin, as_typed, currencies
from accounts.forms.own import OwnFieldsMixin
from accounts.languages import OFFERED
from accounts.models import Account, CustomField
from accounts.queries import accounts_meant, external_ids_of
from lib.addresses import is_free_mail
from lib.names import refuse_unseen
from workspaces import queries as workspace_queries
from workspaces.models import Member

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.ASCII)
EXTERNAL_ID = re.compile(r"(?P<source>[a-z0-9_-]{1,40})\s*[:=]\s*(?P<value>\S.{0,119})")


PLAIN = ("name", "domains", "tier", "industry", "currency", "locale", "owner", "parent")


def name_of(account: Account) -> str:
    """What a person types to mean this account: its name, and its id where others have the name too."""
    return account.name if len(accounts_meant(account.name)) == 1 else f"{account.name} #{account.pk}"


class AccountForm(MoneyMixin, OwnFieldsMixin):
    """A customer company."""

    amount_name = "arr"
    narrow = ("tier", "industry", "arr", "currency")  # two of them stand side by side

    name = forms.CharField(label=_("Name"), max_length=200, validators=[refuse_unseen])
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
    locale = forms.ChoiceField(
        label=_("Language"),
        choices=OFFERED,
        required=False,
        help_text=_("Of those of its people for whom none is noted."),
    )
    parent = forms.CharField(
        label=_("Belongs to"),
        max_length=320,
        required=False,
        help_text=_("The account right above it, by name or by an id such as “crm: 4711”."),
    )
    external_ids = forms.CharField(
        label=_("Ids in other systems"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line, as “system: id”, for example “zammad: 42”."),
    )

    def __init__(self, *args: Any, currency: str, own: Sequence[CustomField] = (), **options: Any) -> None:
        super().__init__(*args, own=own, **options)
        self.fields["currency"].choices = currencies(currency)  # type: ignore[attr-defined]
        self.fields["currency"].initial = currency
        suggest = {"hx-get": reverse("accounts:account_suggest"), "hx-trigger": "input changed delay:250ms"}
        attrs = {"list": "parents", "autocomplete": "off", "hx-target": "#parents", **suggest}
        self.fields["parent"].widget.attrs.update(attrs)
        self.fields["owner"].queryset = workspace_queries.members()  # type: ignore[attr-defined]

    @staticmethod
    def values_of(account: Account, own: Sequence[CustomField] = ()) -> dict[str, Any]:
        """What the form shows for an account that stands."""
        return {
            **AccountForm.own_values_of(own, account.custom),
            "name": account.name,
            "domains": ", ".join(account.domains),
            "tier": account.tier,
            "industry": account.industry,
            "locale": account.locale,
            "arr": as_typed(account.arr_minor, account.currency),
            "currency": account.currency,
            "owner": account.owner_id,
            "parent": name_of(account.parent) if account.parent else "",
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

    def clean_parent(self) -> Account | None:
        text = self.cleaned_data["parent"].strip()
        meant = accounts_meant(text) if text else []
        if text and not meant:
            raise forms.ValidationError(gettext("No account is called “%(text)s”, or has that id.") % {"text": text})
        if len(meant) > 1:
            names = ", ".join(f"{one.name} #{one.pk}" for one in meant)
            message = gettext("“%(text)s” may be any of these; type one of them: %(names)s.")
            raise forms.ValidationError(message % {"text": text, "names": names})
        return meant[0] if meant else None

    def changes(self, account: Account | None = None) -> dict[str, Any]:
        """What to hand to the action; an id that was taken out is emptied."""
        data = self.cleaned_data
        gone = {row.source: "" for row in external_ids_of(account)} if account else {}
        return {
            **{name: data[name] for name in PLAIN},
            "arr_minor": self.minor,
            "custom": self.own_values(),
            "external_ids": {**gone, **data["external_ids"]},
        }
