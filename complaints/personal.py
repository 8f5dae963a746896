"""What this room keeps about a person: their complaints, what they were told, and what they said when called."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Contact
from accounts.privacy import naming, redact
from accounts.registry import personal
from complaints.models import Complaint, ComplaintStep, FollowUp

Rows = list[dict[str, Any]]


def _complaints(contact: Contact) -> QuerySet[Complaint]:
    return Complaint.objects.filter(account=contact.account_id)


def _steps(contact: Contact) -> QuerySet[ComplaintStep]:
    found: QuerySet[ComplaintStep] = ComplaintStep.objects.filter(complaint__account=contact.account_id)
    return found


def _follow_ups(contact: Contact) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(account=contact.account_id)


def complaint_rows(contact: Contact) -> Rows:
    found = _complaints(contact)
    named = naming(found, contact, "text", "closing_note").values("pk")
    about = ("opened_at", "source", "text", "promised_at", "closed_at", "outcome", "closing_note", "is_good_now")
    return list(found.filter(Q(contact=contact) | Q(pk__in=named)).order_by("pk").values(*about))


def step_rows(contact: Contact) -> Rows:
    found = _steps(contact)
    theirs = Q(contact=contact) | Q(complaint__contact=contact) | Q(pk__in=naming(found, contact, "text").values("pk"))
    told = found.filter(theirs).order_by("pk").values("complaint_id", "at", "kind", "text", "promised_at")
    return [{**row} for row in told]


def follow_up_rows(contact: Contact) -> Rows:
    found = _follow_ups(contact)
    named = naming(found, contact, "said").values("pk")
    theirs = Q(answer__contact=contact) | Q(spoke_with=contact) | Q(pk__in=named)
    told = found.filter(theirs).order_by("pk").values("answer_id", "opened_at", "told_at", "outcome", "said")
    return [{**row} for row in told]


def erase_from_complaints(contact: Contact, at: datetime) -> None:
    """That somebody complained, when, and what became of it stays; their words do not."""
    _complaints(contact).filter(contact=contact).update(text="", closing_note="")
    redact(_complaints(contact), contact, "text", "closing_note")


def erase_from_steps(contact: Contact, at: datetime) -> None:
    theirs = _steps(contact).filter(Q(contact=contact) | Q(complaint__contact=contact))
    ComplaintStep.objects.filter(pk__in=theirs.values("pk")).update(text="")
    redact(_steps(contact), contact, "text")


def erase_from_follow_ups(contact: Contact, at: datetime) -> None:
    theirs = _follow_ups(contact).filter(Q(answer__contact=contact) | Q(spoke_with=contact))
    FollowUp.objects.filter(pk__in=theirs.values("pk")).update(said="")
    redact(_follow_ups(contact), contact, "said")


def register() -> None:
    personal("complaints", export=complaint_rows, erase=erase_from_complaints)
    personal("complaint_steps", export=step_rows, erase=erase_from_steps)
    personal("follow_ups", export=follow_up_rows, erase=erase_from_follow_ups)
