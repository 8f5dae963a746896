"""Which deliveries a person wants processed again."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.models import InboxEvent
from integrations.queries.replays import Choice, choice_of

MOST = 100_000


def _time(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


class ReplayForm(forms.Form):
    """The last so many, or those between two times; of one outcome, or of any."""

    last = forms.IntegerField(
        label=_("The last"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("How many. Or leave it empty and say from when to when."),
    )
    since = _time(_("From (UTC)"))
    until = _time(_("To (UTC)"))
    state = forms.ChoiceField(label=_("Only those with the outcome"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = InboxEvent.State.RECEIVED
        states = [(value, label) for value, label in InboxEvent.State.choices if value != waiting]
        field: Any = self.fields["state"]
        field.choices = [("", _("Any outcome")), *states]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if data.get("last") and (since or until):
            raise forms.ValidationError(_("Say either how many or from when to when, not both."))
        if not self.errors and not (data.get("last") or since or until):
            raise forms.ValidationError(_("Say how many, or from when to when."))
        if since and until and since >= until:
            raise forms.ValidationError(_("The span must end after it begins."))
        return data

    def choice(self, connection_id: int, at: datetime) -> Choice:
        """What was asked for, as of `at`."""
        return choice_of(connection_id, **self.cleaned_data, at=at)
