"""Connections and how they are doing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from integrations.models import Connection, InboxEvent
from workspaces.secrets import Unreadable, decrypt

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


def connections() -> QuerySet[Connection]:
    """Open ones first, then by name."""
    return Connection.objects.select_related("created_by").order_by(
        F("disabled_at").desc(nulls_first=True), "name", "pk"
    )


def standings(at: datetime) -> list[Standing]:
    """Every connection and its recent deliveries, in two queries."""
    newest = InboxEvent.objects.filter(connection=OuterRef("pk")).order_by("-pk")
    found = connections().annotate(
        last_at=Subquery(newest.values("received_at")[:1]), last_state=Subquery(newest.values("state")[:1])
    )
    counts = _counts(at)
    return [Standing(one, counts[one.pk], one.last_at, one.last_state or "") for one in found]


def standing(connection: Connection, at: datetime) -> Standing:
    """One connection's."""
    return next(one for one in standings(at) if one.connection == connection)


def has_readable_secret(connection: Connection) -> bool:
    """False: it was encrypted with another SECRET_KEY, so every delivery is refused until it is renewed.

    One that has not been brought yet is not unreadable.
    """
    if not connection.secret:
        return True
    try:
        decrypt(connection.secret)
    except Unreadable:
        return False
    return True


def look_up_problem(connection: Connection) -> str:
    """Why the help desk's API did not answer when it was asked last; empty if it did, or is not asked."""
    if not connection.can_look_up:
        return ""
    newest = connection.events.filter(found__isnull=False).order_by("-pk").values_list("found", flat=True).first()
    return str((newest or {}).get("error", ""))


def _counts(at: datetime) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    recent = InboxEvent.objects.filter(received_at__gte=at - RECENT)
    for connection_id, state, n in recent.values_list("connection_id", "state").annotate(n=Count("pk")).order_by():
        counts[connection_id][state] = n
    return counts
