"""Endpoints, who wants what, and how they are doing."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from webhooks.models import Delivery, Endpoint
from workspaces.secrets import Unreadable, decrypt

RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """An endpoint with its deliveries of the last seven days, counted by state."""

    endpoint: Endpoint
    last_at: datetime | None
    last_state: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def delivered(self) -> int:
        return self.counts.get(Delivery.State.DELIVERED, 0)

    @property
    def waiting(self) -> int:
        return self.counts.get(Delivery.State.WAITING, 0)

    @property
    def unsent(self) -> int:
        return self.counts.get(Delivery.State.FAILED, 0) + self.counts.get(Delivery.State.NOT_SENT, 0)


def endpoints() -> QuerySet[Endpoint]:
    """Open ones first, then the oldest."""
    return Endpoint.objects.select_related("created_by").order_by(F("disabled_at").desc(nulls_first=True), "pk")


def wanted(kinds: set[str]) -> set[str]:
    """Those of `kinds` that an open endpoint wants; asks once."""
    chosen: set[str] = set()
    for wants_all, some in Endpoint.objects.open().values_list("wants_all", "kinds"):
        if wants_all:
            return kinds
        chosen.update(some)
    return chosen & kinds


def keys_of(endpoint: Endpoint, at: datetime) -> list[str]:
    """The secrets that sign at `at`, the newest first; none if they were encrypted with another SECRET_KEY."""
    boxes = [endpoint.secret]
    if endpoint.previous_until is not None and endpoint.previous_until > at:
        boxes.append(endpoint.previous_secret)
    try:
        return [decrypt(box) for box in boxes]
    except Unreadable:
        return []


def standings(at: datetime) -> list[Standing]:
    """Every endpoint and its recent deliveries, in two queries."""
    newest = Delivery.objects.filter(endpoint=OuterRef("pk")).order_by("-pk")
    found = endpoints().annotate(
        last_at=Subquery(newest.values("created_at")[:1]), last_state=Subquery(newest.values("state")[:1])
    )
    counts = _counts(at)
    return [Standing(one, one.last_at, one.last_state or "", counts[one.pk]) for one in found]


def standing(endpoint: Endpoint, at: datetime) -> Standing:
    """One endpoint's."""
    return next(one for one in standings(at) if one.endpoint == endpoint)


def _counts(at: datetime) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    recent = Delivery.objects.filter(created_at__gte=at - RECENT)
    for endpoint_id, state, n in recent.values_list("endpoint_id", "state").annotate(n=Count("pk")).order_by():
        counts[endpoint_id][state] = n
    return counts
