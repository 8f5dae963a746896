"""What pages, API and other apps ask about tickets."""

from django.db.models import F

from accounts.models import Account, Ticket, TicketQuerySet
from accounts.queries.search import MOST_FOUND, searched


def tickets_of(account: Account) -> TicketQuerySet:
    """The account's tickets, open ones first, then newest."""
    return (
        Ticket.objects.filter(account=account)
        .select_related("contact")
        .order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")
    )


def found_tickets(words: str, most: int = MOST_FOUND) -> TicketQuerySet:
    """Tickets by number, with or without `#`, or by a part of their subject; newest first."""
    found = Ticket.objects.filter(pk__in=searched("accounts_search_tickets", words.strip(), most))
    return found.select_related("account").order_by("-opened_at", "-pk")
