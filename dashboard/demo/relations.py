"""Half a year of conversations, and the reviews of the last quarters."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from accounts.actions.facts import NewFact
from accounts.models import Account, Contact
from accounts.stages import Stage
from dashboard.demo import words
from dashboard.demo.base import Team, moment
from dashboard.demo.plan import HISTORY_DAYS, Customer
from journeys.models import Touchpoint
from lib.time import quarter_of
from reviews import actions as review_actions

GAP_DAYS = {Stage.DELIVERY: 9, Stage.DISAPPOINTMENT: 40, Stage.CHURN: 60, Stage.AWARENESS: 70}


def talk(plan: Sequence[Customer], accounts: Sequence[Account], now: datetime, rng: random.Random) -> list[Touchpoint]:
    """Calls, meetings and mails, most of them two-way; sparse with those who are drifting away."""
    people: dict[int, list[Contact]] = {account.pk: [] for account in accounts}
    for contact in Contact.objects.filter(account__in=accounts).order_by("pk"):
        people[contact.account_id].append(contact)
    return Touchpoint.objects.bulk_create(
        touchpoint
        for customer, account in zip(plan, accounts, strict=True)
        for touchpoint in (
            *_earlier(customer, account, people[account.pk], now),
            *_touchpoints(customer, account, people[account.pk], now, rng),
        )
    )


def _earlier(customer: Customer, account: Account, people: list[Contact], now: datetime) -> Iterator[Touchpoint]:
    """Before the last half year; who is about to leave is no longer heard of, unless they leave of a sudden."""
    rng = random.Random(customer.number)  # noqa: S311  its own: the rest stays as it was
    silent = (customer.left_ago or 0) + (75 if customer.trend == "leaving" else 0)
    ago = min(customer.known_days, (now - account.created_at).days - 5)
    while ago > max(HISTORY_DAYS if customer.left_ago is None else 0, silent):
        yield Touchpoint(
            account=account,
            contact=rng.choice(people),
            channel=(channel := rng.choice(list(words.TOUCH))),
            direction="two_way",
            summary=rng.choice(words.TOUCH[channel]),
            outcome="held" if channel == "meeting" else "",
            at=moment((now - timedelta(days=ago)).date(), rng),
            by=account.owner.user if account.owner else None,
        )
        ago -= rng.randint(12, 36)


def _touchpoints(
    customer: Customer, account: Account, people: list[Contact], now: datetime, rng: random.Random
) -> Iterator[Touchpoint]:
    if customer.left_ago is not None:
        return
    gap = GAP_DAYS.get(Stage(customer.stage), 24 if customer.trend in {"steady", "growing"} else 38)
    first = min(HISTORY_DAYS, (now - account.created_at).days)
    ago = first - rng.randint(0, 5)
    while ago > (0 if customer.stage not in {Stage.CHURN, Stage.DISAPPOINTMENT} else 25):
        channel = rng.choice(list(words.TOUCH))
        is_two_way = channel != "email" or rng.random() < 0.4
        dice = random.Random(customer.number * 1000 + ago)  # noqa: S311  its own: the rest stays as it was
        is_missed = channel in {"call", "meeting"} and dice.random() < 0.2 * (1 - customer.mood)
        felt = max(-2, min(2, round(rng.gauss(3 * customer.mood - 1.6, 0.8))))
        yield Touchpoint(
            account=account,
            contact=rng.choice(people),
            channel=channel,
            direction="two_way" if is_two_way else "one_way",
            summary=rng.choice(words.TOUCH[channel]),
            outcome="missed" if is_missed else "held" if channel == "meeting" else "",
            is_proactive=dice.random() < 0.35 + 0.3 * customer.mood,
            expected=rng.choice([0, 1, 1]) if is_two_way else None,
            felt=felt if is_two_way and not is_missed else None,
            at=moment((now - timedelta(days=ago)).date(), rng),
            by=account.owner.user if account.owner else None,
        )
        ago -= max(3, round(rng.gauss(gap, gap / 3)))


def touchpoint_facts(touchpoints: Sequence[Touchpoint]) -> Iterator[NewFact]:
    """How the timeline tells the conversations."""
    for touchpoint in touchpoints:
        yield NewFact(touchpoint.account_id, "touchpoint.logged", touchpoint.at, touchpoint.about(), touchpoint.by)


def review(
    plan: Sequence[Customer], accounts: Sequence[Account], team: Team, now: datetime, rng: random.Random
) -> None:
    """Last quarter's reviews of the larger customers, held, with actions; this quarter's, some prepared."""
    this = quarter_of(now.date())
    last = quarter_of(now.date() - timedelta(days=92))
    large = [(customer, account) for customer, account in zip(plan, accounts, strict=True) if _is_reviewed(customer)]
    for number, (customer, account) in enumerate(large):
        by = account.owner.user if account.owner else team.manager.user
        if number % 4 != 3:
            held_at = now - timedelta(days=60 + rng.randint(0, 12))
            held = review_actions.open_review(account=account, year=last[0], quarter=last[1], at=held_at, by=by)
            for section, text in words.COMMENTARY.items():
                review_actions.save_commentary(review=held, section=section, text=text, at=held_at, by=by)
            for count, text in enumerate(rng.sample(words.ACTION, 2)):
                item = review_actions.add_action(
                    review=held,
                    text=text,
                    at=held_at,
                    by=by,
                    owner=account.owner,
                    due_on=(now - timedelta(days=rng.randint(-30, 25))).date(),
                )
                if (number + count) % 3:
                    review_actions.complete_action(item=item, at=held_at + timedelta(days=20), by=by)
            review_actions.mark_held(
                review=held, attendees=", ".join(person.name for person in customer.people[:2]), at=held_at, by=by
            )
        if number % 3 == 0:
            current = review_actions.open_review(account=account, year=this[0], quarter=this[1], at=now, by=by)
            if number % 2:
                review_actions.mark_prepared(review=current, at=now, by=by)


def _is_reviewed(customer: Customer) -> bool:
    return customer.stage in {Stage.USE, Stage.LOYALTY, Stage.ADVOCACY, Stage.DISAPPOINTMENT} and (
        customer.tier != Account.Tier.STANDARD and customer.number % 2 == 0
    )
