"""Whose list the portfolio is, when it is a segment or a figure of another page."""

from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.urls import reverse

from accounts import queries as account_queries
from accounts.models import AccountQuerySet
from bulk.registry import Unreadable
from dashboard import queries
from dashboard.forms import AccountFilter
from segments import icp
from segments import queries as segment_queries
from segments.models import Segment
from workspaces.queries import Membership


@dataclass(frozen=True)
class About:
    """What stands above the list: in words, what is wrong, where it can be changed, and the segment if it is one."""

    sentence: str
    problems: list[str] = field(default_factory=list)
    url: str = ""
    segment: Segment | None = None


def about(chosen: AccountFilter) -> About | None:
    """None for the portfolio's own views."""
    if chosen.segment_id:
        segment = segment_queries.segments().get(pk=chosen.segment_id)
        reading = segment_queries.told(segment.conditions)
        url = reverse("segments:segment_edit", args=[segment.pk])
        return About(reading.sentence, reading.problems, url, segment)
    if chosen.judged:
        return About(icp.told(chosen.judged), url=reverse("segments:icp_check"))
    return None


def listed(query: str, member: Membership, today: date) -> AccountQuerySet:
    """The accounts of the list at this query string, for whoever changes them together. Raises Unreadable."""
    chosen = AccountFilter(
        QueryDict(query), owners=queries.owners(), segments=segment_queries.names(), member_id=member.member_id
    )
    if chosen.errors:
        raise Unreadable
    return account_queries.matching(chosen.wanted(today))
