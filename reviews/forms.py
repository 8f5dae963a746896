"""What people type into reviews."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Section
from workspaces.models import Member
from workspaces.queries import members


class CommentaryForm(forms.Form):
    """The text under one section."""

    text = forms.CharField(
        label=_("Commentary"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("An empty line begins a paragraph. The customer reads this too, if you share the report."),
    )


class SectionForm(forms.Form):
    """Which section is meant."""

    section = forms.ChoiceField(choices=Section.choices)


class QuarterForm(forms.Form):
    """Which quarter is meant."""

    year = forms.IntegerField(min_value=2000, max_value=2100)
    quarter = forms.IntegerField(min_value=1, max_value=4)


class HoldForm(forms.Form):
    """Who was there."""

    attendees = forms.CharField(
        label=_("Who was there"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Names from both sides. They stand on the report."),
    )


class ActionForm(forms.Form):
    """A promise: what, who, until when."""

    text = forms.CharField(label=_("What"), max_length=300)
    owner: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        None, label=_("Who of us"), required=False, empty_label=_("Nobody of us")
    )
    customer_owner = forms.CharField(label=_("Or who at the customer"), max_length=120, required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  what it was made as
        owner.queryset = members()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("owner") and cleaned.get("customer_owner"):
            self.add_error("customer_owner", _("Name one owner: one of us, or somebody at the customer."))
        return cleaned


class ShareForm(forms.Form):
    """For how long, and how much of it."""

    days = forms.TypedChoiceField(
        label=_("The link works for"),
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days"))],
        coerce=int,
        initial=30,
    )
    with_internals = forms.BooleanField(
        label=_("Show what is between ourselves"),
        required=False,
        help_text=_(
            "Health score, stages, alerts, and who gave which answer. Leave this off for a customer; switch it on for "
            "a colleague without a login."
        ),
    )


def quarter_from(text: str, fallback: tuple[int, int]) -> tuple[int, int]:
    """`2026-Q2` as (2026, 2); `fallback` for anything else."""
    year, _dash, quarter = text.partition("-Q")
    form = QuarterForm({"year": year, "quarter": quarter})
    return (form.cleaned_data["year"], form.cleaned_data["quarter"]) if form.is_valid() else fallback


def neighbours(year: int, quarter: int) -> tuple[str, str]:
    """The quarters before and after, as they stand in an address."""
    before = (year - 1, 4) if quarter == 1 else (year, quarter - 1)
    after = (year + 1, 1) if quarter == 4 else (year, quarter + 1)
    return f"{before[0]}-Q{before[1]}", f"{after[0]}-Q{after[1]}"
