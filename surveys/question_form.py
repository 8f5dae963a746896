"""What people type about a question that follows the score, in each language; every error beside its field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from lib import languages
from surveys.models import Question, Survey
from surveys.scales import Scale, scale_of

LONGEST_CHOICE = 120


@dataclass(frozen=True)
class Section:
    """The fields of one more language; `is_used` where something is said in it."""

    code: str
    name: str
    wording: BoundField
    choices: BoundField
    is_used: bool


class QuestionForm(forms.Form):
    """One question that follows the score."""

    language = forms.ChoiceField(
        label=later("Written in"),
        help_text=later("Who reads a language in which nothing is written further down sees these words."),
    )
    wording = forms.CharField(
        label=later("Question"),
        max_length=300,
        help_text=later("Neutral, and about one thing. Customers read it as it is."),
    )
    kind = forms.ChoiceField(label=later("Answered by"), choices=Question.Kind.choices, widget=forms.RadioSelect)
    choices = forms.CharField(
        label=later("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=later("One a line, two to twelve, each up to 120 characters. Not for a text."),
    )
    asked_from = forms.IntegerField(label=later("Only for scores from"), required=False)
    asked_to = forms.IntegerField(label=later("to"), required=False, help_text=later("Empty: whatever was chosen."))

    def __init__(
        self, data: Any = None, *, survey: Survey, language: str = languages.OURS, question: Question | None = None
    ) -> None:
        super().__init__(data, initial=_initial(question) if question else {"kind": "text", "language": language})
        self.scale: Scale = scale_of(survey.kind, survey.points)
        first: Any = self.fields["language"]
        first.choices = languages.offered()
        for code, _name in languages.offered():
            self.fields[f"wording_{code}"] = forms.CharField(
                label=later("Question"), max_length=300, required=False, widget=forms.TextInput(attrs={"lang": code})
            )
            self.fields[f"choices_{code}"] = forms.CharField(
                label=later("Choices"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 5, "lang": code}),
                help_text=later("One a line, as many as above and in the same order."),
            )

    def clean_choices(self) -> list[str]:
        return _lines(self.cleaned_data["choices"])

    def clean_asked_from(self) -> int | None:
        return self._on_scale("asked_from")

    def clean_asked_to(self) -> int | None:
        return self._on_scale("asked_to")

    def _on_scale(self, name: str) -> int | None:
        value: int | None = self.cleaned_data[name]
        if value is not None and value not in self.scale.values:
            ends = {"low": self.scale.low, "high": self.scale.high}
            raise forms.ValidationError(_("The scale of this survey goes from %(low)s to %(high)s.") % ends)
        return value

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        choices, is_text = said.get("choices") or [], said.get("kind") == Question.Kind.TEXT
        if is_text and choices:
            self.add_error("choices", _("A text has no choices: clear them, or let people choose."))
        if not is_text and not 2 <= len(choices) <= 12:
            self.add_error("choices", _("Give two to twelve choices, one a line."))
        self._check_length("choices", choices)
        low, high = said.get("asked_from"), said.get("asked_to")
        if low is not None and high is not None and low > high:
            self.add_error("asked_to", _("Must not be lower than the first score."))
        said["translations"] = dict(self._translations(said, len(choices)))
        return said

    def _check_length(self, field: str, choices: list[str]) -> None:
        if any(len(choice) > LONGEST_CHOICE for choice in choices):
            self.add_error(field, _("Keep each choice under 120 characters."))

    def _translations(self, said: dict[str, Any], count: int) -> Iterator[tuple[str, dict[str, Any]]]:
        for code, _name in languages.offered():
            wording, choices = said.pop(f"wording_{code}", ""), _lines(said.pop(f"choices_{code}", ""))
            if not wording and not choices:
                continue
            if code == said.get("language"):
                self.add_error(f"wording_{code}", _("This is the language of the question above: write it there."))
            elif not wording:
                self.add_error(f"wording_{code}", _("The choices are there, the question is missing."))
            elif len(choices) != count:
                self.add_error(
                    f"choices_{code}", _("As many choices as above, in the same order: %(n)s.") % {"n": count}
                )
            self._check_length(f"choices_{code}", choices)
            yield code, {"wording": wording, "choices": choices}

    @property
    def first(self) -> list[BoundField]:
        """The fields of the question itself."""
        return [self[name] for name in ("language", "wording", "kind", "choices", "asked_from", "asked_to")]

    @property
    def sections(self) -> list[Section]:
        """The fields of the other languages; that of the question only where something stands in it."""
        own = self["language"].value() or self.initial["language"]
        found = [self._section(code, name) for code, name in languages.offered()]
        return [one for one in found if one.is_used or one.code != own]

    def _section(self, code: str, name: str) -> Section:
        wording, choices = self[f"wording_{code}"], self[f"choices_{code}"]
        return Section(code, name, wording, choices, bool(wording.value() or choices.value()))

    @property
    def said(self) -> Mapping[str, Any]:
        return self.cleaned_data


def _initial(question: Question) -> dict[str, Any]:
    names = ("wording", "kind", "asked_from", "asked_to", "language")
    initial = {name: getattr(question, name) for name in names} | {"choices": "\n".join(question.choices)}
    for code, told in question.translations.items():
        initial |= {f"wording_{code}": told["wording"], f"choices_{code}": "\n".join(told["choices"])}
    return initial


def _lines(text: str) -> list[str]:
    """The lines that hold something, each once."""
    return list(dict.fromkeys(line for line in map(str.strip, text.splitlines()) if line))
