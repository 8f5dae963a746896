"""What people may type about unmatched events."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from integrations.models import InboxEvent
from lib.names import refuse_unseen


class AssignForm(forms.Form):
    """The account an unmatched event belongs to."""

    account: "forms.ModelChoiceField[Account]" = forms.ModelChoiceField(
        queryset=None,
        error_messages={"required": _("Choose an account."), "invalid_choice": _("This account does not exist.")},
    )
    remember_domain = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = Account.objects.all()


class NewAccountForm(forms.Form):
    """An account made from an unmatched event."""

    name = forms.CharField(label=_("Name of the new account"), max_length=200, validators=[refuse_unseen])

    @classmethod
    def for_event(cls, event: InboxEvent) -> "NewAccountForm":
        """Filled with what the event says about the organisation."""
        return cls(initial={"name": event.organization_name or event.domain}, auto_id="id_new_%s")
