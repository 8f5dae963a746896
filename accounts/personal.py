"""What this room, and those below it, keep about a person."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from accounts.actions import words as word_actions
from accounts.models import Account, Contact, Contract, Fact, Ticket
from accounts.privacy import ERASED, naming, redact
from accounts.registry import personal
from outbox import actions as outbox_actions
from outbox import mail
from outbox.models import Effect, Mail
from workspaces import actions as workspace_actions
from workspaces.models import AuditEvent, IdempotentRequest

Rows = list[dict[str, Any]]

ABOUT = (
    "id", "name", "email", "title", "phone", "role", "locale", "influence", "stance", "time_zone", "consent",
    "consent_at", "consent_source", "source", "external_id", "custom", "opted_out_at", "left_at", "created_at",
)  # fmt: skip


def said_of(rows: QuerySet[Any], contact: Contact, *fields: str) -> QuerySet[Any]:
    """Those of `rows` in which the name or the address stands, as it is written, in one of these fields."""
    found = Q()
    for field in fields:
        for text in filter(None, (contact.email, contact.name)):
            found |= Q(**{f"_text_{field}__icontains": text})
    texts = {f"_text_{field}": Cast(field, CharField()) for field in fields}
    return rows.alias(**texts).filter(found) if found else rows.none()


# ------------------------------------------------------------------------------------------------- the person
def contact_rows(contact: Contact) -> Rows:
    row = {name: getattr(contact, name) for name in ABOUT}
    return [row | {"account": str(contact.account), "persona": str(contact.persona or "")}]


def timeline_rows(contact: Contact) -> Rows:
    facts = Fact.objects.filter(account=contact.account_id)
    by_id = Q(_text_data__contains=f'"contact_id": {contact.pk},') | Q(
        _text_data__contains=f'"contact_id": {contact.pk}}}'
    )
    mine = facts.alias(_text_data=Cast("data", CharField())).filter(by_id) | said_of(facts, contact, "data")
    return list(mine.order_by("at", "pk").values("at", "kind", "data"))


def erase_from_account(contact: Contact, at: datetime) -> None:
    """What else is noted of their account may name them; facts are seen to by the database itself."""
    word_actions.forget(name=contact.name, at=at)
    redact(Account.objects.filter(pk=contact.account_id), contact, "custom")
    redact(Contract.objects.filter(account=contact.account_id), contact, "name")
    others = Contact.objects.filter(account=contact.account_id).exclude(pk=contact.pk)
    redact(others, contact, "title", "consent_source", "custom")


# ------------------------------------------------------------------------------------------------- tickets
def ticket_rows(contact: Contact) -> Rows:
    tickets = Ticket.objects.filter(contact=contact).order_by("opened_at", "pk")
    about = ("source", "external_id", "number", "subject", "priority", "topic", "url", "opened_at", "closed_at")
    return [{**row} for row in tickets.values(*about)]


def erase_from_tickets(contact: Contact, at: datetime) -> None:
    redact(Ticket.objects.filter(account=contact.account_id), contact, "subject")


# ------------------------------------------------------------------------------------------------- mail
def mail_rows(contact: Contact) -> Rows:
    mails = Mail.objects.filter(to__iexact=contact.email) if contact.email else Mail.objects.none()
    return list(mails.order_by("pk").values("to", "subject", "text", "created_at", "sent_at"))


def erase_from_mail(contact: Contact, at: datetime) -> None:
    """Mail to them is emptied and never sent; mail about them, which may hold what they wrote, once it is sent."""
    if contact.email:
        mail.forget(mails=Mail.objects.filter(to__iexact=contact.email), at=at, with_address=True)
    about = naming(Mail.objects.filter(purged_at=None), contact, "subject", "text", "html").values("pk")
    marked = Mail.objects.filter(purged_at=None, text__contains=ERASED).values("pk")
    sent = Mail.objects.exclude(sent_at=None)
    redact(sent, contact, "subject")
    mail.forget(mails=sent.filter(Q(pk__in=about) | Q(pk__in=marked)), at=at)
    redact(Mail.objects.filter(purged_at=None), contact, "subject", "text", "html")
    outbox_actions.clear_errors(errors=naming(Effect.objects.exclude(last_error=""), contact, "last_error"))


# ------------------------------------------------------------------------------------------------- trails
def audit_rows(contact: Contact) -> Rows:
    events = said_of(AuditEvent.objects.all(), contact, "subject", "detail")
    return list(events.order_by("pk").values("at", "kind", "subject", "detail"))


def api_rows(contact: Contact) -> Rows:
    answers = said_of(IdempotentRequest.objects.all(), contact, "key", "body")
    return list(answers.order_by("pk").values("created_at", "status", "body"))


def erase_from_answers(contact: Contact, at: datetime) -> None:
    """A repeat of a call still does nothing new; it is told less."""
    requests = IdempotentRequest.objects.all()
    workspace_actions.forget_requests(requests=said_of(requests, contact, "key"))
    workspace_actions.empty_answers(answers=said_of(requests, contact, "body"))


def nothing(contact: Contact, at: datetime) -> None:
    """The database itself sees to what is append-only."""


def register() -> None:
    personal("contact", export=contact_rows, erase=erase_from_account)
    personal("timeline", export=timeline_rows, erase=nothing)
    personal("tickets", export=ticket_rows, erase=erase_from_tickets)
    personal("mails", export=mail_rows, erase=erase_from_mail)
    personal("audit_trail", export=audit_rows, erase=nothing)
    personal("api_answers", export=api_rows, erase=erase_from_answers)
