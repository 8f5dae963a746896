"""What people type about a complaint."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import queries as account_queries
from accounts.models import Account, Contact
from complaints.models import Complaint, ComplaintStep
from lib.bounds import LAST_DAY
from workspaces import queries as workspace_queries
from workspaces.models import Member

LONGEST = 10_000
LONGEST_STEP = 5_000


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  what it was made as
    field.queryset = rows


def _moment(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **options)


def check_promise(promised_at: datetime | None, at: datetime) -> datetime | None:
    """A time that is still to come, and that people can mean."""
    if promised_at is not None and promised_at <= at:
        raise forms.ValidationError(_("This time has passed. Promise one that is still to come."))
    if promised_at is not None and promised_at.date() > LAST_DAY:
        raise forms.ValidationError(_("This is too far away to be promised."))
    return promised_at


class ComplaintForm(forms.Form):
    """What a customer complains about, who sees to it, and until when."""

    text = forms.CharField(
        label=_("What do they complain about?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In their words, as far as you know them."),
    )
    contact: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None, label=_("Who complains"), required=False, empty_label=_("Nobody in particular")
    )
    owner: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        None, label=_("Who sees to it"), required=False, empty_label=_("Whoever owns the account")
    )
    promised_at = _moment(
        label=_("Promised for"),
        help_text=_("Until then the customer has a solution. Begins with the working hours of your settings."),
    )

    def __init__(self, *args: Any, account: Account, at: datetime, kept: datetime | None = None, **kwargs: Any) -> None:
        """`kept`: the time that stands already, which may have passed."""
        super().__init__(*args, **kwargs)
        self.at, self.kept = at, kept
        _offer(self.fields["contact"], account_queries.contacts_of(account).known())
        _offer(self.fields["owner"], workspace_queries.members())

    def clean_promised_at(self) -> datetime | None:
        promised_at: datetime = self.cleaned_data["promised_at"]
        if self.kept is not None and promised_at == self.kept.replace(second=0, microsecond=0):
            return self.kept
        return check_promise(promised_at, self.at)


class StepForm(forms.Form):
    """What the customer was told, or what is to be remembered."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (ComplaintStep.Kind.MAILED, _("Mail it to the customer")),
            (ComplaintStep.Kind.TOLD, _("I have told them in another way")),
            (ComplaintStep.Kind.NOTE, _("A note for us")),
        ],
        widget=forms.RadioSelect,
    )
    contact: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None, label=_("Whom"), required=False, empty_label=_("Whoever complained")
    )
    text = forms.CharField(
        label=_("What is said"),
        max_length=LONGEST_STEP,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In a mail they read exactly this, between a greeting and your name. It goes out once."),
    )
    promised_at = _moment(
        label=_("New time promised"), required=False, help_text=_("Leave it empty if the time that stands holds.")
    )
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, complaint: Complaint, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complaint, self.at = complaint, at
        _offer(self.fields["contact"], account_queries.contacts_of(complaint.account).known())
        if not complaint.is_open:
            del self.fields["promised_at"]

    def clean_promised_at(self) -> datetime | None:
        return check_promise(self.cleaned_data["promised_at"], self.at)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        told = data.get("contact") or self.complaint.contact
        if data.get("kind") == ComplaintStep.Kind.MAILED and not (told and told.email):
            self.add_error("contact", _("Choose somebody who has an e-mail address."))
        return data


class CloseForm(forms.Form):
    """What became of it."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"), choices=Complaint.Outcome.choices, widget=forms.RadioSelect
    )
    is_good_now = forms.ChoiceField(
        label=_("Was the customer asked whether it is good now?"),
        choices=Complaint.GoodNow.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("In a sentence"),
        max_length=LONGEST_STEP,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was done, for whoever reads it later."),
    )


SHOWS = [("open", _("Open")), ("overdue", _("Overdue")), ("closed", _("Closed")), ("all", _("All"))]
LATER = [
    ("", _("Whatever was said later")),
    ("answered", _("Asked again later")),
    ("promoter", _("Promoters later")),
    ("others", _("Look-alikes replied")),
]


class ComplaintFilter(forms.Form):
    """Which complaints a list shows; what cannot be read is left out."""

    show = forms.ChoiceField(required=False, choices=SHOWS)
    who = forms.ChoiceField(label=_("Whose"), required=False)
    source = forms.ChoiceField(
        label=_("Noticed in"), required=False, choices=[("", _("Noticed anywhere")), *Complaint.Source.choices]
    )
    later = forms.ChoiceField(label=_("Later"), required=False, choices=LATER)
    account = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    since = forms.CharField(required=False, widget=forms.HiddenInput)
    until = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101  what it was made as
        who.choices = [("all", _("Everybody's")), ("mine", _("Mine")), *people]
