"""What people type about webhooks."""

from datetime import datetime, time
from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.registry import words as told
from lib import outgoing
from webhooks import words
from webhooks.models import Endpoint


class EndpointForm(forms.Form):
    """Where to, and what about."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("An https address on the internet that takes POST requests."),
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
    )
    description = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("How your team knows it, for example “Data warehouse”."),
    )
    wants_all = forms.BooleanField(
        label=_("Everything, whatever kinds are added later"),
        required=False,
        help_text=_("The choice below then does not matter."),
    )
    kinds = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, endpoint: Endpoint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.endpoint = endpoint
        if endpoint is not None:
            self.initial = {name: getattr(endpoint, name) for name in self.fields}
        field: Any = self.fields["kinds"]
        known = set(told) | set(endpoint.kinds if endpoint else [])
        field.choices = [(name, words.kind(name)) for name in words.in_order(known)]

    def clean_url(self) -> str:
        """Refuse what would never be called, unless it stays as it was."""
        url: str = self.cleaned_data["url"]
        try:
            outgoing.target_of(url)
        except outgoing.Forbidden as error:
            if self.endpoint is None or url != self.endpoint.url:
                raise forms.ValidationError(str(error)) from error
        return url

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if not self.errors and not cleaned["wants_all"] and not cleaned["kinds"]:
            self.add_error("kinds", _("Choose at least one kind."))

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The kinds' checkboxes by noun."""
        boxes = groupby(self["kinds"], key=lambda box: words.noun(box.data["value"]))
        return [(noun, list(some)) for noun, some in boxes]


class ReplayForm(forms.Form):
    """From which day on to send again, in the member's time zone."""

    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_since(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["since"], time.min))
