"""What the outbox runs for imports: each takes an effect apart and makes one call."""

from datetime import datetime

from imports.actions import checking, merging
from outbox.models import Effect


def read_part(effect: Effect, at: datetime) -> None:
    checking.read_part(payload=effect.payload, at=at)


def check_part(effect: Effect, at: datetime) -> None:
    checking.check_part(payload=effect.payload, at=at)


def merge_part(effect: Effect, at: datetime) -> None:
    merging.merge_part(payload=effect.payload, at=at)


def link_part(effect: Effect, at: datetime) -> None:
    merging.link_part(payload=effect.payload, at=at)
