"""Open a complaint, hand it over, close it, open it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.facts import record_fact
from accounts.models import Account, Contact
from complaints import worktime
from complaints.models import Complaint, ComplaintRule
from complaints.queries import case as queries
from complaints.queries import setting
from journeys.queries import playbooks as playbook_queries
from lib import changing
from outbox import actions as outbox_actions
from workspaces.models import Member, User

NOTE_OVERDUE = "complaints.note_overdue"
EDITABLE = ("owner", "contact", "text", "promised_at")


class AlreadyComplaint(Exception):
    """This answer, ticket or touchpoint is a complaint already: `complaint`."""

    def __init__(self, complaint: Complaint) -> None:
        self.complaint = complaint


class ContactElsewhere(Exception):
    """The person is with another account."""


class PromisePast(Exception):
    """The promised time is over before it is promised."""


class ComplaintClosed(Exception):
    """It was closed before; what was said then stands."""


class StillOpen(Exception):
    """It is not closed."""


@transaction.atomic
def open_complaint(
    *,
    account: Account,
    text: str,
    at: datetime,
    by: User | None,
    contact: Contact | None = None,
    source: str = Complaint.Source.HAND,
    source_id: int | None = None,
    rule: ComplaintRule | None = None,
    owner: Member | None = None,
    promised_at: datetime | None = None,
    happened_at: datetime | None = None,
    agent_name: str = "",
) -> Complaint:
    """Begin a case. Without them, `owner` is the account's and `promised_at` as the settings say.

    The unique constraint, not this function, settles a race: the loser gets AlreadyComplaint like any other second
    caller. Raises AlreadyComplaint, ContactElsewhere, PromisePast.
    """
    _check_contact(contact, account.pk)
    _check_promise(promised_at, at)
    one = Complaint(
        account=account,
        contact=contact,
        source=source,
        source_id=source_id,
        rule=rule,
        text=text.strip(),
        agent_name=agent_name,
        happened_at=min(happened_at or at, at),
        opened_at=at,
        opened_by=by,
        owner=owner or playbook_queries.default_assignee(account, by),
        promised_at=promised_at or promise(at),
    )
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError:
        known = queries.of_source(source, source_id) if source_id else None
        if known is None:
            raise
        raise AlreadyComplaint(known) from None
    _watch_promise(one, at)
    rule_name = rule.name if rule else ""
    record_fact(account=account, kind="complaint.opened", at=at, by=by, rule=rule_name, **one.about())
    return one


def promise(at: datetime) -> datetime:
    """Until when a complaint that is opened now is to be solved, by the workspace's settings and working hours."""
    ours = setting.settings()
    return worktime.due_at(at.replace(second=0, microsecond=0), ours.promise_hours, setting.hours(ours))


@transaction.atomic
def change_complaint(*, complaint: Complaint, changes: Mapping[str, Any], at: datetime, by: User | None) -> Complaint:
    """Change any of EDITABLE of an open one. Raises ComplaintClosed, ContactElsewhere, PromisePast."""
    held = hold_open(complaint)
    changed = list(changing.take(held, changes, EDITABLE))
    if not changed:
        return held
    _check_contact(held.contact, held.account_id)
    if "promised_at" in changed:
        _check_promise(held.promised_at, at)
        _watch_promise(held, at)
    held.save(update_fields=changed)
    owner_name = str(held.owner) if held.owner else ""
    told: dict[str, Any] = {"fields": changed, "owner_name": owner_name, **held.about()}
    record_fact(account=held.account, kind="complaint.changed", at=at, by=by, **told)
    return held


@transaction.atomic
def close_complaint(
    *, complaint: Complaint, outcome: str, note: str, is_good_now: str, at: datetime, by: User | None
) -> Complaint:
    """What became of it, and what the customer said when asked whether it is good now. Raises ComplaintClosed."""
    held = hold_open(complaint)
    held.closed_at, held.closed_by = at, by
    held.outcome, held.closing_note = Complaint.Outcome(outcome).value, note.strip()
    held.is_good_now = Complaint.GoodNow(is_good_now).value
    held.save(update_fields=["closed_at", "closed_by", "outcome", "closing_note", "is_good_now"])
    record_fact(
        account=held.account,
        kind="complaint.closed",
        at=at,
        by=by,
        outcome=held.outcome,
        is_good_now=held.is_good_now,
        open_complaints=queries.open_count(held.account_id),
        **(held.about() | {"comment": held.closing_note}),
    )
    return held


@transaction.atomic
def reopen_complaint(*, complaint: Complaint, at: datetime, by: User | None) -> Complaint:
    """It is not over after all: with a new promised time if the last has passed. Raises StillOpen."""
    held = hold(complaint)
    if held.is_open:
        raise StillOpen
    held.closed_at = held.closed_by = None
    held.outcome = held.closing_note = held.is_good_now = ""
    if held.promised_at <= at:
        held.promised_at = promise(at)
        _watch_promise(held, at)
    held.save(update_fields=["closed_at", "closed_by", "outcome", "closing_note", "is_good_now", "promised_at"])
    record_fact(account=held.account, kind="complaint.reopened", at=at, by=by, **held.about())
    return held


@transaction.atomic
def note_overdue(*, complaint_id: int, promised_at: datetime, at: datetime) -> None:
    """The promised time has come: say so once, if it is still open and nothing else was promised since."""
    held = Complaint.objects.select_for_update(of=("self",)).select_related("account", "contact").filter(
        pk=complaint_id, closed_at=None, promised_at=promised_at
    ).first()  # fmt: skip
    if held is not None:
        record_fact(account=held.account, kind="complaint.overdue", at=at, **held.about())


def hold(complaint: Complaint) -> Complaint:
    """The complaint as it is now, locked."""
    related = ("account", "contact", "owner__user")
    return Complaint.objects.select_for_update(of=("self",)).select_related(*related).get(pk=complaint.pk)


def hold_open(complaint: Complaint) -> Complaint:
    held = hold(complaint)
    if not held.is_open:
        raise ComplaintClosed
    return held


def _check_contact(contact: Contact | None, account_id: int) -> None:
    if contact is not None and contact.account_id != account_id:
        raise ContactElsewhere


def _check_promise(promised_at: datetime | None, at: datetime) -> None:
    if promised_at is not None and promised_at <= at:
        raise PromisePast


def _watch_promise(complaint: Complaint, at: datetime) -> None:
    """Look again when its time has come; a promise that is replaced is looked at in vain."""
    moment = complaint.promised_at.isoformat()
    outbox_actions.enqueue(
        kind=NOTE_OVERDUE,
        key=f"complaint:{complaint.pk}:{moment}",
        payload={"complaint_id": complaint.pk, "promised_at": moment},
        at=at,
        available_at=complaint.promised_at,
    )
