"""The demo's playbooks at work: some finished, some half-way, one given up; and tasks on their own."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Account
from accounts.stages import Stage
from dashboard.demo.plan import Customer
from journeys.actions import plays, tasks
from journeys.models import Play, Playbook, Task
from workspaces.models import User

SINGLE = [
    ("Send the notes of the last call", 0),
    ("Ask for the list of new colleagues", 1),
    ("Find out who follows the old head of IT", -2),
    ("Book a room for the yearly meeting", 3),
    ("Thank them for the referral", -1),
]
SHARE = 0.5  # of those a playbook is for
MOST_STARTS = 7  # of each playbook
FORGOTTEN = 0.25  # of them have one step that is overdue
GIVEN_UP = "They asked us to wait until their audit is over."


@dataclass
class _Start:
    """One playbook to be started on one account, so many days ago; its first `done` steps are."""

    playbook: Playbook
    account: Account
    days_ago: int
    done: int


def start(customers: Sequence[Customer], accounts: Sequence[Account], at: datetime, seed: int) -> None:
    """Start them as somebody would have: in the order of their days, steps done about when they were due."""
    rng = random.Random(seed + 7)  # noqa: S311  invented data
    pairs = [(customer, account) for customer, account in zip(customers, accounts, strict=True) if account.owner]
    starts = sorted(_starts(pairs, at.date(), rng), key=lambda one: -one.days_ago)
    for number, one in enumerate(starts):
        by = _owner_of(one.account)
        began = _morning(at.date() - timedelta(days=one.days_ago), at)
        play = plays.start_playbook(playbook=one.playbook, account=one.account, at=began, by=by)
        _work_on(play, one.done, at, by)
        if number == len(starts) // 2 and one.done < len(one.playbook.steps):
            plays.stop_play(play=play, reason=GIVEN_UP, at=at - timedelta(days=1), by=by)
    for (text, days), (_customer, account) in zip(SINGLE, pairs[:: max(1, len(pairs) // len(SINGLE))], strict=False):
        due_on, by = at.date() + timedelta(days=days), _owner_of(account)
        made_at = at - timedelta(days=4)
        tasks.add_task(account=account, text=text, due_on=due_on, assignee=account.owner, at=made_at, by=by)


def _starts(pairs: Sequence[tuple[Customer, Account]], today: date, rng: random.Random) -> Iterable[_Start]:
    kick_off, usage_fell, detractor, renewal = Playbook.objects.order_by("pk")[:4]
    renews_by = today + timedelta(days=80)
    wanted = {
        kick_off.pk: (kick_off, (5, 18), [one for one, _ in pairs if one.stage == Stage.DELIVERY]),
        usage_fell.pk: (usage_fell, (20, 70), [one for one, _ in pairs if one.trend in {"fading", "dropping"}]),
        detractor.pk: (detractor, (2, 50), [one for one, _ in pairs if one.stage == Stage.DISAPPOINTMENT]),
        renewal.pk: (renewal, (8, 40), [one for one, _ in pairs if one.ends_on and today < one.ends_on < renews_by]),
    }
    found = {customer.number: account for customer, account in pairs}
    for playbook, (least, most), those in wanted.values():
        for customer in [one for one in those if rng.random() < SHARE][:MOST_STARTS]:
            days_ago = min(rng.randint(least, most), (today - customer.since).days)
            due = sum(step["due_in_days"] < days_ago for step in playbook.steps)
            yield _Start(playbook, found[customer.number], days_ago, max(0, due - (rng.random() < FORGOTTEN)))


def _work_on(play: Play, done: int, at: datetime, by: User | None) -> None:
    for task in Task.objects.filter(play=play).order_by("pk")[:done]:
        tasks.finish_task(task=task, at=min(_morning(task.due_on, at), at), by=by)


def _owner_of(account: Account) -> User | None:
    return account.owner.user if account.owner else None


def _morning(day: date, at: datetime) -> datetime:
    """Ten o'clock of a day, at most `at`."""
    return min(datetime.combine(day, time(10), timezone.get_default_timezone()), at)
