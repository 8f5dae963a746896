"""What the outbox runs for the risk: each takes an effect apart and makes one call."""

from collections.abc import Sequence
from datetime import datetime

from outbox.models import Effect
from risk import actions


def take_step(effect: Effect, at: datetime) -> None:
    actions.take_step(run_id=effect.payload["run_id"], at=at)


def make_hand_card(effect: Effect, at: datetime) -> None:
    actions.make_hand_card(at=at)


def score_chunk(effect: Effect, at: datetime) -> None:
    actions.score_range(first=effect.payload["first"], last=effect.payload["last"], at=at)


def keep_up(effect: Effect, at: datetime) -> None:
    actions.keep_up(at=at)


def score(account_ids: Sequence[int], at: datetime) -> None:
    actions.score(account_ids=account_ids, at=at)
