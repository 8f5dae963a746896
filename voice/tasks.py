"""What the outbox runs for the voice: each takes an effect apart and makes one call."""

from datetime import date, datetime

from outbox.models import Effect
from voice.actions import concluding, digests, reading


def read(effect: Effect, at: datetime) -> None:
    reading.read(source=effect.payload["source"], ids=effect.payload["ids"], at=at)


def keep_up(effect: Effect, at: datetime) -> None:
    reading.keep_up(at=at)


def read_more(effect: Effect, at: datetime) -> None:
    reading.read_more(day=effect.payload["day"], turn=effect.payload["turn"], at=at)


def read_again(effect: Effect, at: datetime) -> None:
    reading.read_again(rereading_id=effect.payload["rereading_id"], at=at)


def conclude(effect: Effect, at: datetime) -> None:
    concluding.conclude(at=at)


def plan_digests(effect: Effect, at: datetime) -> None:
    digests.plan(at=at)


def send_digest(effect: Effect, at: datetime) -> None:
    asked = effect.payload
    digests.send(rhythm=asked["rhythm"], day=date.fromisoformat(asked["day"]), member_id=asked["member_id"], at=at)
