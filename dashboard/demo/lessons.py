"""What the demo's customers can learn from, and who of their people did."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from accounts.actions.facts import NewFact
from accounts.models import Account, Contact, Metric
from accounts.stages import CUSTOMER, Stage
from dashboard.demo.plan import HISTORY_DAYS, Customer
from learning.models import Completion, ContentItem

BOSS, CHAMPION, USER = Contact.Role.DECISION_MAKER, Contact.Role.CHAMPION, Contact.Role.END_USER
ITEMS = [
    ("First day: signing in and getting help", "article", [], "logins", 4),
    ("How to raise a ticket that is solved quickly", "video", [USER, CHAMPION], "key_actions", 6),
    ("Recognise a false mail in ten seconds", "course", [], None, 20),
    ("Two-factor sign-in on your phone", "video", [], "logins", 5),
    ("Working from anywhere: the secure way in", "article", [USER], "active_users", 7),
    ("Your monthly report, line by line", "webinar", [BOSS, CHAMPION], None, 30),
    ("Joiners, movers, leavers: keep seats tidy", "article", [CHAMPION], "seats_used", 8),
    ("Approving changes without stopping the work", "course", [CHAMPION], "key_actions", 35),
    ("What backups cover, and how a restore is tested", "video", [BOSS, CHAMPION], None, 12),
    ("Plan next year's budget for IT", "webinar", [BOSS], None, 45),
    ("Shared mailboxes and calendars", "article", [USER], "active_users", 5),
    ("Train your own first-line helpers", "course", [CHAMPION], "key_actions", 60),
]


def teach(
    plan: Sequence[Customer], accounts: Sequence[Account], domain: str, now: datetime, seed: int
) -> list[NewFact]:
    """Write the items and who completed them; returns what the timeline tells. Its own dice leave the rest alone."""
    rng = random.Random(seed + 5)  # noqa: S311  invented data
    items = _items(domain, now)
    people: dict[int, list[Contact]] = {account.pk: [] for account in accounts}
    for contact in Contact.objects.order_by("pk"):
        people[contact.account_id].append(contact)
    made = Completion.objects.bulk_create(
        one
        for customer, account in zip(plan, accounts, strict=True)
        if Stage(customer.stage) in CUSTOMER
        for contact in people[account.pk]
        for one in _completions(customer, account, contact, items, now, rng)
    )
    return [fact for one in made for fact in _facts(one)]


def _items(domain: str, now: datetime) -> list[ContentItem]:
    metrics = {metric.key: metric for metric in Metric.objects.all()}
    return ContentItem.objects.bulk_create(
        ContentItem(
            title=title,
            url=f"https://learn.{domain}/{number}",
            kind=kind,
            roles=list(roles),
            metric=metrics.get(feature or ""),
            minutes=minutes,
            created_at=now - timedelta(days=190),
            retired_at=now - timedelta(days=20) if number == len(ITEMS) - 1 else None,
        )
        for number, (title, kind, roles, feature, minutes) in enumerate(ITEMS, start=1)
    )


def _completions(
    customer: Customer, account: Account, contact: Contact, items: list[ContentItem], now: datetime, rng: random.Random
) -> Iterator[Completion]:
    """The happier they are with us, the more of what is for them they begin, and the more of that they finish."""
    known = min(HISTORY_DAYS, (now - account.created_at).days - 10)
    for item in items if known > 10 else ():
        if not item.is_for(contact.role) or rng.random() > 0.05 + 0.3 * customer.mood**2:
            continue
        started_at = now - timedelta(days=rng.randint(2, known), minutes=rng.randint(0, 600))
        completed_at = started_at + timedelta(days=rng.choice([0, 0, 0, 1, 6]), minutes=2 * (item.minutes or 5))
        is_through = completed_at < now and rng.random() < 0.35 + 0.6 * customer.mood
        yield Completion(
            item=item,
            account=account,
            contact=contact,
            started_at=started_at,
            completed_at=completed_at if is_through else None,
            recorded_at=started_at,
        )


def _facts(one: Completion) -> Iterator[NewFact]:
    data = {
        "item_id": one.item_id,
        "title": one.item.title,
        "contact_id": one.contact_id,
        "contact_name": str(one.contact),
    }
    if one.completed_at:
        yield NewFact(one.account_id, "content.completed", one.completed_at, data)
    else:
        yield NewFact(one.account_id, "content.started", one.started_at, data)
