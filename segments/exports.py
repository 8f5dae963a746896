"""Segments and what the ICP check counts as tables for a spreadsheet: the header first."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from segments import icp
from segments.icp import CriterionRow
from segments.queries import Group, When
from segments.standing import Row

Table = Iterator[Sequence[object]]


def segments(rows: Iterable[Row]) -> Table:
    """Whom each segment holds, in a sentence, how many, and how that changed in seven days."""
    yield [
        _("Id"), _("Segment"), _("Conditions"), _("What it is for"), _("Accounts"), _("Entered this week"),
        _("Left this week"), _("Computed at"), _("Changed at"), _("Archived at"),
    ]  # fmt: skip
    for row in rows:
        one, count = row.segment, None if row.is_waiting else row.segment.members_count
        yield [
            one.pk, one.name, row.reading.sentence, one.note, count, row.week.entered, row.week.left, one.computed_at,
            one.changed_at, one.archived_at,
        ]  # fmt: skip


def check(when: When) -> Table:
    """How many of each group missed each criterion, of those of whom it is known, and what that says."""
    counts = (_("%(group)s: missed"), _("%(group)s: known"), _("%(group)s: unknown"))
    columns = [words % {"group": icp.group_name(group)} for group in Group for words in counts]
    yield [_("Criterion"), _("Retired"), *columns, _("What it says")]
    for line in icp.check(when)["lines"]:
        figures = [count for cell in line.cells for count in (cell.missed, cell.judged, cell.unknown)]
        yield [line.name, line.is_retired, *figures, line.verdict]


def criteria(rows: Iterable[CriterionRow]) -> Table:
    """What the ideal customer has, in order, and how much each counts."""
    yield [_("Id"), _("Criterion"), _("Conditions"), _("Points"), _("Added at"), _("Retired at")]
    for row in rows:
        one = row.criterion
        yield [one.pk, one.name, row.reading.sentence, one.weight, one.created_at, one.retired_at]
