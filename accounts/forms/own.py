"""The workspace's own fields in a form: one control each, read as `accounts.custom` reads values from anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import custom
from accounts.models import CustomField
from lib.bounds import FIRST_DAY, LAST_DAY

PREFIX = "own-"


class OwnFieldsMixin(forms.Form):
    """Adds a control for each of `own`; `own_values()` is what somebody changed, None where a value was taken away.

    A form's `sections` name the controls below each heading, those of `own` last; what is in none stands above them.
    """

    narrow: tuple[str, ...] = ()  # two of them stand side by side
    sections: tuple[tuple[Any, tuple[str, ...]], ...] = ()

    def __init__(self, *args: Any, own: Sequence[CustomField] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.own = own
        self.read: dict[str, custom.Value | None] = {}
        for field in own:
            self.fields[PREFIX + field.key] = _control(field, str(self.initial.get(PREFIX + field.key) or ""))
        self.narrow = (*self.narrow, *(PREFIX + field.key for field in own))

    @staticmethod
    def own_values_of(own: Sequence[CustomField], values: Mapping[str, Any]) -> dict[str, str]:
        """What the controls show of the values that stand."""
        return {PREFIX + field.key: custom.written(field, values.get(field.key)) for field in own}

    def clean(self) -> dict[str, Any]:
        """A value nobody touched stays as it is, even one that could not be chosen any more."""
        data = super().clean() or self.cleaned_data
        for field in self.own:
            name = PREFIX + field.key
            typed = str(data.get(name, ""))
            if name not in self.errors and typed != str(self.initial.get(name) or ""):
                try:
                    self.read[field.key] = custom.clean(field, typed)
                except custom.BadValue as bad:
                    self.add_error(name, bad.why)
        return data

    def own_values(self) -> dict[str, custom.Value | None]:
        return self.read

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """(heading, controls) in the order of the page, without empty ones."""
        sections = [*self.sections, (_("Your own fields"), tuple(PREFIX + field.key for field in self.own))]
        placed = {name for _heading, names in sections for name in names}
        first = ("", tuple(name for name in self.fields if name not in placed))
        return [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in (first, *sections)
            if any(name in self.fields for name in names)
        ]


def _control(field: CustomField, current: str) -> forms.Field:
    options: dict[str, Any] = {"label": field.name, "required": False, "help_text": field.help}
    if field.kind == CustomField.Kind.CHOICE:
        choices = dict.fromkeys([*field.choices, *([current] if current else [])])
        return forms.ChoiceField(choices=[("", "–"), *((choice, choice) for choice in choices)], **options)
    if field.kind == CustomField.Kind.YES_NO:
        return forms.ChoiceField(choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))], **options)
    widget = forms.TextInput()
    if field.kind == CustomField.Kind.DATE:
        widget = forms.TextInput(attrs={"type": "date", "min": FIRST_DAY, "max": LAST_DAY})
    elif field.kind == CustomField.Kind.NUMBER:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(max_length=custom.MOST_TEXT, widget=widget, **options)
