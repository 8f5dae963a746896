"""What the ideal customer has."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from segments import conditions, registry
from segments.actions import fits
from segments.models import Criterion
from workspaces import actions as workspace_actions
from workspaces.models import User

MOST_CRITERIA = 20


class NameTaken(Exception):
    """Another criterion has this name."""


class TooManyCriteria(Exception):
    """MOST_CRITERIA are there already."""


class NotAboutAccounts(Exception):
    """A condition asks how customers do, not what they are."""


@transaction.atomic
def add_criterion(*, name: str, raw: Any, weight: int, at: datetime, by: User | None) -> Criterion:
    """Add what the ideal customer has, last. Raises BadConditions, NotAboutAccounts, NameTaken, TooManyCriteria."""
    written = checked(raw)
    last = Criterion.objects.in_use().aggregate(last=Max("place"))["last"] or 0
    if Criterion.objects.in_use().count() >= MOST_CRITERIA:
        raise TooManyCriteria
    criterion = _saved(Criterion(name=name, conditions=written, weight=weight, place=last + 1, created_at=at))
    workspace_actions.record(kind="criterion.added", subject=name, at=at, by=by, detail={"points": weight})
    fits.compute_all_later(key=f"criteria:{at.isoformat()}", at=at)
    return criterion


@transaction.atomic
def revise_criterion(
    *, criterion: Criterion, name: str, raw: Any, weight: int, at: datetime, by: User | None
) -> Criterion:
    """Call or weigh it otherwise. Other conditions make another criterion in its place: what customers missed of the
    old one at signing stays true. Raises as `add_criterion`."""
    written = checked(raw)
    if written != criterion.conditions:
        _retire(criterion, at)
        criterion = Criterion(conditions=written, place=criterion.place, created_at=at)
    criterion.name, criterion.weight = name, weight
    criterion = _saved(criterion)
    workspace_actions.record(kind="criterion.changed", subject=name, at=at, by=by, detail={"points": weight})
    fits.compute_all_later(key=f"criteria:{at.isoformat()}", at=at)
    return criterion


@transaction.atomic
def retire_criterion(*, criterion: Criterion, at: datetime, by: User | None) -> Criterion:
    """Judge accounts by it no longer; what was kept at signing stays."""
    _retire(criterion, at)
    workspace_actions.record(kind="criterion.retired", subject=criterion.name, at=at, by=by)
    fits.compute_all_later(key=f"criteria:{at.isoformat()}", at=at)
    return criterion


@transaction.atomic
def restore_criterion(*, criterion: Criterion, at: datetime, by: User | None) -> Criterion:
    """Judge accounts by it again. Raises NameTaken."""
    criterion.retired_at = None
    criterion = _saved(criterion)
    workspace_actions.record(kind="criterion.restored", subject=criterion.name, at=at, by=by)
    fits.compute_all_later(key=f"criteria:{at.isoformat()}", at=at)
    return criterion


@transaction.atomic
def move_up(*, criterion: Criterion) -> Criterion:
    """Put it before the one that stands before it; the first stays."""
    before = Criterion.objects.in_use().filter(place__lt=criterion.place).order_by("-place", "-pk").first()
    if before is not None:
        before.place, criterion.place = criterion.place, before.place
        before.save(update_fields=["place"])
        criterion.save(update_fields=["place"])
    return criterion


def checked(raw: Any) -> dict[str, Any]:
    """The conditions as they are stored. Raises BadConditions, NotAboutAccounts."""
    group = conditions.read(raw)
    fields = registry.catalogue()
    problems = conditions.check(group, fields)
    if problems:
        raise conditions.BadConditions(problems)
    if not all(fields[condition.field].describes for _number, condition in group.conditions()):
        raise NotAboutAccounts
    return conditions.written(group)


def _retire(criterion: Criterion, at: datetime) -> None:
    criterion.retired_at = at
    criterion.save(update_fields=["retired_at"])


def _saved(criterion: Criterion) -> Criterion:
    try:
        with transaction.atomic():
            criterion.save()
    except IntegrityError as error:
        raise NameTaken(criterion.name) from error
    return criterion
