"""What the outbox runs for segments: each takes an effect apart and makes one call."""

from datetime import datetime

from outbox.models import Effect
from segments.actions import fits, members, segments


def refresh(effect: Effect, at: datetime) -> None:
    members.refresh(segment_id=effect.payload["segment_id"], at=at)


def refresh_changed(effect: Effect, at: datetime) -> None:
    members.refresh_changed(at=at)


def refresh_daily(effect: Effect, at: datetime) -> None:
    fits.compute_all_later(key=effect.dedupe_key, at=at)


def compute_fit(effect: Effect, at: datetime) -> None:
    fits.compute_range(key=effect.payload["key"], after=effect.payload["after"], at=at)


def keep_at_signing(effect: Effect, at: datetime) -> None:
    fits.keep_at_signing(account_ids=effect.payload["account_ids"], at=at)


def purge(effect: Effect, at: datetime) -> None:
    segments.purge(segment_id=effect.payload["segment_id"], at=at)
