"""Bring a stored event to its account: from the bytes that came in, as often as somebody asks."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.actions import accounts as account_actions
from accounts.actions import contacts as contact_actions
from accounts.actions import tickets as ticket_actions
from accounts.models import Account, Contact
from integrations.actions import intake
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode
from integrations.models import InboxEvent
from integrations.queries import matching
from workspaces import actions as workspace_actions
from workspaces.models import User

REMEMBERED = {InboxEvent.Match.PERSON, InboxEvent.Match.NAME, InboxEvent.Match.DOMAIN}


class StillWaiting(Exception):
    """The event has not been processed yet, so there is nothing to do again."""


@transaction.atomic
def process(*, event_id: int, at: datetime) -> None:
    """Apply a waiting event to the account it belongs to, or put it among the unmatched."""
    events = InboxEvent.objects.select_for_update(of=("self",)).select_related("connection", "account")
    event = events.get(pk=event_id)
    if event.state != InboxEvent.State.RECEIVED:
        return
    event.settled_at, event.error = at, ""
    try:
        ticket = event.connection.help_desk.adapter.parse(event.headers, decode(bytes(event.body)))
    except (NotJson, Unusable) as problem:
        event.state, event.error = InboxEvent.State.FAILED, str(problem)[:300]
    else:
        _settle(event, ticket, at)
    event.save(update_fields=["settled_at", "error", "state", "account", "match", "ticket"])


def _settle(event: InboxEvent, ticket: TicketEvent | None, at: datetime) -> None:
    if ticket is None:
        event.state = InboxEvent.State.IGNORED
        return
    if event.account is None:
        match = matching.account_of(ticket, event.connection.source)
        if match is None:
            event.state = InboxEvent.State.UNMATCHED
            return
        event.account, event.match = match.account, match.how
    _apply(event, event.account, ticket, at)


def _apply(event: InboxEvent, account: Account, ticket: TicketEvent, at: datetime) -> None:
    source = event.connection.source
    if event.match in REMEMBERED:
        remember_organization(account=account, source=source, organization_id=ticket.organization_id)
    event.ticket = ticket_actions.apply_ticket(
        account=account,
        contact=_contact(account, ticket, at),
        news=ticket.news(source, event.received_at),
        at=at,
    )
    event.state = InboxEvent.State.PROCESSED


def remember_organization(*, account: Account, source: str, organization_id: str) -> None:
    """Know this organisation again by its id, unless the account or the id is spoken for."""
    if organization_id and not matching.has_external_id(account, source):
        with suppress(account_actions.ExternalIdTaken):
            account_actions.set_external_ids(account=account, external_ids={source: organization_id})


def _contact(account: Account, ticket: TicketEvent, at: datetime) -> Contact | None:
    """The requester at `account`, added if new. None: no address, or a person of another account."""
    known = matching.contact_of(account, ticket.requester_email)
    if known or not ticket.requester_email:
        return known
    try:
        return contact_actions.add_contact(
            account=account,
            name=ticket.requester_name or ticket.requester_email.partition("@")[0],
            email=ticket.requester_email,
            locale=ticket.requester_locale,
            at=at,
            by=None,
        )
    except contact_actions.EmailTaken:  # somewhere else, or just now by another worker
        return matching.contact_of(account, ticket.requester_email)


@transaction.atomic
def replay(*, event: InboxEvent, at: datetime, by: User) -> None:
    """Process a settled event again from its stored body, finding its account anew. Raises StillWaiting."""
    event = InboxEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.state == InboxEvent.State.RECEIVED:
        raise StillWaiting
    event.state, event.replays = InboxEvent.State.RECEIVED, event.replays + 1
    event.account, event.match = None, ""
    event.save(update_fields=["state", "replays", "account", "match"])
    intake.enqueue_processing(events=[event], at=at)
    workspace_actions.record(kind="delivery.replayed", subject=str(event), at=at, by=by)
