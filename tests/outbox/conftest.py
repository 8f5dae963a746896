"""Kinds of work for tests, known to the engine for the length of one test."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from outbox import engine, registry
from outbox.actions import enqueue
from outbox.models import Effect
from tests.builders import NOON


class Bench:
    """A clock that tests turn by hand, and what handlers did."""

    def __init__(self) -> None:
        self.at = NOON
        self.done: list[Any] = []

    def clock(self) -> datetime:
        return self.at

    def later(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at

    def run(self, queue: str = "default", until: datetime | None = None) -> int:
        return engine.run_due(queue=queue, clock=self.clock, until=until or self.at)

    def reap(self) -> int:
        return engine.reap(at=self.at)

    def enqueue(self, kind: str, key: str = "1", **payload: Any) -> Effect:
        enqueue(kind=kind, key=key, payload=payload, at=self.at)
        return Effect.objects.get(kind=kind, dedupe_key=key)

    def local(self, kind: str, run: Callable[[Effect, datetime], None] | None = None, **options: Any) -> None:
        registry.register(kind, registry.Local(run or (lambda effect, at: self.done.append(effect.payload)), **options))

    def remote(
        self,
        kind: str,
        send: Callable[[Any], None] | None = None,
        prepare: Callable[[Effect, datetime], Any] | None = None,
        **options: Any,
    ) -> None:
        """`done` gets ("sent", parcel), then ("recorded", payload)."""
        options.setdefault("in_doubt", registry.InDoubt.PARK)
        handler = registry.Remote(
            prepare or (lambda effect, at: effect.payload),
            send or (lambda parcel: self.done.append(("sent", parcel))),
            lambda effect, at: self.done.append(("recorded", effect.payload)),
            **options,
        )
        registry.register(kind, handler)

    def many(self, kind: str, send: Callable[[list[Any]], Any] | None = None, **options: Any) -> None:
        """`done` gets ("sent", payload) of each, then ("recorded", payloads)."""

        def send_all(parcels: list[Any]) -> registry.Results:
            for parcel in parcels:
                self.done.append(("sent", parcel))
                yield None

        options.setdefault("in_doubt", registry.InDoubt.PARK)
        options.setdefault("prepare", lambda effects, at: {effect.pk: effect.payload for effect in effects})
        options.setdefault("record", lambda done, at: self.done.append(("recorded", [one.payload for one in done])))
        registry.register(kind, registry.RemoteMany(send=send or send_all, **options))


@pytest.fixture
def bench() -> Iterator[Bench]:
    known, jobs = dict(registry.handlers), list(registry.schedule)
    yield Bench()
    registry.handlers.clear()
    registry.handlers.update(known)
    registry.schedule[:] = jobs
