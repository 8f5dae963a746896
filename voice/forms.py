"""What people type about themes, comments, improvements and digests."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voice.actions.themes import MOST_LETTERS, MOST_PHRASES
from voice.models import LANGUAGES, Feeling, Improvement, Measure, Theme
from voice.queries import themes as theme_queries
from workspaces.models import Member
from workspaces.queries import members

SEPARATORS = re.compile(r"[,，、;；\n]")
WINDOWS = [(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (180, gettext_lazy("180 days"))]


class WordsField(forms.CharField):
    """Phrases, one to a line or with commas between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        phrases = [phrase.strip() for phrase in SEPARATORS.split(super().clean(value)) if phrase.strip()]
        if len(phrases) > MOST_PHRASES:
            raise forms.ValidationError(_("At most %(most)s words and phrases.") % {"most": MOST_PHRASES})
        if long := next((phrase for phrase in phrases if len(phrase) > MOST_LETTERS), ""):
            raise forms.ValidationError(
                _("“%(phrase)s” is longer than %(most)s letters.")
                % {"phrase": long[:MOST_LETTERS], "most": MOST_LETTERS}
            )
        return phrases


class ThemeForm(forms.Form):
    """A theme: its name, and the words it is known by."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    en = WordsField(
        label=LANGUAGES["en"],
        help_text=gettext_lazy(
            "Words and phrases, with commas between them. Other forms of a word are found, too: “invoice” finds "
            "“invoices”."
        ),
    )
    zh = WordsField(
        label=LANGUAGES["zh"], help_text=gettext_lazy("Traditional and simplified characters find each other.")
    )

    @classmethod
    def values_of(cls, theme: Theme) -> dict[str, Any]:
        return {"name": theme.name, **{code: theme.words.get(code, []) for code in LANGUAGES}}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.get(code) for code in LANGUAGES):
            self.add_error("en", _("Give at least one word: without words nothing is found."))
        return cleaned

    def words(self) -> dict[str, list[str]]:
        return {code: self.cleaned_data[code] for code in LANGUAGES}


class MergeForm(forms.Form):
    """The theme that takes over the words of another."""

    into: "forms.ModelChoiceField[Theme]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Merge into"), empty_label=gettext_lazy("Choose a theme")
    )

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = self.fields["into"]
        into.queryset = theme_queries.themes().exclude(pk=theme.pk)


class CorrectionForm(forms.Form):
    """How a comment feels, and what it is about."""

    feeling = forms.ChoiceField(label=gettext_lazy("It feels"), choices=Feeling.choices, widget=forms.RadioSelect)
    themes: "forms.ModelMultipleChoiceField[Theme]" = forms.ModelMultipleChoiceField(
        None,
        label=gettext_lazy("It is about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["themes"]
        offered.queryset = theme_queries.themes()


class ImprovementForm(forms.Form):
    """One change, and what shows whether it helped."""

    title = forms.CharField(label=gettext_lazy("What we change"), max_length=200)
    about = forms.CharField(
        label=gettext_lazy("Why, and how"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    theme: "forms.ModelChoiceField[Theme]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Theme"), required=False, empty_label=gettext_lazy("None in particular")
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("Measured by"),
        choices=Measure.choices,
        help_text=gettext_lazy("Counted in survey answers, before it is set and after it is done."),
    )
    window_days = forms.TypedChoiceField(
        label=gettext_lazy("Over"),
        choices=WINDOWS,
        coerce=int,
        initial=90,
        help_text=gettext_lazy("As many days before as after. More days, more answers, and a later verdict."),
    )
    owner: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Owner"), required=False, empty_label=gettext_lazy("Nobody yet")
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme: Any = self.fields["theme"]
        owner: Any = self.fields["owner"]
        theme.queryset, owner.queryset = theme_queries.themes(), members()

    @classmethod
    def values_of(cls, improvement: Improvement) -> dict[str, Any]:
        return {name: getattr(improvement, name) for name in cls.base_fields}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("measure") not in {None, Measure.CSAT} and not cleaned.get("theme"):
            self.add_error("theme", _("Choose the theme whose comments are counted, or measure by CSAT."))
        return cleaned


class SubscriptionForm(forms.Form):
    """How often one gets the digest."""

    is_weekly = forms.BooleanField(label=gettext_lazy("Every Monday, about the week before"), required=False)
    is_monthly = forms.BooleanField(label=gettext_lazy("On the first, about the month before"), required=False)


class NamesForm(forms.Form):
    """Whether quotes name the person."""

    names_people = forms.BooleanField(
        label=gettext_lazy("Name the person beside a quote"),
        required=False,
        help_text=gettext_lazy("Otherwise a quote names the customer only."),
    )
