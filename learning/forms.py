"""What people type about content and who learned from it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import queries as account_queries
from accounts.models import Account, Contact, Metric
from learning import queries
from learning.actions import EDITABLE
from learning.models import ContentItem

LONGEST_MINUTES = 10_000
STARTED, COMPLETED = "started", "completed"


def _offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  what it was made as
    field.queryset = rows


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date"}), **options)


class ItemForm(forms.Form):
    """One thing to learn from."""

    title = forms.CharField(label=_("Title"), max_length=200)
    url = forms.URLField(
        label=_("Address"), max_length=500, assume_scheme="https", help_text=_("Where it is; every item has its own.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ContentItem.Kind.choices)
    roles = forms.MultipleChoiceField(
        label=_("For whom"),
        choices=Contact.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any it is for everybody."),
    )
    metric: "forms.ModelChoiceField[Metric]" = forms.ModelChoiceField(
        None, label=_("Feature it teaches"), required=False, empty_label=_("None in particular")
    )
    minutes = forms.IntegerField(label=_("Minutes it takes"), required=False, min_value=1, max_value=LONGEST_MINUTES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["metric"], queries.features())

    @staticmethod
    def values_of(item: ContentItem) -> dict[str, Any]:
        return {name: getattr(item, name) for name in EDITABLE}


class CompletionForm(forms.Form):
    """Who of an account started or completed what, and when."""

    contact: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(None, label=_("Who"), empty_label=None)
    item: "forms.ModelChoiceField[ContentItem]" = forms.ModelChoiceField(None, label=_("What"), empty_label=None)
    state = forms.ChoiceField(
        label=_("How far"), choices=[(STARTED, _("Started")), (COMPLETED, _("Completed"))], initial=COMPLETED
    )
    on = _day(label=_("When"))

    def __init__(self, *args: Any, account: Account, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        _offer(self.fields["contact"], account_queries.contacts_of(account).present())
        _offer(self.fields["item"], queries.items_offered())

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return on


class TimesForm(forms.Form):
    """When somebody started and completed an item."""

    started_on = _day(label=_("Started on"))
    completed_on = _day(label=_("Completed on"), required=False, help_text=_("Empty: not through yet."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        started_on, completed_on = data.get("started_on"), data.get("completed_on")
        for name, day in (("started_on", started_on), ("completed_on", completed_on)):
            if day and day > self.today:
                self.add_error(name, _("This day has not come yet."))
        if started_on and completed_on and completed_on < started_on:
            self.add_error("completed_on", _("Nobody is through before they begin."))
        return data
