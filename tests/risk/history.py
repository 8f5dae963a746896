"""Customers with a past: scores of month ends that were computed on their days, moves, contracts."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from accounts.models import Account
from accounts.stages import Stage
from health.models import HealthScore
from health.parts import DEFAULT_WEIGHTS, PARTS
from journeys.models import StageMove
from outbox import engine
from risk import queries
from tests.builders import NOON, TODAY

DAY = timedelta(days=1)
LONG_AGO = NOON - timedelta(days=1500)


def moment(day: date, hour: int = 3) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def customers(count: int, stage: str = Stage.USE, **fields: Any) -> list[Account]:
    """Accounts that have been customers for years."""
    fields = {"currency": "EUR", "created_at": LONG_AGO, "stage": stage, "stage_since": LONG_AGO, **fields}
    return Account.objects.bulk_create(
        Account(name=f"Customer {number}", **{"arr_minor": 1000 * (number + 1), **fields}) for number in range(count)
    )


def score(
    account: Account, day: date, values: dict[str, float | None], *, at: datetime | None = None, coverage: float = 0.8
) -> HealthScore:
    """A row as scoring stores it, not saved: parts that are not given are 50, known since the morning of the day."""
    parts = [
        {"key": part, "weight": DEFAULT_WEIGHTS[part], "value": values.get(part, 50.0), "points": 1.0, "coverage": 0.8}
        for part in PARTS
    ]
    return HealthScore(
        account=account, day=day, score=50, band="watch", coverage=coverage, parts=parts, computed_at=at or moment(day)
    )


def leave(account: Account, at: datetime) -> StageMove:
    move = StageMove.objects.create(
        account=account, from_stage=Stage.USE, to_stage=Stage.CHURN, from_since=LONG_AGO, at=at, reason="They left"
    )
    Account.objects.filter(pk=account.pk).update(stage=Stage.CHURN, stage_since=at)
    return move


def panel(
    count: int, months: int, *, telling: str = "education", hazard: float = 0.05, slope: float = 2.0, seed: int = 1
) -> list[Account]:
    """A portfolio where the part `telling` foretells who leaves, by `slope` of log-odds for each deviation of 25."""
    rng = random.Random(seed)
    found, rows = customers(count), []
    for account in found:
        level = rng.gauss(0, 1)
        for day in queries.month_ends(TODAY, months):
            values: dict[str, float | None] = {part: float(round(rng.uniform(20, 80))) for part in PARTS}
            values[telling] = max(0.0, min(100.0, round(50 + 25 * level + rng.gauss(0, 5))))
            rows.append(score(account, day, values))
            if rng.random() < min(0.9, hazard * 2.718 ** (-slope * level) / 2.718 ** (slope**2 / 2)):
                leave(account, moment(day + timedelta(days=rng.randint(2, 27)), 10))
                break
    HealthScore.objects.bulk_create(rows, batch_size=2000)
    return found


def shuffle_departures(accounts: Sequence[Account], months: int, leavers: int, seed: int = 3) -> None:
    """Some of them leave in some month, whatever their scores say."""
    rng = random.Random(seed)
    for account in rng.sample(list(accounts), leavers):
        day = rng.choice(queries.month_ends(TODAY, months)[2:-1])
        leave(account, moment(day + timedelta(days=rng.randint(2, 27)), 10))


def work(at: datetime = NOON) -> int:
    """Run what is queued for the workers that compute, until nothing is left."""
    return engine.run_due(queue="compute", clock=lambda: at, until=at + timedelta(hours=1))
