"""What people may type about themselves, their colleagues and their programs."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workspaces import scopes
from workspaces.capabilities import Role
from workspaces.models import User
from workspaces.queries import Kept
from workspaces.scopes import READ, WRITE

CHOSEN = "chosen"
LONGEST_KEPT = 36_500  # days
WIDE = [
    (READ, _("Read everything but administration")),
    (WRITE, _("Read and write everything but administration")),
]


class InviteForm(forms.Form):
    """A colleague to invite."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.CSM)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)


class JoinForm(forms.Form):
    """A new person who accepts an invitation."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A sentence you can remember is best."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password"):
            try:
                validate_password(cleaned["password"], User(email=self.email, name=cleaned.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class TokenForm(forms.Form):
    """An API token to issue."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What will use it, for example “Nightly import”.")
    )
    scope = forms.ChoiceField(
        label=_("May"),
        choices=[*WIDE, (CHOSEN, _("Only what is chosen below"))],
        initial=READ,
        widget=forms.RadioSelect,
    )
    chosen = forms.MultipleChoiceField(
        label=_("Areas"), choices=scopes.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("Works for"),
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("0", _("Until it is revoked"))],
        coerce=int,
        initial="90",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("chosen", [])
        is_chosen = cleaned.get("scope") == CHOSEN
        if is_chosen and not chosen and "chosen" not in self.errors:
            self.add_error("chosen", _("Choose at least one area."))
        if chosen and not is_chosen and "scope" in cleaned:
            self.add_error("scope", _("Say “only what is chosen below”, or choose no areas."))
        return cleaned | {"scopes": chosen if is_chosen else [cleaned.get("scope", "")]}


class ProfileForm(forms.Form):
    """How a person is called, and what Ninefold looks like to them."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.MEMBER_LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("All times are shown in it."))
    theme = forms.ChoiceField(label=_("Theme"), choices=User.Theme.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["time_zone"]
        field.choices = [(name, name.replace("_", " ")) for name in places()]


def places() -> list[str]:
    """Time zones, without the historical aliases and the offsets."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


class RetentionForm(forms.Form):
    """Days for every kind of data; empty keeps it for good, where that is possible."""

    def __init__(self, *args: Any, kept: Sequence[Kept], **kwargs: Any) -> None:
        kwargs["initial"] = {one.about.kind: one.days for one in kept}
        super().__init__(*args, **kwargs)
        for one in kept:
            self.fields[one.about.kind] = forms.IntegerField(
                label=str(one.about.name),
                required=one.about.most is not None,
                min_value=one.about.least,
                max_value=one.about.most or LONGEST_KEPT,
                error_messages={"required": _("This cannot be kept for good: give a number of days.")},
            )


class EraseForm(forms.Form):
    """The workspace's name, as a sign that this one is meant."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name.strip() != self.expected.strip():
            raise ValidationError(gettext("This is not the name of the workspace: “%s”.") % self.expected)
        return name
