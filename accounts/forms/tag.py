"""What people type to group accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.tags import BadTag, clean_tag


class TagForm(forms.Form):
    """One tag to add to an account."""

    name = forms.CharField(
        label=_("Tag"), max_length=200, widget=forms.TextInput(attrs={"list": "tags", "autocomplete": "off"})
    )

    def clean_name(self) -> str:
        try:
            return clean_tag(self.cleaned_data["name"])
        except BadTag as bad:
            raise forms.ValidationError(str(bad)) from bad
