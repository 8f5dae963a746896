"""Segments as a list shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from segments import queries
from segments.models import Segment
from segments.queries import Reading, Week
from segments.registry import Field


@dataclass(frozen=True)
class Row:
    """One segment, read out."""

    segment: Segment
    reading: Reading
    week: Week

    @property
    def is_waiting(self) -> bool:
        """Whether its accounts have not been found yet."""
        return self.segment.computed_at is None and not self.segment.archived_at


def rows(found: Iterable[Segment], fields: Mapping[str, Field], *, today: date) -> list[Row]:
    """Each segment with its sentence and its week, in a fixed number of queries."""
    segments = list(found)
    weeks = queries.weeks([segment.pk for segment in segments], today=today)
    return [
        Row(segment, queries.read_out(segment.conditions, fields), weeks.get(segment.pk, Week()))
        for segment in segments
    ]
