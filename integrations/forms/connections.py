"""What an admin may type about a connection."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.kinds import KINDS
from integrations.models import Connection
from lib import outgoing


class ConnectionForm(forms.Form):
    """A new connection."""

    kind = forms.ChoiceField(label=_("What will post to Ninefold?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("How your team calls this help desk, for example “Support desk”.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [(kind.key, kind.name) for kind in KINDS.values()]
        field.initial = next(iter(KINDS))


NAME = _("How your team calls this help desk, for example “Support desk”.")
KEPT = _("One is stored and never shown. Leave this empty to keep it.")
BRING = _("Copy it from the help desk, as the steps say. It is stored encrypted and never shown again.")


class SettingsForm(forms.Form):
    """What one connection is told; the fields depend on its kind. Secrets left empty stay as they are."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=NAME)

    def __init__(self, connection: Connection, data: Any = None) -> None:
        initial = {
            "name": connection.name,
            "site": connection.site,
            "api_user": connection.api_user,
            "closed": ", ".join(connection.options.get("closed", [])),
            "unsigned": connection.takes_unsigned,
        }
        super().__init__(data, initial=initial)
        self.connection, self.kind = connection, connection.help_desk
        if self.kind.wants_secret:
            self.fields["secret"] = _secret(_("Signing secret"), is_there=bool(connection.secret))
        if self.kind.unsigned:
            self.fields["unsigned"] = forms.BooleanField(
                label=_("Take deliveries that nothing proves"), required=False, help_text=f"{self.kind.unsigned}"
            )
        if self.kind.closed:
            self.fields["closed"] = _text(_("Statuses that mean closed"), f"{self.kind.closed}", 500)
        if self.kind.site:
            self.fields["site"] = _text(_("Address of the help desk"), f"{self.kind.site}", 300)
        if self.kind.user:
            self.fields["api_user"] = _text(_("User of the API"), f"{self.kind.user}", 200)
        if self.kind.directory:
            self.fields["api_token"] = _secret(_("Token for the API"), is_there=bool(connection.api_token))

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if secret in self.kind.public_secrets:
            raise forms.ValidationError(
                _("This secret is printed in the help desk's own handbook: anybody can sign with it. Take your own.")
            )
        return secret

    def clean_closed(self) -> list[str]:
        """The words between the commas."""
        words = [word.strip() for word in self.cleaned_data["closed"].split(",")]
        return [word for word in words if word]

    def clean_site(self) -> str:
        site: str = self.cleaned_data["site"].rstrip("/")
        if site:
            _check_site(site, is_called=self.kind.calls_out)
        return site

    def changes(self) -> dict[str, Any]:
        """What was typed, without the secrets that stay."""
        secrets = {"secret", "api_token"}
        return {name: value for name, value in self.cleaned_data.items() if value or name not in secrets}


def _check_site(site: str, *, is_called: bool) -> None:
    try:
        parts = urlsplit(site)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_whole = False
    if not is_whole or parts.path or parts.query or parts.fragment:
        raise forms.ValidationError(_("Enter the beginning of the address only, as https://desk.example.com."))
    if is_called:
        try:
            outgoing.target_of(site)
        except outgoing.Forbidden as problem:
            raise forms.ValidationError(str(problem)) from problem


def _text(label: Any, help_text: str, most: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text)


def _secret(label: Any, *, is_there: bool) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"})
    help_text = KEPT if is_there else BRING
    return forms.CharField(label=label, max_length=1000, required=False, widget=widget, help_text=help_text)
