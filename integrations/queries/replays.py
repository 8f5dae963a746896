"""Which deliveries are to be processed again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from integrations.models import InboxEvent


@dataclass(frozen=True)
class Choice:
    """Deliveries received in a span, in one state; the span ends before `until`, and None or "" is no limit."""

    since: datetime | None = None
    until: datetime | None = None
    state: str = ""

    def as_text(self) -> dict[str, str]:
        """For JSON; the reverse of `from_text`."""
        times = {"since": self.since, "until": self.until}
        return {"state": self.state} | {name: at.isoformat() if at else "" for name, at in times.items()}

    @classmethod
    def from_text(cls, text: dict[str, Any]) -> "Choice":
        times = {name: datetime.fromisoformat(text[name]) if text[name] else None for name in ("since", "until")}
        return cls(state=text["state"], **times)


def chosen(connection_id: int, choice: Choice) -> QuerySet[InboxEvent]:
    """The deliveries that can be processed again: settled, and with a body."""
    events = InboxEvent.objects.replayable().filter(connection_id=connection_id)
    if choice.since:
        events = events.filter(received_at__gte=choice.since)
    if choice.until:
        events = events.filter(received_at__lt=choice.until)
    return events.filter(state=choice.state) if choice.state else events


def since_last(connection_id: int, count: int, state: str) -> datetime | None:
    """When the oldest of the last `count` deliveries came; None if there is none."""
    newest = chosen(connection_id, Choice(state=state)).order_by("-pk").values_list("received_at", flat=True)
    return min(newest[:count], default=None)


def choice_of(
    connection_id: int, *, last: int | None, since: datetime | None, until: datetime | None, state: str, at: datetime
) -> Choice:
    """The `last` so many, or those of a span, as of `at`."""
    if last:
        since = since_last(connection_id, last, state) or at
    return Choice(since=since, until=until, state=state)
