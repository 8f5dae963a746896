"""Goals and milestones as tables for a spreadsheet: the header first, keys rather than words for states."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from plans import progress, queries
from plans.models import GoalQuerySet, MilestoneQuerySet

CHUNK = 2000
DIGITS = 4
Table = Iterator[Sequence[object]]


def goals(found: GoalQuerySet, day: date) -> Table:
    """Each goal, what was read last, and how it stands; shares of the way, 1 is the target."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Owner"), _("Goal"), _("Group or site"), _("Unit"), _("Baseline"),
        _("Target"), _("From"), _("Due on"), _("Weight"), _("Metric"), _("Value"), _("Read on"), _("Attained"),
        _("Expected"), _("Standing"), _("Reached on"), _("Confirmed on"), _("Confirmed by"), _("Given up on"),
    ]  # fmt: skip
    for goal in found.iterator(chunk_size=CHUNK):
        at = queries.standing(goal, day)
        yield [
            goal.pk, goal.account_id, goal.account.name, _name(goal.account.owner), goal.name, goal.site, goal.unit,
            goal.baseline, goal.target, goal.starts_on, goal.due_on, goal.weight, _name(goal.metric), at.value,
            at.read_on, None if at.attained is None else round(at.attained, DIGITS), round(at.expected, DIGITS),
            at.standing.value, goal.reached_on, goal.confirmed_on, _name(goal.confirmed_by), goal.ended_on,
        ]  # fmt: skip


def milestones(found: MilestoneQuerySet, day: date) -> Table:
    """Each milestone; days late until it was done, or until today, negative while there is time."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Owner"), _("Phase"), _("Milestone"), _("Due on"), _("Done on"),
        _("Days late"), _("Material"),
    ]  # fmt: skip
    for one in found.iterator(chunk_size=CHUNK):
        yield [
            one.pk, one.account_id, one.account.name, _name(one.account.owner), one.phase, one.name, one.due_on,
            one.done_on, progress.days_late(one.due_on, one.done_on, day), one.material,
        ]  # fmt: skip


def _name(thing: object) -> str:
    return str(thing) if thing else ""
