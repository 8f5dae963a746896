"""Whose list the portfolio is, when it is a segment or a figure of another page."""

from dataclasses import dataclass, field

from django.urls import reverse

from dashboard.forms import AccountFilter
from segments import icp, registry
from segments import queries as segment_queries
from segments.models import Segment


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
        reading = segment_queries.read_out(segment.conditions, registry.catalogue())
        url = reverse("segments:segment_edit", args=[segment.pk])
        return About(reading.sentence, reading.problems, url, segment)
    if chosen.judged:
        return About(icp.told(chosen.judged), url=reverse("segments:icp_check"))
    return None
