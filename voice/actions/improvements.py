"""Improvements: set, changed, done, dropped, and measured until the time after them is over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from voice.models import Improvement, Measure
from voice.queries import improvements as queries
from workspaces.models import User

EDITABLE = ("title", "about", "theme", "owner", "measure", "window_days", "due_on")
MEASURED_BY = {"theme", "measure", "window_days"}


class Settled(Exception):
    """It is done or dropped."""


class NeedsTheme(Exception):
    """Without a theme there is nothing but the CSAT to measure."""


@transaction.atomic
def add_improvement(*, changes: Mapping[str, Any], at: datetime, by: User | None) -> Improvement:
    """Set one; what it is measured by is counted now, and kept. Raises NeedsTheme."""
    row = Improvement(created_at=at, created_by=by)
    _write(row, changes)
    _measure_before(row)
    row.save()
    return row


@transaction.atomic
def change_improvement(*, improvement: Improvement, changes: Mapping[str, Any]) -> Improvement:
    """Measured by something else, the time before is counted anew: before it was set. Raises Settled, NeedsTheme."""
    row = _held(improvement)
    if not row.is_open:
        raise Settled
    before = {name: getattr(row, name) for name in EDITABLE}
    _write(row, changes)
    if any(getattr(row, name) != before[name] for name in MEASURED_BY):
        _measure_before(row)
    row.save()
    return row


@transaction.atomic
def finish(*, improvement: Improvement, at: datetime, by: User | None) -> Improvement:
    """It is done: from now on we look whether it helped. Raises Settled."""
    row = _held(improvement)
    if not row.is_open:
        raise Settled
    row.done_at, row.done_by, row.after_hits, row.after_n = at, by, 0, 0
    row.save(update_fields=["done_at", "done_by", "after_hits", "after_n"])
    return row


@transaction.atomic
def drop(*, improvement: Improvement, at: datetime) -> Improvement:
    """It will not be done. Raises Settled."""
    row = _held(improvement)
    if not row.is_open:
        raise Settled
    row.dropped_at = at
    row.save(update_fields=["dropped_at"])
    return row


@transaction.atomic
def reopen(*, improvement: Improvement) -> Improvement:
    """Not done after all, or wanted again; what was verified is forgotten."""
    row = _held(improvement)
    row.done_at = row.done_by = row.dropped_at = row.verified_at = row.after_hits = row.after_n = None
    row.save()
    return row


@transaction.atomic
def measure_done(*, at: datetime) -> int:
    """Every night: count what came after each that is done, and keep it for good when its time is over."""
    rows = list(queries.to_measure().select_for_update(of=("self",)))
    for row in rows:
        after, ends_at = queries.after_of(row, at), queries.ends_at(row)
        row.after_hits, row.after_n = after.hits, after.n
        row.verified_at = at if ends_at and ends_at <= at else None
        row.save(update_fields=["after_hits", "after_n", "verified_at"])
    return len(rows)


def _held(improvement: Improvement) -> Improvement:
    return Improvement.objects.select_for_update(of=("self",)).get(pk=improvement.pk)


def _write(row: Improvement, changes: Mapping[str, Any]) -> None:
    for name in EDITABLE:
        if name in changes:
            setattr(row, name, changes[name])
    if row.theme is None and row.measure != Measure.CSAT:
        raise NeedsTheme


def _measure_before(row: Improvement) -> None:
    since = row.created_at - timedelta(days=row.window_days)
    counted = queries.measured(row.measure, row.theme_id, since, row.created_at)
    row.before_hits, row.before_n = counted.hits, counted.n
