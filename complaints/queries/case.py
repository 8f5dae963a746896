"""Complaints as pages ask for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from accounts.models import Account, Contact, Ticket
from complaints.models import Complaint, ComplaintQuerySet, ComplaintStep
from complaints.next_step import Standing, Step, next_step
from journeys.models import Touchpoint
from surveys.models import Answer

SOURCE = Complaint.Source
TELLING = [ComplaintStep.Kind.TOLD, ComplaintStep.Kind.MAILED]


@dataclass(frozen=True)
class Line:
    """A complaint in a list: when the customer was told something last, and what is to be done next if it is open."""

    complaint: Complaint
    told_at: datetime | None
    next: Step | None


def complaints() -> ComplaintQuerySet:
    """Every complaint with what a line shows, and when the customer was `told_at` last."""
    found = Complaint.objects.select_related("account", "contact", "owner__user", "opened_by", "closed_by", "rule")
    return found.annotate(told_at=Max("steps__at", filter=Q(steps__kind__in=TELLING)))


def lines(found: list[Complaint], at: datetime) -> list[Line]:
    """As `complaints` read them."""
    return [_line(one, getattr(one, "told_at", None), at) for one in found]


def _line(one: Complaint, told_at: datetime | None, at: datetime) -> Line:
    return Line(one, told_at, next_step(Standing(one.promised_at, told_at), at) if one.is_open else None)


def in_order(pks: list[int], at: datetime) -> list[Line]:
    """The lines of these, as they are named."""
    found = complaints().in_bulk(pks)
    return lines([found[pk] for pk in pks if pk in found], at)


def complaints_of(account: Account) -> ComplaintQuerySet:
    """An account's: those that are open by when they are promised, then the last closed first."""
    found = complaints().filter(account=account)
    return found.order_by(F("closed_at").desc(nulls_first=True), "promised_at", "-pk")


def open_or_overdue(at: datetime, *, member_id: int | None = None) -> ComplaintQuerySet:
    """What is open, of everybody or in a member's care, the first promised first: so what is overdue leads."""
    found = complaints().filter(closed_at=None)
    return (found.in_care_of(member_id) if member_id else found).order_by("promised_at", "pk")


def open_count(account_id: int) -> int:
    return Complaint.objects.open().filter(account=account_id).count()


def steps_of(complaint: Complaint) -> QuerySet[ComplaintStep]:
    """What was said and noted, the newest first."""
    found: QuerySet[ComplaintStep] = ComplaintStep.objects.filter(complaint=complaint)
    return found.select_related("by", "contact", "mail").order_by("-pk")


def steps() -> QuerySet[ComplaintStep]:
    """Every step."""
    found: QuerySet[ComplaintStep] = ComplaintStep.objects.select_related("by", "mail")
    return found


def of_source(source: str, source_id: int) -> Complaint | None:
    """The complaint that an answer, a ticket or a touchpoint is."""
    return Complaint.objects.filter(source=source, source_id=source_id).first()


def ids_of_sources(source: str, source_ids: Collection[int]) -> dict[int, int]:
    """Which of these answers, tickets or touchpoints are complaints, each with the complaint's id."""
    found = Complaint.objects.filter(source=source, source_id__in=source_ids).order_by("pk")
    return {int(one): pk for one, pk in found.values_list("source_id", "pk") if one is not None}


# ------------------------------------------------------------------------------------ what it was noticed in
@dataclass(frozen=True)
class Origin:
    """An answer, a ticket or a touchpoint as a complaint begins with it."""

    source: str
    source_id: int
    account: Account
    contact: Contact | None
    text: str
    agent_name: str
    happened_at: datetime


def origin(source: str, source_id: int) -> Origin | None:
    """What a complaint noticed there would begin with; None if there is no such thing."""
    read = _ORIGINS.get(source)
    return read(source_id) if read else None


def _answer(pk: int) -> Origin | None:
    answers: QuerySet[Any] = Answer.objects.select_related("account", "contact", "invitation")
    one = answers.filter(pk=pk).first()
    if one is None:
        return None
    agent = one.invitation.agent_name
    return Origin(SOURCE.ANSWER, pk, one.account, one.contact, one.comment, agent, one.answered_at)


def _ticket(pk: int) -> Origin | None:
    one = Ticket.objects.select_related("account", "contact").filter(pk=pk).first()
    if one is None:
        return None
    return Origin(SOURCE.TICKET, pk, one.account, one.contact, one.subject, one.agent_name, one.opened_at)


def _touchpoint(pk: int) -> Origin | None:
    one = Touchpoint.objects.select_related("account", "contact").filter(pk=pk).first()
    return Origin(SOURCE.TOUCHPOINT, pk, one.account, one.contact, one.summary, "", one.at) if one else None


_ORIGINS = {SOURCE.ANSWER.value: _answer, SOURCE.TICKET.value: _ticket, SOURCE.TOUCHPOINT.value: _touchpoint}
