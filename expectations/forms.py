"""What people type about what customers may expect."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import queries as account_queries
from accounts.models import Account, Contact, Contract
from expectations import queries
from expectations.models import Expectation
from lib.names import refuse_unseen


def _date(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}), **options)


def _wording() -> forms.CharField:
    return forms.CharField(
        label=_("What they may expect"),
        max_length=1000,
        validators=[refuse_unseen],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In plain words, as you would say it to them. They read exactly this."),
    )


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  what it was made as
    field.queryset = rows


class ExpectationForm(forms.Form):
    """A term or a promise."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Expectation.Kind.choices, initial=Expectation.Kind.PROMISE)
    wording = _wording()
    made_on = _date(label=_("Made on"))
    due_on = _date(label=_("Due on"), required=False, help_text=_("Leave it empty for what always holds."))
    contract: "forms.ModelChoiceField[Contract]" = forms.ModelChoiceField(
        None, label=_("Contract"), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["contract"], account_queries.contracts_of(account))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("due_on") and data.get("made_on") and data["due_on"] < data["made_on"]:
            self.add_error("due_on", _("It cannot be due before it was made."))
        return data


class ExplainForm(forms.Form):
    """To whom, and when."""

    to: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None, label=_("To whom"), required=False, empty_label=_("Somebody not listed")
    )
    on = _date(label=_("When"))

    def __init__(self, *args: Any, account: Account, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        _offer(self.fields["to"], account_queries.contacts_of(account).present())

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return on


class SettleForm(forms.Form):
    """What became of it."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[(Expectation.Outcome.KEPT, _("Kept")), (Expectation.Outcome.BROKEN, _("Broken"))],
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=1000,
        validators=[refuse_unseen],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A date, a report, a ticket, who said so."),
    )


class ChangeForm(forms.Form):
    """What was agreed instead."""

    wording = _wording()
    due_on = _date(label=_("Due on"), required=False)
    evidence = forms.CharField(
        label=_("Who agreed, when and why"),
        max_length=1000,
        validators=[refuse_unseen],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AskForm(forms.Form):
    """Which of them, whom to ask, and for how long the link works."""

    expectations = forms.TypedMultipleChoiceField(
        label=_("Ask about"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    contact: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None,
        label=_("Send it to"),
        required=False,
        empty_label=_("Nobody: I pass the link on myself"),
        help_text=_("They get a mail with the link."),
    )
    days = forms.TypedChoiceField(
        label=_("The link works for"),
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        coerce=int,
        initial=30,
    )

    def __init__(self, *args: Any, account: Account, offered: list[Expectation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["expectations"]
        assert isinstance(choices, forms.TypedMultipleChoiceField)  # noqa: S101  what it was made as
        choices.choices = [(one.pk, one.wording) for one in offered]
        if not self.is_bound:
            choices.initial = [one.pk for one in offered if one.acknowledged_at is None]
        _offer(self.fields["contact"], queries.askable(account))
