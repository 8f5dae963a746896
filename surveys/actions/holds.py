"""Escalations and disputed renewals: while one is open, the account's people are asked nothing."""

from datetime import datetime

from django.db import transaction

from accounts.actions.facts import record_fact
from accounts.models import Account
from surveys.models import Hold
from workspaces.models import User

BEGUN = {Hold.Kind.ESCALATION: "escalation.opened", Hold.Kind.DISPUTE: "renewal.disputed"}
ENDED = {Hold.Kind.ESCALATION: "escalation.resolved", Hold.Kind.DISPUTE: "renewal.settled"}


class AlreadyOpen(Exception):
    """One of this kind and source is open at the account."""


class NotOpen(Exception):
    """It was ended before."""


@transaction.atomic
def begin(*, account: Account, kind: str, at: datetime, by: User | None, note: str = "", source: str = "") -> Hold:
    """Note that an escalation has begun, or that the renewal is disputed. Raises AlreadyOpen."""
    hold, is_new = Hold.objects.open().get_or_create(
        account=account, kind=kind, source=source, defaults={"note": note, "begun_at": at, "begun_by": by}
    )
    if not is_new:
        raise AlreadyOpen
    record_fact(account=account, kind=BEGUN[Hold.Kind(kind)], at=at, by=by, hold_id=hold.pk, note=note)
    return hold


@transaction.atomic
def end(*, hold: Hold, at: datetime, by: User | None) -> Hold:
    """It is over. Raises NotOpen."""
    if not Hold.objects.open().filter(pk=hold.pk).update(ended_at=at, ended_by=by):
        raise NotOpen
    hold.refresh_from_db()
    kind = ENDED[Hold.Kind(hold.kind)]
    still_open = Hold.objects.open().filter(account=hold.account_id, kind=hold.kind).count()
    record_fact(account=hold.account, kind=kind, at=at, by=by, hold_id=hold.pk, note=hold.note, still_open=still_open)
    return hold


def follow_alert(*, account: Account, alert_id: int, is_open: bool, at: datetime) -> None:
    """An alert that went to the managers is an escalation until it is closed."""
    source = f"alert:{alert_id}"
    found = Hold.objects.open().filter(account=account, kind=Hold.Kind.ESCALATION, source=source).first()
    if is_open and found is None:
        begin(account=account, kind=Hold.Kind.ESCALATION, source=source, at=at, by=None)
    if not is_open and found is not None:
        end(hold=found, at=at, by=None)
