"""Customers like one who complained: who they are, and what those who were asked said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from accounts.models import Account, AccountQuerySet, Contract, Ticket
from accounts.stages import CUSTOMER
from complaints.models import Complaint, Peer, PeerQuerySet
from lib.time import day_of
from segments import queries as segment_queries
from segments.models import SegmentMember

TRAITS = ("service", "agent", "week", "segment")
AGENT_DAYS = timedelta(days=90)
COMPLAINED = timedelta(days=90)  # whoever did so lately is no silent other
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Likeness:
    """What is known of the customer who complained, by which others can be like them."""

    services: tuple[str, ...]
    agent_name: str
    monday: datetime
    segments: dict[int, str]

    def known(self) -> list[str]:
        """The traits by which others can be found."""
        there = {"service": self.services, "agent": self.agent_name, "week": True, "segment": self.segments}
        return [trait for trait in TRAITS if there[trait]]


def likeness(complaint: Complaint) -> Likeness:
    """Their service when it happened, who served them, the week (from Monday, UTC), and their segments now."""
    day = day_of(complaint.happened_at)
    running = Contract.objects.filter(account=complaint.account_id, starts_on__lte=day, ends_on__gte=day)
    midnight = complaint.happened_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Likeness(
        services=tuple(running.order_by("name").values_list("name", flat=True).distinct()),
        agent_name=complaint.agent_name,
        monday=midnight - timedelta(days=midnight.weekday()),
        segments=dict(segment_queries.segments_of(complaint.account).values_list("pk", "name")),
    )


def first_traits(known: Collection[str]) -> list[str]:
    """What a reader begins with: the same agent in the same week, else whatever is known."""
    first = [trait for trait in ("agent", "week") if trait in known]
    return first if len(first) == 2 else list(known)


def look_alikes(complaint: Complaint, like: Likeness, traits: Collection[str]) -> AccountQuerySet:
    """Customers who share all of these traits, have not been asked yet, and have not complained lately; by name."""
    since = complaint.happened_at - COMPLAINED
    loud = Complaint.objects.filter(Q(opened_at__gte=since) | Q(closed_at=None)).values("account_id")
    asked = Peer.objects.filter(complaint=complaint).values("account_id")
    found = Account.objects.filter(stage__in=CUSTOMER).exclude(pk=complaint.account_id)
    found = found.exclude(pk__in=loud).exclude(pk__in=asked)
    for trait in like.known():
        if trait in traits:
            found = found.filter(_shares(trait, complaint, like))
    return found.select_related("owner__user").order_by("name", "pk")


def _shares(trait: str, complaint: Complaint, like: Likeness) -> Q:
    if trait == "service":
        day = day_of(complaint.happened_at)
        same = Contract.objects.filter(name__in=like.services, starts_on__lte=day, ends_on__gte=day)
        return Q(pk__in=same.values("account_id"))
    if trait == "segment":
        inside: QuerySet[SegmentMember] = SegmentMember.objects.filter(segment__in=like.segments)
        return Q(pk__in=inside.values("account_id"))
    return Q(pk__in=_served(trait, complaint, like).values("account_id"))


def _served(trait: str, complaint: Complaint, like: Likeness) -> QuerySet[Ticket]:
    """Tickets of the same week, or of the same agent some weeks before and after."""
    if trait == "week":
        return Ticket.objects.filter(opened_at__gte=like.monday, opened_at__lt=like.monday + WEEK)
    around = (complaint.happened_at - AGENT_DAYS, complaint.happened_at + AGENT_DAYS)
    return Ticket.objects.filter(agent_name=like.agent_name, opened_at__range=around)


def peers_of(complaint: Complaint) -> PeerQuerySet:
    """Who was asked, by name, with what they said."""
    found = Peer.objects.filter(complaint=complaint)
    return found.select_related("account", "task", "wave", "asked_by").order_by("account__name", "pk")


@dataclass(frozen=True)
class Counts:
    """How many were asked, how many of them replied, and how many have the same trouble."""

    asked: int
    replied: int
    me_too: int


def counts(complaint: Complaint) -> Counts:
    replied = Q(reply__in=[Peer.Reply.ME_TOO, Peer.Reply.FINE])
    found = Peer.objects.filter(complaint=complaint).aggregate(
        asked=Count("pk"), replied=Count("pk", filter=replied), me_too=Count("pk", filter=Q(reply=Peer.Reply.ME_TOO))
    )
    return Counts(**found)


def peers() -> PeerQuerySet:
    return Peer.objects.select_related("complaint", "account", "asked_by")
