"""What customers read: the question and its scale in words, in a language we have. No jargon here.

The wordings are the usual neutral ones: NPS as Reichheld asks it, CES 2.0 as a statement to agree with, CSAT with a
word for every point. Nothing in them, and no colour or face, leans to one side.
"""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from surveys import scales
from surveys.models import RELATIONAL, Invitation, Kind, Trigger


class Asking(Protocol):
    """What of a survey decides its question."""

    @property
    def kind(self) -> str: ...
    @property
    def points(self) -> int: ...
    @property
    def trigger(self) -> str: ...


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen, and what it means in words, if it has any."""

    value: int
    words: str = ""


@dataclass(frozen=True)
class Question:
    """One question as one person sees it."""

    company: str
    title: str
    text: str
    choices: list[Choice]

    @property
    def lowest(self) -> Choice:
        return self.choices[0]

    @property
    def highest(self) -> Choice:
        return self.choices[-1]

    @property
    def missing(self) -> str:
        """What to say when no number of the scale was chosen."""
        ends = {"low": self.lowest.value, "high": self.highest.value}
        return _("Please choose a number from %(low)s to %(high)s.") % ends

    @property
    def rows(self) -> list[list[Choice]]:
        """As they stand in a mail: eleven numbers do not fit beside each other on a phone."""
        return [self.choices[:6], self.choices[6:]] if len(self.choices) > 7 else [self.choices]


def question(invitation: Invitation, company: str) -> Question:
    """The question of an invitation, in the active language."""
    return asked(invitation.survey, company, invitation.ticket.subject if invitation.ticket else "")


def asked(survey: Asking, company: str, subject: str = "") -> Question:
    """The question of a survey, about the ticket of that subject if there is one, in the active language."""
    values = scales.scale_of(survey.kind, survey.points).values
    if survey.kind == Kind.NPS:
        title, text = _recommendation(company)
    elif survey.kind == Kind.CES:
        title, text = _effort(survey, company)
    else:
        title, text = _satisfaction(survey, company, subject)
    words = _words(survey.kind, len(values))
    return Question(company, title, text, [Choice(value, words.get(value, "")) for value in values])


def _recommendation(company: str) -> tuple[str, str]:
    about = {"company": company}
    return (
        _("Would you recommend %(company)s?") % about,
        _("How likely are you to recommend %(company)s to a friend or colleague?") % about,
    )


def _effort(survey: Asking, company: str) -> tuple[str, str]:
    about = {"company": company}
    if survey.trigger in (*RELATIONAL, Trigger.STAGE_ENTERED):
        text = _("How far do you agree? “%(company)s makes it easy for me to get done what I need.”") % about
    else:
        text = _("How far do you agree? “%(company)s made it easy for me to handle my request.”") % about
    return _("How easy or hard is it with %(company)s?") % about, text


def _satisfaction(survey: Asking, company: str, subject: str) -> tuple[str, str]:
    about = {"company": company, "subject": subject}
    if survey.trigger == Trigger.TICKET_CLOSED and subject:
        return _("How was our support?"), _("How satisfied were you with our support for “%(subject)s”?") % about
    told = {
        Trigger.TICKET_CLOSED: (_("How was our support?"), _("How satisfied were you with our support?")),
        Trigger.ESCALATION_RESOLVED: (
            _("How did we handle it?"),
            _("How satisfied were you with the way we handled your escalated request?"),
        ),
        Trigger.ONBOARDING_FINISHED: (
            _("How was your start with us?"),
            _("How satisfied were you with your start with %(company)s?"),
        ),
        Trigger.OFFBOARDING_FINISHED: (
            _("How did we part?"),
            _("How satisfied were you with the way our work together ended?"),
        ),
    }
    general = _("How are things with %(company)s?"), _("How satisfied are you with %(company)s?")
    title, text = told.get(Trigger(survey.trigger), general)
    return title % about, text % about


def _words(kind: str, points: int) -> dict[int, str]:
    """A word for every point where that is usual, else for both ends."""
    if kind == Kind.NPS:
        return {0: _("not at all likely"), 10: _("extremely likely")}
    low, middle, high = _("dissatisfied"), _("neither satisfied nor dissatisfied"), _("satisfied")
    words = {
        2: [low, high],
        3: [low, middle, high],
        5: [_("very dissatisfied"), low, middle, high, _("very satisfied")],
        7: [
            _("strongly disagree"),
            _("disagree"),
            _("somewhat disagree"),
            _("neither agree nor disagree"),
            _("somewhat agree"),
            _("agree"),
            _("strongly agree"),
        ],
    }[points]
    return dict(enumerate(words, start=1))
