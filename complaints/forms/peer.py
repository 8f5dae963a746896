"""Whom to ask whether they have the same trouble, how, and what they said."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from complaints.models import Peer

TRAITS = {
    "service": _("Same service"),
    "agent": _("Same agent"),
    "week": _("A ticket in the same week"),
    "segment": _("Same segment"),
}
WAYS = [("tasks", _("A task for the owner of each")), ("wave", _("The relationship survey, by mail"))]


class AskForm(forms.Form):
    """Which look-alikes, and how."""

    accounts = forms.TypedMultipleChoiceField(
        label=_("Ask"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one."),
            "invalid_choice": _("The list has changed. Look through it again."),
        },
    )
    way = forms.ChoiceField(label=_("How"), choices=WAYS, widget=forms.RadioSelect, initial="tasks")
    roles = forms.MultipleChoiceField(
        label=_("Whom the survey goes to"),
        choices=Contact.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=[Contact.Role.DECISION_MAKER, Contact.Role.CHAMPION],
    )

    def __init__(self, *args: Any, offered: Sequence[Account], may_send: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = self.fields["accounts"]
        assert isinstance(accounts, forms.TypedMultipleChoiceField)  # noqa: S101  what it was made as
        accounts.choices = [(account.pk, account.name) for account in offered]
        if not self.is_bound:
            accounts.initial = [account.pk for account in offered]
        if not may_send:
            way = self.fields["way"]
            assert isinstance(way, forms.ChoiceField)  # noqa: S101
            way.choices = WAYS[:1]
            del self.fields["roles"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("way") == "wave" and not data.get("roles"):
            self.add_error("roles", _("Choose at least one role."))
        return data


class ReplyForm(forms.Form):
    """What they said."""

    reply = forms.ChoiceField(choices=Peer.Reply.choices)
