"""How a survey's mail and page will look, for somebody who is not there."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Account, Contact, Ticket
from lib import languages
from surveys import definitions, letters, questions, visits
from surveys.models import Invitation, QuestionWords, Survey, Trigger
from workspaces.models import User

TOKEN = "preview"  # noqa: S105  leads nowhere


@dataclass(frozen=True)
class Preview:
    """What a customer will read; `follow_ups` with the scores for which each is asked."""

    subject: str
    text: str
    asked: questions.Question
    follow_ups: list[tuple[QuestionWords, str]]


def language_of(wish: str) -> str:
    """The language to preview in: English unless it is one of ours."""
    return languages.chosen(wish)


def preview(survey: Survey, reader: User, language: str, at: datetime) -> Preview:
    invitation = _imagined(survey, reader, language, at)
    letter = letters.letter(invitation, TOKEN)
    with languages.spoken(language):
        asked = questions.question(invitation, visits.house().company)
    follow_ups = [(question.words(language), asked_for) for question, asked_for, _told in definitions.questions(survey)]
    return Preview(letter.subject, letter.text, asked, follow_ups)


def mail_html(survey: Survey, reader: User, language: str, at: datetime) -> str:
    return letters.letter(_imagined(survey, reader, language, at), TOKEN).html


def _imagined(survey: Survey, reader: User, language: str, at: datetime) -> Invitation:
    """An invitation that is stored nowhere, to the member who looks."""
    account = Account(name="")
    contact = Contact(account=account, name=reader.name, email=reader.email, locale=language)
    with languages.spoken(language):
        about = _("An example")
    ticket = Ticket(account=account, subject=about) if survey.trigger == Trigger.TICKET_CLOSED else None
    return Invitation(
        survey=survey,
        survey_version=survey.version,
        metric=survey.kind,
        account=account,
        contact=contact,
        ticket=ticket,
        locale=language,
        language=language,
        created_at=at,
        send_at=at,
        sent_at=at,
        expires_at=at + survey.expiry,
    )
