"""What this room keeps about a person: whom we asked, and what they said."""

from datetime import datetime
from typing import Any

from accounts.models import Contact
from accounts.registry import personal
from surveys.models import Answer, AnswerRevision, Invitation, Refusal, Wish

Rows = list[dict[str, Any]]


def invitation_rows(contact: Contact) -> Rows:
    asked = Invitation.objects.filter(contact=contact).order_by("pk")
    about = ("metric", "ticket__number", "created_at", "sent_at", "expires_at", "cancelled_at")
    return [{**row} for row in asked.values(*about)]


def refusal_rows(contact: Contact) -> Rows:
    return list(Refusal.objects.filter(contact=contact).order_by("pk").values("metric", "is_reminder", "reason", "at"))


def answer_rows(contact: Contact) -> Rows:
    """Answers as they stand, and as they were before."""
    answers = Answer.objects.filter(contact=contact).order_by("pk")
    about = (
        "id",
        "metric",
        "value",
        "scale_max",
        "comment",
        "replies",
        "answered_at",
        "changed_at",
        "is_late",
        "doubt",
    )
    before = AnswerRevision.objects.filter(answer__contact=contact).order_by("pk")
    earlier = before.values("answer_id", "value", "comment", "replies", "doubt", "at")
    return [*({**row} for row in answers.values(*about)), *({**row, "is_earlier": True} for row in earlier)]


def erase_invitations(contact: Contact, at: datetime) -> None:
    """Their links lead nowhere any more, and what has not been sent is not."""
    asked = Invitation.objects.filter(contact=contact)
    asked.waiting().update(cancelled_at=at)
    asked.update(token_hash="", locale="")


def erase_answers(contact: Contact, at: datetime) -> None:
    """The numbers stay."""
    AnswerRevision.objects.filter(answer__contact=contact).update(comment="", replies={})
    Answer.objects.filter(contact=contact).update(comment="", replies={})


def wish_rows(contact: Contact) -> Rows:
    """What they wished for after answering, and whom they named."""
    return list(Wish.objects.filter(contact=contact).order_by("pk").values("kind", "name", "reach", "words", "at"))


def erase_wishes(contact: Contact, at: datetime) -> None:
    Wish.objects.filter(contact=contact).delete()


def keep(contact: Contact, at: datetime) -> None:
    """That somebody was not asked, and why, says nothing about who it was."""


def register() -> None:
    personal("survey_invitations", export=invitation_rows, erase=erase_invitations)
    personal("survey_refusals", export=refusal_rows, erase=keep)
    personal("survey_wishes", export=wish_rows, erase=erase_wishes)
    personal("survey_answers", export=answer_rows, erase=erase_answers)
