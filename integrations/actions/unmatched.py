"""Decide about events nobody could be found for."""

from datetime import datetime

from django.db import transaction

from accounts.actions import accounts as account_actions
from accounts.models import Account
from accounts.stages import Stage
from integrations.actions import intake, processing
from integrations.models import InboxEvent
from integrations.queries import matching
from workspaces import actions as workspace_actions
from workspaces.models import User


class NotUnmatched(Exception):
    """Somebody else has decided about the event already."""


@transaction.atomic
def assign(*, event: InboxEvent, account: Account, remember_domain: bool, at: datetime, by: User | None) -> int:
    """Give `event`, and every unmatched one of its ticket, requester or organisation, to `account`; returns how many.

    They are applied in the background within seconds; those of its ticket whose bodies are gone are dismissed. The
    organisation's id is remembered if the account has none of that help desk; its e-mail domain if asked. Raises
    NotUnmatched, BodyGone.
    """
    event = _hold(event)
    if event.is_gone:
        raise processing.BodyGone
    same = list(matching.unmatched_like(event).select_for_update(of=("self",)).defer("body", "headers", "found"))
    for one in same:
        one.state, one.replays = InboxEvent.State.RECEIVED, one.replays + 1
        one.account, one.match = account, InboxEvent.Match.PERSON
    InboxEvent.objects.bulk_update(same, ["state", "replays", "account", "match"], batch_size=500)
    source = event.connection.source
    processing.remember_organization(account=account, source=source, organization_id=event.organization_id)
    if remember_domain and event.domain and event.domain not in account.domains:
        domains = {"domains": [*account.domains, event.domain]}
        account_actions.update_account(account=account, changes=domains, at=at, by=by)
    intake.enqueue_processing(events=same, at=at)
    _dismiss_of_ticket(event, at)
    detail = {"account": account.name, "events": len(same)}
    workspace_actions.record(kind="delivery.assigned", subject=str(event), at=at, by=by, detail=detail)
    return len(same)


@transaction.atomic
def assign_to_new(*, event: InboxEvent, name: str, at: datetime, by: User) -> tuple[Account, int]:
    """`assign` to an account made for it: a customer in use, with the event's domain. Raises NotUnmatched, BodyGone."""
    event = _hold(event)
    if event.is_gone:
        raise processing.BodyGone
    domains = [event.domain] if event.domain else []
    account = account_actions.create_account(name=name, domains=domains, stage=Stage.USE, at=at, by=by)
    return account, assign(event=event, account=account, remember_domain=False, at=at, by=by)


@transaction.atomic
def dismiss(*, event: InboxEvent, at: datetime, by: User | None) -> None:
    """Take the event and all of its ticket off the list; replaying one brings it back. Raises NotUnmatched."""
    event = _hold(event)
    _dismiss_of_ticket(event, at)
    workspace_actions.record(kind="delivery.dismissed", subject=str(event), at=at, by=by)


def _dismiss_of_ticket(event: InboxEvent, at: datetime) -> None:
    matching.unmatched_of_ticket(event).update(state=InboxEvent.State.DISMISSED, settled_at=at)


def _hold(event: InboxEvent) -> InboxEvent:
    waiting = InboxEvent.objects.unmatched().select_for_update(of=("self",)).select_related("connection")
    held = waiting.filter(pk=event.pk).first()
    if held is None:
        raise NotUnmatched
    return held
