"""What the outbox runs for health: each takes an effect or a fact apart and makes one call."""

from datetime import datetime

from health.actions import attitudes, recomputing, retention, scores
from lib.time import day_of
from outbox.models import Effect


def rescore(account_ids: list[int], at: datetime) -> None:
    """Whatever a score or a rule looks at has changed for these."""
    scores.rescore(account_ids=account_ids, at=at)


def rescore_stale(effect: Effect, at: datetime) -> None:
    scores.rescore_stale(at=at)
    scores.sum_up(day=day_of(at))


def start_rescore_all(effect: Effect, at: datetime) -> None:
    scores.start_rescore_all(key=effect.dedupe_key, at=at)


def rescore_chunk(effect: Effect, at: datetime) -> None:
    scores.rescore_chunk(effect=effect, at=at)


def start_recomputing(effect: Effect, at: datetime) -> None:
    recomputing.plan(change_id=effect.payload["change_id"], at=at)


def recompute_chunk(effect: Effect, at: datetime) -> None:
    recomputing.run_chunk(**effect.payload, at=at)


def measure_attitudes(account_ids: list[int], at: datetime) -> None:
    """Something was said, kept or agreed with these."""
    attitudes.measure(account_ids=account_ids, at=at)


def start_measuring_attitudes(effect: Effect, at: datetime) -> None:
    attitudes.start_all(key=effect.dedupe_key, at=at)


def measure_attitudes_chunk(effect: Effect, at: datetime) -> None:
    attitudes.measure_range(first=effect.payload["first"], last=effect.payload["last"], at=at)


def keep_months(effect: Effect, at: datetime) -> None:
    retention.keep_months(day=day_of(at))
