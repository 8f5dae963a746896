"""What customers type: a score and a comment, replies to what follows, and wishes."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.models import Question
from surveys.questions import Question as Asked

TEXT_LENGTH = 10_000
SCORE = re.compile(r"0|[1-9][0-9]?")
OTHERS = 5  # so many people can be named as worth writing to

PHONE = RegexValidator(r"^(?=(?:.*\d){5})[\d\s+()/.-]+$", _("Please give a phone number: digits, spaces, + and -."))


class AnswerForm(forms.Form):
    """One number, and perhaps a comment, which is kept as it was typed."""

    score = forms.TypedChoiceField(coerce=int)
    comment = forms.CharField(
        required=False,
        strip=False,
        max_length=TEXT_LENGTH,
        error_messages={"max_length": _("Please keep the comment under %(limit_value)d characters.")},
    )

    def __init__(self, asked: Asked, data: Any = None) -> None:
        super().__init__(data)
        score: Any = self.fields["score"]
        score.choices = [(choice.value, choice.value) for choice in asked.choices]
        score.error_messages = {"required": asked.missing, "invalid_choice": asked.missing}

    def clean_comment(self) -> str:
        comment: str = self.cleaned_data["comment"]
        return comment if comment.strip() else ""


def plain(data: QueryDict) -> tuple[int, str] | None:
    """The score and the comment of a form that has nothing wrong, whatever the scale; None: `AnswerForm` knows more."""
    score, comment = data.get("score", ""), data.get("comment", "")
    if not SCORE.fullmatch(score) or len(comment) > TEXT_LENGTH or "\x00" in comment:
        return None
    return int(score), comment if comment.strip() else ""


class RepliesForm(forms.Form):
    """Replies to the questions that follow a score; none of them has to be answered."""

    def __init__(self, questions: Iterable[Question], data: Any = None, given: dict[str, Any] | None = None) -> None:
        self.questions = list(questions)
        initial = {f"reply_{pk}": reply for pk, reply in (given or {}).items()}
        super().__init__(data, initial=initial)
        for question in self.questions:
            self.fields[f"reply_{question.pk}"] = _field(question)

    def replies(self) -> dict[str, Any]:
        """By the questions' ids, without those that were passed over."""
        given = {str(one.pk): self.cleaned_data[f"reply_{one.pk}"] for one in self.questions}
        return {pk: reply for pk, reply in given.items() if reply and (isinstance(reply, list) or reply.strip())}

    def shown(self) -> list[dict[str, Any]]:
        """Each question with what is chosen or typed, as a template needs it."""
        return [self._shown(question) for question in self.questions]

    def _shown(self, question: Question) -> dict[str, Any]:
        """What is sent is the choice in the question's own language, whatever language shows it."""
        words = question.words(get_language() or question.language)
        bound = self[f"reply_{question.pk}"]
        value = bound.value() or ""
        chosen = set(value) if isinstance(value, list) else {value}
        return {
            "wording": words.wording,
            "language": words.language,
            "name": bound.html_name,
            "errors": bound.errors,
            "text": value if isinstance(value, str) else "",
            "choices": [
                {"value": own, "text": text, "is_chosen": own in chosen}
                for own, text in zip(question.choices, words.choices, strict=True)
            ],
            "is_text": question.kind == Question.Kind.TEXT,
            "is_single": question.kind == Question.Kind.SINGLE,
        }


def _field(question: Question) -> forms.Field:
    choices = [(text, text) for text in question.choices]
    wrong = {"invalid_choice": _("Please choose from the list.")}
    if question.kind == Question.Kind.SINGLE:
        return forms.ChoiceField(choices=choices, required=False, error_messages=wrong)
    if question.kind == Question.Kind.MULTIPLE:
        return forms.MultipleChoiceField(choices=choices, required=False, error_messages=wrong)
    too_long = {"max_length": _("Please keep it under %(limit_value)d characters.")}
    return forms.CharField(required=False, strip=False, max_length=TEXT_LENGTH, error_messages=too_long)


class CallForm(forms.Form):
    """Where and when to call."""

    reach = forms.CharField(
        max_length=40, validators=[PHONE], error_messages={"required": _("Please give a phone number.")}
    )
    words = forms.CharField(required=False, max_length=200)


class ReferralForm(forms.Form):
    """Whom to write to."""

    name = forms.CharField(max_length=120, error_messages={"required": _("Please give a name.")})
    reach = forms.EmailField(
        max_length=254,
        error_messages={
            "required": _("Please give an e-mail address."),
            "invalid": _("Please give one e-mail address, such as name@example.com."),
        },
    )
    words = forms.CharField(required=False, max_length=500)
