"""Tickets: support cases as the help desk tells them, in whatever order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.facts import record_fact
from accounts.models import Account, Contact, Fact, Ticket

TEXTS = ("number", "url", "subject", "agent_name", "agent_email", "priority", "topic", "locale")


@dataclass(frozen=True)
class TicketNews:
    """What a help desk says about one ticket: its whole known state at `updated_at`."""

    source: str
    external_id: str
    is_closed: bool
    updated_at: datetime
    opened_at: datetime
    closed_at: datetime | None = None
    number: str = ""
    url: str = ""
    subject: str = ""
    agent_name: str = ""
    agent_email: str = ""
    priority: str = ""
    topic: str = ""
    tags: Sequence[str] | None = None  # None: not told
    locale: str = ""
    is_merged: bool = False


@transaction.atomic
def apply_ticket(*, account: Account, contact: Contact | None, news: TicketNews, at: datetime) -> Ticket:
    """Bring a ticket up to `news`, if it is not older than what we know.

    Closing counts one more `episode` and is the fact `ticket.closed`; closed again without a reopening is the
    same episode, however often it is said. Reopening is `ticket.reopened`. A ticket that is merged into another, or
    removed, is closed without an episode: that is the fact `ticket.merged`, after which nobody is asked. Another
    priority or topic, and other tags, are `ticket.changed`, unless they come with the merging.
    """
    ticket, is_new = Ticket.objects.select_for_update(of=("self",)).get_or_create(
        source=news.source,
        external_id=news.external_id,
        defaults={"account": account, "opened_at": news.opened_at, "source_updated_at": news.updated_at},
    )
    if not is_new and news.updated_at < ticket.source_updated_at:
        return ticket
    was_open, triage = ticket.is_open, _triage(ticket)
    _copy(ticket, news, contact)
    if is_new:
        record_fact(account=account, kind="ticket.opened", at=at, happened_at=news.opened_at, **_about(ticket))
    elif triage != _triage(ticket) and not news.is_merged:
        _tell_triage(ticket, news.updated_at, at)
    if news.is_merged and not _is_known_merged(ticket):
        _merge(ticket, news.closed_at or news.updated_at, at)
    elif news.is_closed and was_open:
        _close(ticket, news.closed_at or news.updated_at, at)
    elif not news.is_closed and not was_open:
        _reopen(ticket, news.updated_at, at)
    ticket.save()
    return ticket


def _copy(ticket: Ticket, news: TicketNews, contact: Contact | None) -> None:
    ticket.contact = contact or ticket.contact
    ticket.source_updated_at = news.updated_at
    for name in TEXTS:
        setattr(ticket, name, getattr(news, name) or getattr(ticket, name))
    if news.tags is not None:
        ticket.tags = list(dict.fromkeys(news.tags))


def _triage(ticket: Ticket) -> dict[str, Any]:
    return {"priority": ticket.priority, "topic": ticket.topic, "tags": ticket.tags}


def _close(ticket: Ticket, closed_at: datetime, at: datetime) -> None:
    ticket.closed_at = closed_at
    ticket.episode += 1
    record_fact(account=ticket.account, kind="ticket.closed", at=at, happened_at=closed_at, **_about(ticket))


def _is_known_merged(ticket: Ticket) -> bool:
    """Whether this end of it has been told; a ticket may have been closed before it was merged."""
    if ticket.is_open:
        return False
    told = Fact.objects.filter(account_id=ticket.account_id, kind="ticket.merged", data__ticket_id=ticket.pk)
    return told.filter(data__episode=ticket.episode).exists()


def _merge(ticket: Ticket, merged_at: datetime, at: datetime) -> None:
    ticket.closed_at = ticket.closed_at or merged_at
    record_fact(account=ticket.account, kind="ticket.merged", at=at, happened_at=merged_at, **_about(ticket))


def _reopen(ticket: Ticket, reopened_at: datetime, at: datetime) -> None:
    ticket.closed_at = None
    ticket.reopened_at = reopened_at
    record_fact(account=ticket.account, kind="ticket.reopened", at=at, happened_at=reopened_at, **_about(ticket))


def _tell_triage(ticket: Ticket, changed_at: datetime, at: datetime) -> None:
    told = _about(ticket) | _triage(ticket)
    record_fact(account=ticket.account, kind="ticket.changed", at=at, happened_at=changed_at, **told)


def _about(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket_id": ticket.pk,
        "episode": ticket.episode,
        "number": ticket.number,
        "subject": ticket.subject,
    }
