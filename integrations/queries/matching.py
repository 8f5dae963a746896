"""Whose event is it? From the surest sign to the weakest; a sign that points at two accounts points at none."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from accounts.models import Account, Contact, ExternalId, Ticket
from integrations.helpdesks.event import TicketEvent
from integrations.helpdesks.reading import domain
from integrations.models import InboxEvent
from lib.addresses import is_free_mail


@dataclass(frozen=True)
class Match:
    """An account, and what told us."""

    account: Account
    how: str


def account_of(event: TicketEvent, source: str) -> Match | None:
    """The account of `event`, told by its ticket, its organisation's id, its requester, its names."""
    signs: list[tuple[str, Callable[[], list[int]]]] = [
        (InboxEvent.Match.TICKET, lambda: _by_ticket(event.ticket_id, source)),
        (InboxEvent.Match.EXTERNAL_ID, lambda: _by_external_id(event.organization_id, source)),
        (InboxEvent.Match.CONTACT, lambda: accounts_by("contact", event.requester_email)),
        (InboxEvent.Match.NAME, lambda: accounts_by("name", event.organization_name)),
        (InboxEvent.Match.DOMAIN, lambda: accounts_by("domain", telling_domain(event))),
    ]
    for how, find in signs:
        found = find()
        if len(found) == 1:
            return Match(Account.objects.get(pk=found[0]), how)
    return None


def is_known(event: TicketEvent, source: str) -> bool:
    """Whether we have heard of this ticket before."""
    return bool(_by_ticket(event.ticket_id, source))


def _by_ticket(ticket_id: str, source: str) -> list[int]:
    tickets = Ticket.objects.filter(source=source, external_id=ticket_id)
    return list(tickets.values_list("account_id", flat=True))


def _by_external_id(value: str, source: str) -> list[int]:
    return list(ExternalId.objects.filter(source=source, value=value).values_list("account_id", flat=True))


def accounts_by(sign: str, value: str) -> list[int]:
    """Ids of the accounts (two at most) with this folded `name`, this `domain`, or a `contact` with this address.

    Row-level security keeps these comparisons from their indexes, so a function of the owner makes them, inside
    the entered workspace.
    """
    if not value:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select account_id from integrations_accounts_by(%s, %s)", [sign, value])
        return [row[0] for row in cursor.fetchall()]


def contact_of(account: Account, email: str) -> Contact | None:
    """The person at `account` who has this address."""
    if not email:
        return None
    return account.contacts.annotate(lower_email=Lower("email")).filter(lower_email=email).first()


def telling_domain(event: TicketEvent) -> str:
    """The requester's domain, else the organisation's; never one that anybody can have an address at."""
    candidates = (domain(event.requester_email), event.organization_domain)
    return next((name for name in candidates if name and not is_free_mail(name)), "")


def has_external_id(account: Account, source: str) -> bool:
    """Whether the account is known in that help desk already."""
    return ExternalId.objects.filter(account=account, source=source).exists()


def unmatched_like(event: InboxEvent) -> QuerySet[InboxEvent]:
    """`event`, if it is still unmatched, and every other unmatched one that is whole and goes where it goes.

    That is: of the same ticket; with its organisation's id or name; or from its address or e-mail domain without
    naming another organisation.
    """
    is_same = _is_of_ticket(event)
    if event.organization_id:
        is_same |= Q(connection=event.connection_id, organization_id=event.organization_id)
    if event.organization_name:
        is_same |= Q(folded=_folded(Value(event.organization_name)))
    if event.requester_email:
        is_same |= Q(requester_email=event.requester_email, organization_id__in=["", event.organization_id])
    if event.domain:
        is_same |= Q(domain=event.domain, organization_id__in=["", event.organization_id])
    return (
        InboxEvent.objects.unmatched()
        .filter(purged_at=None)
        .annotate(folded=_folded(F("organization_name")))
        .filter(is_same)
        .order_by("pk")
    )


def unmatched_of_ticket(event: InboxEvent) -> QuerySet[InboxEvent]:
    """`event`, if it is still unmatched, and every other unmatched one of the same ticket."""
    return InboxEvent.objects.unmatched().filter(_is_of_ticket(event)).order_by("pk")


def _is_of_ticket(event: InboxEvent) -> Q:
    if not event.ticket_number:
        return Q(pk=event.pk)
    return Q(pk=event.pk) | Q(connection=event.connection_id, ticket_number=event.ticket_number)


def _folded(text: F | Value) -> Lower:
    """Without differences of case and of Unicode's compatible forms, as the database sees them."""
    template = "normalize(%(expressions)s, NFKC)"
    return Lower(Func(text, function="normalize", template=template, output_field=CharField()))
