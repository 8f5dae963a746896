"""What a system has posted, and what a mapping would make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Ticket
from integrations.helpdesks import mapped, pointers, reading
from integrations.helpdesks.event import TicketEvent
from integrations.helpdesks.payload import NotJson, decode
from integrations.models import Connection, InboxEvent

MOST_SAMPLES = 5


@dataclass(frozen=True)
class Sample:
    """One delivery that could be read."""

    pk: int
    received_at: datetime
    payload: dict[str, Any]


def samples(connection: Connection) -> list[Sample]:
    """The newest deliveries whose body is still there, newest first."""
    whole = connection.events.filter(purged_at=None).exclude(state=InboxEvent.State.FAILED).order_by("-pk")
    found = []
    for event in whole.only("pk", "received_at", "body")[:MOST_SAMPLES]:
        try:
            found.append(Sample(event.pk, event.received_at, decode(bytes(event.body))))
        except NotJson:
            continue
    return found


def places(samples: Sequence[Sample]) -> dict[str, Any]:
    """Every place that any sample has, in the newest one's order, with the newest value that is one."""
    found: dict[str, Any] = {}
    for sample in samples:
        for path, value in pointers.leaves(sample.payload).items():
            if found.get(path) in (None, ""):
                found[path] = reading.text(str(value), 200) if value is not None else None
    return found


@dataclass(frozen=True)
class Outcome:
    """What `sample` would become, and what it says at the place of the status; no ticket: it would be ignored."""

    sample: Sample
    ticket: TicketEvent | None
    status: str

    @property
    def priority(self) -> str:
        return str(dict(Ticket.Priority.choices).get(self.ticket.priority, "")) if self.ticket else ""

    @property
    def topic(self) -> str:
        return str(dict(Ticket.Topic.choices).get(self.ticket.topic, "")) if self.ticket else ""


def outcome(sample: Sample, mapping: Mapping[str, Any]) -> Outcome:
    """By `mapping`, whether it is saved or not."""
    ticket = mapped.parse({}, sample.payload, {"mapping": mapping})
    said = pointers.at(sample.payload, mapping["paths"].get("status", ""))
    return Outcome(sample, ticket, "" if said is None else reading.text(str(said), 60))


def waiting(connection: Connection) -> int:
    """How many deliveries wait for a mapping."""
    return connection.events.filter(state=InboxEvent.State.SAMPLE, purged_at=None).count()
