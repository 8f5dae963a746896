"""What people type about the workspace's own fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomField
from lib.names import refuse_unseen


class FieldForm(forms.Form):
    """A field that stands: its name, choices and meaning may change."""

    name = forms.CharField(label=_("Name"), max_length=80, validators=[refuse_unseen])
    help = forms.CharField(
        label=_("What it means"), max_length=200, required=False, help_text=_("Shown below the field in forms.")
    )
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line; only for a choice."),
    )

    def __init__(self, *args: Any, is_choice: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_choice:
            del self.fields["choices"]

    @staticmethod
    def values_of(field: CustomField) -> dict[str, str]:
        return {"name": field.name, "help": field.help, "choices": "\n".join(field.choices)}

    def clean_choices(self) -> list[str]:
        return str(self.cleaned_data["choices"]).splitlines()


class NewFieldForm(FieldForm):
    """A field to add: what it is about and what it holds stay for good."""

    about = forms.ChoiceField(label=_("For"), choices=CustomField.About.choices, initial=CustomField.About.ACCOUNT)
    kind = forms.ChoiceField(label=_("Holds"), choices=CustomField.Kind.choices, initial=CustomField.Kind.TEXT)
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        required=False,
        help_text=_("What the API and CSV files call it; made of the name if you leave it empty. It never changes."),
    )
    field_order = ["about", "name", "kind", "choices", "help", "key"]
