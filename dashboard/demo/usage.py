"""Half a year of usage and more of older customers, as the product would have sent it."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from accounts.actions import metrics as metric_actions
from accounts.actions.metrics import Reading
from accounts.models import Account, Metric
from dashboard.demo.plan import HISTORY_DAYS, Customer

WEEKEND = 0.15


def define() -> dict[str, Metric]:
    """The metrics that the demo's product sends."""
    kinds = {
        "active_users": ("Active users", Metric.Kind.GAUGE, "people"),
        "logins": ("Logins", Metric.Kind.COUNTER, "logins"),
        "key_actions": ("Key actions", Metric.Kind.COUNTER, "actions"),
        "seats_used": ("Seats used", Metric.Kind.GAUGE, "seats"),
    }
    return {
        key: metric_actions.define_metric(key=key, name=name, kind=kind, unit=unit)
        for key, (name, kind, unit) in kinds.items()
    }


def record(plan: Sequence[Customer], accounts: Sequence[Account], today: date, rng: random.Random) -> int:
    """Write every customer's day rows; returns how many."""
    metrics = define()
    readings = [
        reading
        for customer, account in zip(plan, accounts, strict=True)
        if customer.starts_on
        for reading in _readings(customer, account, metrics, today, rng)
    ]
    metric_actions.write_history(readings=readings)
    return len(readings)


def _readings(
    customer: Customer, account: Account, metrics: dict[str, Metric], today: date, rng: random.Random
) -> Iterator[Reading]:
    assert customer.starts_on is not None  # noqa: S101  prospects have no usage
    dice = random.Random(customer.number)  # noqa: S311  its own: the rest stays as it was
    for ago in range(customer.known_days, 0, -1):
        day = today - timedelta(days=ago)
        if day < (customer.first_on or customer.starts_on) or customer.is_gone(ago):
            continue
        share = customer.use_on(ago, rng if ago <= HISTORY_DAYS else dice)
        active = round(customer.seats * share * (1 if day.weekday() < 5 else WEEKEND))
        seats = min(customer.seats, round(customer.seats * (0.1 + 0.9 * share)))
        for key, value in (("active_users", active), ("logins", active * 2), ("key_actions", active * 9)):
            if value:
                yield Reading(account.pk, metrics[key].pk, day, 1, value, value)
        yield Reading(account.pk, metrics["seats_used"].pk, day, 1, seats, seats)
