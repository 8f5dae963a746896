"""What the demo's customers were told they may expect, and what became of it."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.actions.facts import NewFact
from accounts.models import Account, Contact
from accounts.stages import CUSTOMER, Stage
from dashboard.demo.plan import Customer
from expectations.models import Expectation

WORDINGS = [
    ("term", "We answer urgent tickets within one hour, day and night.", "Response times of the quarter: all in time."),
    ("term", "Backups are tested every quarter, and you get the report.", "Report sent."),
    ("promise", "The new laptops are set up before the school year begins.", "All 24 handed over and signed for."),
    (
        "promise",
        "Two-factor sign-in is switched on for everybody.",
        "Rolled out; list of accounts attached to the ticket.",
    ),
    ("promise", "You get one named engineer for the migration.", "Introduced in the call."),
    ("promise", "Monthly invoices show the work by site.", "First invoice in the new form sent."),
]
BROKEN = "Delivered four weeks late; they had to remind us twice."


def keep(plan: Sequence[Customer], accounts: Sequence[Account], now: datetime, rng: random.Random) -> list[NewFact]:
    """Write some of each customer's ledger; returns what the timeline tells."""
    people: dict[int, Contact] = {}
    for contact in Contact.objects.order_by("-pk"):
        people[contact.account_id] = contact
    made = [
        one
        for customer, account in zip(plan, accounts, strict=True)
        if Stage(customer.stage) in CUSTOMER
        for one in _ledger(account, people.get(account.pk), now, rng)
    ]
    return [fact for one in Expectation.objects.bulk_create(made) for fact in _facts(one)]


def _ledger(account: Account, person: Contact | None, now: datetime, rng: random.Random) -> Iterator[Expectation]:
    by = account.owner.user if account.owner else None
    known = (now - account.created_at).days
    if known < 60:
        return
    for kind, wording, evidence in rng.sample(WORDINGS, rng.randint(1, 3)):
        made_at = now - timedelta(days=rng.randint(20, min(160, known - 20)))
        due_on = made_at.date() + timedelta(days=rng.choice([30, 45, 60, 120])) if kind == "promise" else None
        fields: dict[str, Any] = {}
        if rng.random() < 0.7:
            fields |= {"explained_on": made_at.date(), "explained_by": by, "explained_to": person if by else None}
        if person and rng.random() < 0.5:
            fields |= {"acknowledged_at": made_at + timedelta(days=2), "acknowledged_by": person.name}
        if due_on and due_on < now.date() and rng.random() < 0.9:
            is_kept = rng.random() < 0.8
            settled_at = datetime.combine(due_on, time(15), timezone.get_default_timezone())
            fields |= {
                "outcome": "kept" if is_kept else "broken",
                "evidence": evidence if is_kept else BROKEN,
                "settled_at": settled_at,
                "settled_by": by,
            }
        yield Expectation(
            account=account, kind=kind, wording=wording, made_on=made_at.date(), due_on=due_on, made_by=by,
            created_at=made_at, **fields,
        )  # fmt: skip


def _facts(one: Expectation) -> Iterator[NewFact]:
    data = {"promise_id": one.pk, "wording": one.wording}
    yield NewFact(one.account_id, "promise.made", one.created_at, data)
    if one.acknowledged_at:
        yield NewFact(
            one.account_id, "promise.acknowledged", one.acknowledged_at, {**data, "name": one.acknowledged_by}
        )
    if one.settled_at:
        told = {**data, "evidence": one.evidence}
        yield NewFact(one.account_id, f"promise.{one.outcome}", one.settled_at, told)
