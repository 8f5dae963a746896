"""Connections and how they are doing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max

from integrations.models import Connection, InboxEvent
from workspaces.fields import WorkspaceQuerySet

RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """A connection with its deliveries of the last seven days, counted by state."""

    connection: Connection
    counts: dict[str, int]
    last_at: datetime | None
    last_state: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def unmatched(self) -> int:
        return self.counts.get(InboxEvent.State.UNMATCHED, 0)

    @property
    def failed(self) -> int:
        return self.counts.get(InboxEvent.State.FAILED, 0)


def connections() -> WorkspaceQuerySet[Connection]:
    """Open ones first, then by name."""
    return Connection.objects.select_related("created_by").order_by("-disabled_at", "name", "pk")


def standings(at: datetime) -> list[Standing]:
    """Every connection and its recent deliveries, in three queries."""
    found = list(connections())
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    recent = InboxEvent.objects.filter(received_at__gte=at - RECENT)
    for connection_id, state, n in recent.values_list("connection_id", "state").annotate(n=Count("pk")).order_by():
        counts[connection_id][state] = n
    newest = InboxEvent.objects.values("connection_id").annotate(newest=Max("pk")).values("newest").order_by()
    last = {event.connection_id: event for event in InboxEvent.objects.filter(pk__in=newest).defer("body", "headers")}
    return [_standing(connection, counts[connection.pk], last.get(connection.pk)) for connection in found]


def _standing(connection: Connection, counts: dict[str, int], last: InboxEvent | None) -> Standing:
    return Standing(connection, counts, last.received_at if last else None, last.state if last else "")
