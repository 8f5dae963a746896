"""Bring a stored event to its account: from the bytes that came in, as often as somebody asks."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.actions import accounts as account_actions
from accounts.actions import contacts as contact_actions
from accounts.actions import tickets as ticket_actions
from accounts.models import Account, Contact
from integrations.actions import intake, retention
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode
from integrations.models import InboxEvent
from integrations.queries import matching
from outbox import actions as outbox_actions
from workspaces import actions as workspace_actions
from workspaces.models import User

REMEMBERED = {InboxEvent.Match.PERSON, InboxEvent.Match.NAME, InboxEvent.Match.DOMAIN}


LOOK_UP = "integrations.look_up"


class StillWaiting(Exception):
    """The event has not been processed yet, so there is nothing to do again."""


class BodyGone(Exception):
    """The body of the event is no longer kept, so there is nothing to read again."""


@transaction.atomic
def process(*, event_id: int, at: datetime) -> None:
    """Apply a waiting event to the account it belongs to, or put it among the unmatched.

    One that names nobody, of a help desk whose API can be asked, waits on until that has been done.
    """
    events = InboxEvent.objects.select_for_update(of=("self",)).select_related("connection", "account")
    event = events.get(pk=event_id)
    if event.state != InboxEvent.State.RECEIVED:
        return
    try:
        ticket = read(event)
    except (NotJson, Unusable) as problem:
        event.state, event.error = InboxEvent.State.FAILED, str(problem)[:300]
    else:
        event.error = ""
        if ticket is not None and needs_look_up(event, ticket):
            _enqueue_look_up(event, at)
            return
        _settle(event, ticket, at)
    event.settled_at = at
    event.save(update_fields=["settled_at", "error", "state", "account", "match", "ticket", *intake.SUMMARY])


def read(event: InboxEvent) -> TicketEvent | None:
    """What the event says, with what its help desk's API added. Raises NotJson, Unusable."""
    connection = event.connection
    payload = decode(bytes(event.body))
    if connection.needs_mapping:
        return None
    ticket = connection.help_desk.adapter.parse(event.headers, payload, connection.told)
    directory = connection.help_desk.directory
    if ticket is None or directory is None or not event.found:
        return ticket
    return directory.complete(ticket, event.found)


def needs_look_up(event: InboxEvent, ticket: TicketEvent) -> bool:
    """Whether the API is to be asked, once, whose the ticket is."""
    is_unclear = not ticket.requester_email and not ticket.is_merged
    return is_unclear and event.found is None and event.connection.can_look_up


def _enqueue_look_up(event: InboxEvent, at: datetime) -> None:
    key, payload = f"event:{event.pk}:{event.replays}", {"event_id": event.pk}
    outbox_actions.enqueue(kind=LOOK_UP, key=key, payload=payload, at=at)


def _settle(event: InboxEvent, ticket: TicketEvent | None, at: datetime) -> None:
    if ticket is None:
        is_sample = event.connection.needs_mapping
        event.state = InboxEvent.State.SAMPLE if is_sample else InboxEvent.State.IGNORED
        return
    intake.summarise(event, ticket)
    event.error = str((event.found or {}).get("error", ""))[:300]
    if ticket.is_merged and not matching.is_known(ticket, event.connection.source):
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
    try:
        contact = _contact(account, ticket, at)
    except contact_actions.Suppressed:  # erased: their ticket counts, they do not come back by it
        contact = None
        retention.forget_person(events=InboxEvent.objects.filter(pk=event.pk), at=at)
    news = ticket.news(source, event.received_at)
    event.ticket = ticket_actions.apply_ticket(account=account, contact=contact, news=news, at=at)
    is_older = news.updated_at < event.ticket.source_updated_at
    event.state = InboxEvent.State.OLDER if is_older else InboxEvent.State.PROCESSED


def remember_organization(*, account: Account, source: str, organization_id: str) -> None:
    """Know this organisation again by its id, unless the account or the id is spoken for."""
    if organization_id and not matching.has_external_id(account, source):
        with suppress(account_actions.ExternalIdTaken):
            account_actions.set_external_ids(account=account, external_ids={source: organization_id})


def _contact(account: Account, ticket: TicketEvent, at: datetime) -> Contact | None:
    """The requester at `account`, added if new. None: no address, or a person of another account.

    Raises Suppressed.
    """
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
def replay(*, event: InboxEvent, at: datetime, by: User | None) -> None:
    """Process a settled event again from its stored body, finding its account anew. Raises StillWaiting, BodyGone."""
    event = InboxEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.state == InboxEvent.State.RECEIVED:
        raise StillWaiting
    if event.is_gone:
        raise BodyGone
    process_again(events=[event], at=at)
    workspace_actions.record(kind="delivery.replayed", subject=str(event), at=at, by=by)


def process_again(*, events: list[InboxEvent], at: datetime) -> None:
    """Put settled events back on the list, as if nobody had been found or asked."""
    for event in events:
        event.state, event.replays = InboxEvent.State.RECEIVED, event.replays + 1
        event.account, event.match, event.found = None, "", None
    InboxEvent.objects.bulk_update(events, ["state", "replays", "account", "match", "found"], batch_size=500)
    intake.enqueue_processing(events=events, at=at)
