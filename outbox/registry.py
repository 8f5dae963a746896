"""What can be done later: higher apps name their handlers here, in `ready()`."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from outbox.models import Effect

Results = Generator[Exception | None, None, None]  # what went wrong with each


class Permanent(Exception):
    """Trying again cannot help: the effect is dead at once."""


class TryLater(Exception):
    """It did not go through, for a reason outside; whoever refused it wants at least `after` until the next try."""

    def __init__(self, reason: str, after: timedelta = timedelta()) -> None:
        super().__init__(reason)
        self.after = after


class Doubtful(Exception):
    """It may or may not have gone out; the kind's policy decides what follows."""


class InDoubt(StrEnum):
    """What becomes of something that may have gone out when its worker died."""

    RESEND = "resend"  # the receiver can tell a repeat (same Message-ID, same webhook-id)
    PARK = "park"  # a person decides


@dataclass(frozen=True)
class Local:
    """Work inside the database: runs in the transaction that marks it done, so exactly once.

    The lease only bridges the moment between claiming the row and locking it: while the handler runs, its lock
    keeps the reaper away however long that takes.
    """

    run: Callable[[Effect, datetime], None]
    queue: str = "default"
    max_attempts: int = 8
    lease: ClassVar[timedelta] = timedelta(seconds=8)
    at_once: ClassVar[int] = 1


@dataclass(frozen=True)
class Remote:
    """Work that leaves the house.

    `prepare` reads what is needed in a transaction (None: nothing to send any more); `send` does the I/O
    outside any transaction; `record` notes the success in the transaction that marks the effect done.
    `schedule` holds the waits after the first, the second... failure, instead of the engine's own.
    """

    prepare: Callable[[Effect, datetime], Any]
    send: Callable[[Any], None]
    record: Callable[[Effect, datetime], None]
    in_doubt: InDoubt
    queue: str = "default"
    max_attempts: int = 10
    lease: timedelta = timedelta(seconds=60)
    schedule: tuple[timedelta, ...] = ()

    def many(self) -> "RemoteMany":
        """The same, as the engine carries it out: one at a time."""
        return RemoteMany(
            self._prepare_all, self._send_all, self._record_all, self.in_doubt, 1,
            self.queue, self.max_attempts, self.lease, self.schedule,
        )  # fmt: skip

    def _prepare_all(self, effects: Sequence[Effect], at: datetime) -> dict[int, Any]:
        parcels = {effect.pk: self.prepare(effect, at) for effect in effects}
        return {pk: parcel for pk, parcel in parcels.items() if parcel is not None}

    def _send_all(self, parcels: Sequence[Any]) -> Results:
        for parcel in parcels:
            self.send(parcel)
            yield None

    def _record_all(self, effects: Sequence[Effect], at: datetime) -> None:
        for effect in effects:
            self.record(effect, at)


@dataclass(frozen=True)
class RemoteMany:
    """Work that leaves the house, up to `at_once` effects in one go, as over one connection.

    `prepare` returns parcels by the effects' ids (one without has nothing to send any more), in the order to send
    them in; with RESEND these are not locked meanwhile. `send` sends one after the other and yields after each what
    went wrong, or None; what one raises is what went wrong with all that follow. `record` notes what went out, every
    second: when its worker dies, the rest of the claim is in doubt, so `at_once` is small.
    """

    prepare: Callable[[Sequence[Effect], datetime], Mapping[int, Any]]
    send: Callable[[Sequence[Any]], Results]
    record: Callable[[Sequence[Effect], datetime], None]
    in_doubt: InDoubt
    at_once: int = 100
    queue: str = "default"
    max_attempts: int = 10
    lease: timedelta = timedelta(seconds=60)
    schedule: tuple[timedelta, ...] = ()


Handler = Local | RemoteMany

handlers: dict[str, Handler] = {}
stuck_listeners: list[Callable[[datetime], None]] = []  # told, in the same transaction, that work needs a decision
undelivered_listeners: list[Callable[[str, datetime], None]] = []  # told a mail's key: it did not reach anybody


@dataclass(frozen=True)
class Daily:
    """A job that each workspace runs once a day, at `hour` UTC."""

    kind: str
    hour: int


schedule: list[Daily] = []


def register(kind: str, handler: Local | Remote | RemoteMany) -> None:
    """Name the one handler of `kind`."""
    handlers[kind] = handler.many() if isinstance(handler, Remote) else handler


def register_daily(kind: str, *, hour: int, run: Callable[[Effect, datetime], None], queue: str = "compute") -> None:
    """Run `run` once a day in every workspace; a day missed while everything was down is made up once."""
    register(kind, Local(run, queue=queue))
    schedule.append(Daily(kind, hour))
