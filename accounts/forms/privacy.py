"""What people type before something goes that cannot come back, and to let somebody come back."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Contact


class EraseForm(forms.Form):
    """The contact's name, as a sign that this one is meant."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=300, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = str(contact)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if " ".join(name.split()).casefold() != " ".join(self.expected.split()).casefold():
            raise forms.ValidationError(_("This is not the name of the contact: “%s”.") % self.expected)
        return name


class SuppressedForm(forms.Form):
    """An address, or an id of another system, that may be of somebody who was erased."""

    known_by = forms.CharField(
        label=gettext_lazy("E-mail address, or an id as “crm:4711”"),
        max_length=300,
        help_text=gettext_lazy("Only what you type here is compared; there is no list to look through."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
