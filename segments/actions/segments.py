"""Make, change, put away and drop segments."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from outbox import actions as outbox_actions
from segments import conditions, registry
from segments.actions.pending import refresh_later
from segments.models import Segment, SegmentMember
from workspaces import actions as workspace_actions
from workspaces.models import User

PURGE = "segments.purge"
UNDO = timedelta(minutes=10)
MOST_SEGMENTS = 200


class NameTaken(Exception):
    """Another segment has this name."""


class TooManySegments(Exception):
    """MOST_SEGMENTS are there already."""


class TooLate(Exception):
    """The segment has been dropped for good."""


@transaction.atomic
def create_segment(*, name: str, raw: Any, at: datetime, by: User | None, note: str = "") -> Segment:
    """Save a choice of accounts and find its members in the background.

    Raises BadConditions, NameTaken, TooManySegments.
    """
    written = checked(raw)
    if Segment.objects.live().count() >= MOST_SEGMENTS:
        raise TooManySegments
    segment = Segment(name=name, conditions=written, note=note, created_at=at, created_by=by, changed_at=at)
    _save(segment)
    refresh_later(segment=segment, at=at)
    workspace_actions.record(kind="segment.created", subject=name, at=at, by=by)
    return segment


@transaction.atomic
def update_segment(*, segment: Segment, name: str, raw: Any, note: str, at: datetime, by: User | None) -> Segment:
    """Change what it says. Other conditions are filled anew, without facts: the customers have not changed.

    Raises BadConditions, NameTaken.
    """
    written = checked(raw)
    is_other = written != segment.conditions
    segment.name, segment.note, segment.conditions, segment.changed_at = name, note, written, at
    if is_other:
        segment.computed_at = None
    _save(segment, ["name", "note", "conditions", "changed_at", "computed_at"])
    if is_other:
        refresh_later(segment=segment, at=at)
    workspace_actions.record(kind="segment.changed", subject=name, at=at, by=by)
    return segment


def checked(raw: Any) -> dict[str, Any]:
    """The conditions as they are stored. Raises BadConditions."""
    group = conditions.read(raw)
    problems = conditions.check(group, registry.catalogue())
    if problems:
        raise conditions.BadConditions(problems)
    return conditions.written(group)


def _save(segment: Segment, fields: list[str] | None = None) -> None:
    """Without what the background writes, unless it is new."""
    try:
        with transaction.atomic():
            segment.save(update_fields=fields)
    except IntegrityError as error:
        raise NameTaken(segment.name) from error


@transaction.atomic
def archive(*, segment: Segment, at: datetime, by: User | None) -> Segment:
    """Put it away: it holds nobody and is not computed, but can be brought back at any time."""
    segment.archived_at = at
    _empty(segment, at)
    workspace_actions.record(kind="segment.archived", subject=segment.name, at=at, by=by)
    return segment


@transaction.atomic
def restore(*, segment: Segment, at: datetime, by: User | None) -> Segment:
    """Bring back what was put away or dropped less than ten minutes ago. Raises NameTaken, TooLate."""
    found = Segment.objects.select_for_update(of=("self",)).filter(pk=segment.pk).first()
    if found is None:
        raise TooLate
    found.archived_at = found.deleted_at = None
    _save(found, ["archived_at", "deleted_at"])
    refresh_later(segment=found, at=at)
    workspace_actions.record(kind="segment.restored", subject=found.name, at=at, by=by)
    return found


@transaction.atomic
def delete(*, segment: Segment, at: datetime, by: User | None) -> Segment:
    """Drop it, for good in ten minutes; until then `restore` brings it back."""
    segment.deleted_at = at
    _empty(segment, at)
    outbox_actions.enqueue(
        kind=PURGE,
        key=f"{segment.pk}:{at.isoformat()}",
        payload={"segment_id": segment.pk},
        at=at,
        available_at=at + UNDO,
    )
    workspace_actions.record(kind="segment.deleted", subject=segment.name, at=at, by=by)
    return segment


def _empty(segment: Segment, at: datetime) -> None:
    segment.computed_at, segment.members_count = None, 0
    segment.save(update_fields=["archived_at", "deleted_at", "computed_at", "members_count"])
    SegmentMember.objects.filter(segment=segment).delete()
    for tell in registry.member_listeners:
        tell(segment.pk, None, at)


@transaction.atomic
def purge(*, segment_id: int, at: datetime) -> bool:
    """Drop for good what was deleted ten minutes ago and not brought back since."""
    gone = Segment.objects.filter(pk=segment_id, deleted_at__lte=at - UNDO)
    return bool(gone.delete()[0])
