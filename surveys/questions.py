"""What customers read: the question and its scale in words, in a language we have. No jargon here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from surveys import queries, scores
from surveys.models import Invitation, Kind
from workspaces import tenancy
from workspaces.queries import workspace


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
    missing: str

    @property
    def lowest(self) -> Choice:
        return self.choices[0]

    @property
    def highest(self) -> Choice:
        return self.choices[-1]


def question(invitation: Invitation) -> Question:
    """The question of an invitation, in the active language."""
    company = queries.settings().sender_name or workspace(tenancy.current_id()).name
    return _satisfaction(invitation, company) if invitation.metric == Kind.CSAT else _recommendation(company)


def _satisfaction(invitation: Invitation, company: str) -> Question:
    subject = invitation.ticket.subject if invitation.ticket else ""
    if subject:
        text = _("How satisfied were you with our support for “%(subject)s”?") % {"subject": subject}
    else:
        text = _("How satisfied were you with our support?")
    words = [
        _("very dissatisfied"),
        _("dissatisfied"),
        _("neither satisfied nor dissatisfied"),
        _("satisfied"),
        _("very satisfied"),
    ]
    return Question(
        company=company,
        title=_("How was our support?"),
        text=text,
        choices=[Choice(value, said) for value, said in zip(scores.values(Kind.CSAT), words, strict=True)],
        missing=_("Please choose a number from 1 to 5."),
    )


def _recommendation(company: str) -> Question:
    words = {0: _("not at all likely"), 10: _("extremely likely")}
    return Question(
        company=company,
        title=_("Would you recommend %(company)s?") % {"company": company},
        text=_("How likely are you to recommend %(company)s to a friend or colleague?") % {"company": company},
        choices=[Choice(value, words.get(value, "")) for value in scores.values(Kind.NPS)],
        missing=_("Please choose a number from 0 to 10."),
    )


@contextmanager
def spoken(*wishes: str) -> Iterator[None]:
    """Speak the first wished language that we know, if our texts exist in it; else English."""
    with translation.override(_known(*wishes)):
        # Each catalogue of translations gives its own code here, so that a page never claims a language it lacks.
        language = pgettext("code of the language that this catalogue is in", "en")
    with translation.override(language):
        yield


def _known(*wishes: str) -> str:
    for wish in wishes:
        try:
            return translation.get_supported_language_variant(wish.lower().replace("_", "-"))
        except LookupError:
            continue
    return "en"
