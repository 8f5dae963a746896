"""What people type about a bad answer they followed up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import queries as account_queries
from accounts.models import Account, Contact
from complaints.forms.case import LONGEST_STEP
from complaints.models import FollowUp

SHOWS = [
    ("open", _("Open")),
    ("overdue", _("Overdue")),
    ("done", _("Done")),
    ("dropped", _("Dropped")),
    ("all", _("All")),
]
DAYS = [30, 90, 180, 365]


class FollowUpForm(forms.Form):
    """With whom somebody spoke, what was said, and what came of it."""

    spoke_with: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None, label=_("With whom did you speak?"), required=False, empty_label=_("Whoever answered")
    )
    outcome = forms.ChoiceField(label=_("What came of it?"), choices=FollowUp.Outcome.choices, widget=forms.RadioSelect)
    said = forms.CharField(
        label=_("What was said"), max_length=LONGEST_STEP, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoke_with = self.fields["spoke_with"]
        assert isinstance(spoke_with, forms.ModelChoiceField)  # noqa: S101  what it was made as
        spoke_with.queryset = account_queries.contacts_of(account).known()


class FollowUpFilter(forms.Form):
    """Which follow-ups a list shows, and of which days its figures are; what cannot be read is left out."""

    show = forms.ChoiceField(required=False, choices=SHOWS)
    who = forms.ChoiceField(label=_("Whose"), required=False)
    days = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[(days, days) for days in DAYS])

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101  what it was made as
        who.choices = [("all", _("Everybody's")), ("mine", _("Mine")), *people]
