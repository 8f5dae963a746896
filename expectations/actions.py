"""Promise, explain, have it acknowledged, and settle it with evidence."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actions.facts import record_fact
from accounts.models import Account, Contact, Contract
from expectations import queries
from expectations.letters import address, letter
from expectations.models import Acknowledgement, Expectation
from lib import languages
from outbox import mail
from workspaces import actions as workspace_actions
from workspaces import queries as workspace_queries
from workspaces import tenancy
from workspaces.models import User
from workspaces.secrets import digest, new_token

OUTCOME = Expectation.Outcome
LINK_DAYS = 30


class AlreadySettled(Exception):
    """It was kept, broken or changed before; that stands."""


class EvidenceMissing(Exception):
    """An outcome needs what shows it."""


class NothingToAcknowledge(Exception):
    """None of these is open."""


class LinkClosed(Exception):
    """The link was answered, withdrawn, or its time is over."""


@transaction.atomic
def add_expectation(
    *,
    account: Account,
    kind: str,
    wording: str,
    made_on: date,
    at: datetime,
    by: User | None,
    due_on: date | None = None,
    contract: Contract | None = None,
    replaces: Expectation | None = None,
) -> Expectation:
    """Write down what the customer may expect."""
    added: Expectation = Expectation.objects.create(
        account=account,
        kind=kind,
        wording=wording.strip(),
        made_on=made_on,
        due_on=due_on,
        contract=contract,
        replaces=replaces,
        made_by=by,
        created_at=at,
    )
    _tell("promise.made", added, at, by)
    return added


@transaction.atomic
def explain(*, expectation: Expectation, to: Contact | None, on: date, at: datetime, by: User | None) -> Expectation:
    """Somebody told the customer in plain words; a later time replaces an earlier one. Raises AlreadySettled."""
    held = _hold(expectation)
    held.explained_on, held.explained_by, held.explained_to = on, by, to
    held.save(update_fields=["explained_on", "explained_by", "explained_to"])
    _tell("promise.explained", held, at, by, contact_name=str(to) if to else "")
    return held


@transaction.atomic
def settle(*, expectation: Expectation, outcome: str, evidence: str, at: datetime, by: User | None) -> Expectation:
    """Kept or broken, and what shows it. Raises EvidenceMissing, AlreadySettled."""
    if not evidence.strip():
        raise EvidenceMissing
    held = _hold(expectation)
    held.outcome, held.evidence = OUTCOME(outcome).value, evidence.strip()
    held.settled_at, held.settled_by = at, by
    held.save(update_fields=["outcome", "evidence", "settled_at", "settled_by"])
    _tell(f"promise.{held.outcome}", held, at, by, evidence=held.evidence)
    return held


@transaction.atomic
def change(
    *, expectation: Expectation, wording: str, due_on: date | None, evidence: str, at: datetime, by: User | None
) -> Expectation:
    """Agree on something else: the old one is settled as changed, the new one, which is returned, follows it."""
    old = settle(expectation=expectation, outcome=OUTCOME.CHANGED, evidence=evidence, at=at, by=by)
    return add_expectation(
        account=old.account,
        kind=old.kind,
        wording=wording,
        made_on=at.date(),
        due_on=due_on,
        contract=old.contract,
        replaces=old,
        at=at,
        by=by,
    )


@transaction.atomic
def ask(
    *,
    account: Account,
    expectation_ids: Sequence[int],
    at: datetime,
    by: User | None,
    contact: Contact | None = None,
    days: int = LINK_DAYS,
) -> tuple[Acknowledgement, str]:
    """A link on which the customer acknowledges these; `contact`, one of `queries.askable`, gets a mail with it.

    Its token is returned this once. Raises NothingToAcknowledge.
    """
    ids = queries.open_ids(account, expectation_ids)
    if not ids:
        raise NothingToAcknowledge
    token = new_token()
    link: Acknowledgement = Acknowledgement.objects.create(
        account=account,
        contact=contact,
        expectation_ids=ids,
        token_hash=digest(token),
        created_at=at,
        created_by=by,
        expires_at=at + timedelta(days=days),
    )
    detail = {"promises": len(ids), "days": days}
    workspace_actions.record(kind="promises.asked", subject=account.name, at=at, by=by, detail=detail)
    if contact:
        _mail(link, contact, token)
    return link, token


def _mail(link: Acknowledgement, contact: Contact, token: str) -> None:
    vendor = workspace_queries.workspace(tenancy.current_id()).name
    wordings = [one.wording for one in queries.asked(link)]
    with languages.spoken(*link.wishes):
        written = letter(vendor=vendor, name=contact.name, wordings=wordings, address=address(token))
    mail.post(
        to=contact.email,
        subject=written.subject,
        text=written.text,
        html=written.html,
        key=f"promises:{link.pk}",
        at=link.created_at,
        sender_name=written.sender,
    )


@transaction.atomic
def withdraw(*, link: Acknowledgement, at: datetime, by: User | None) -> None:
    """Make a link useless at once."""
    if Acknowledgement.objects.filter(pk=link.pk, revoked_at=None, answered_at=None).update(revoked_at=at):
        workspace_actions.record(kind="promises.link_withdrawn", subject=link.account.name, at=at, by=by)


@transaction.atomic
def acknowledge(*, link: Acknowledgement, name: str, objection: str, at: datetime) -> None:
    """The customer's answer, once: all of it is as they understood, or `objection` says what is not.

    With an objection nothing counts as acknowledged. Of two answers at once the first holds; the second raises
    LinkClosed.
    """
    held = (
        Acknowledgement.objects.usable(at).select_for_update(of=("self",)).filter(pk=link.pk, answered_at=None).first()
    )
    if held is None:
        raise LinkClosed
    held.answered_at, held.answered_by, held.objection = at, name.strip(), objection.strip()
    held.save(update_fields=["answered_at", "answered_by", "objection"])
    who: dict[str, Any] = {"name": held.answered_by} | ({"contact_id": held.contact_id} if held.contact_id else {})
    if held.objection:
        record_fact(account=link.account, kind="promise.questioned", at=at, by=None, text=held.objection, **who)
        return
    for one in queries.asked(link).select_for_update(of=("self",)).filter(acknowledged_at=None):
        one.acknowledged_at, one.acknowledged_by = at, held.answered_by
        one.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _tell("promise.acknowledged", one, at, None, **who)


def _hold(expectation: Expectation) -> Expectation:
    """The row, locked. Raises AlreadySettled."""
    held = Expectation.objects.select_for_update(of=("self",)).select_related("account").get(pk=expectation.pk)
    if not held.is_open:
        raise AlreadySettled
    return held


def _tell(kind: str, expectation: Expectation, at: datetime, by: User | None, **data: Any) -> None:
    record_fact(
        account=expectation.account,
        kind=kind,
        at=at,
        by=by,
        promise_id=expectation.pk,
        wording=expectation.wording,
        **data,
    )
