"""Write playbooks: how to go about what comes again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Contact
from journeys import starters
from journeys.models import Playbook
from lib import changing
from segments.models import Segment
from workspaces import actions as workspace_actions
from workspaces.models import User

EDITABLE = ("name", "about", "steps", "segment")
MOST_STEPS = 20
MOST_DAYS = 365
STEP_LENGTH = 200


class NameTaken(Exception):
    """Another playbook in use has this name."""


class StepsWrong(Exception):
    """A playbook has 1 to 20 steps, each with a text, and days from 0 to 365."""


@transaction.atomic
def write_playbook(
    *,
    name: str,
    steps: Sequence[Mapping[str, Any]],
    at: datetime,
    by: User | None,
    about: str = "",
    segment: Segment | None = None,
) -> Playbook:
    """Add a playbook; its steps are kept by the day they are due. Raises NameTaken, StepsWrong."""
    playbook = Playbook(created_at=at)
    _write(playbook, {"name": name, "about": about, "steps": steps, "segment": segment})
    workspace_actions.record(kind="playbook.added", subject=playbook.name, at=at, by=by)
    return playbook


@transaction.atomic
def change_playbook(*, playbook: Playbook, changes: Mapping[str, Any], at: datetime, by: User | None) -> Playbook:
    """Change any of EDITABLE; what runs keeps the tasks it began with. Raises NameTaken, StepsWrong."""
    changed = _write(playbook, changes)
    if changed:
        detail = {"fields": changed}
        workspace_actions.record(kind="playbook.changed", subject=playbook.name, at=at, by=by, detail=detail)
    return playbook


@transaction.atomic
def set_retired(*, playbook: Playbook, is_retired: bool, at: datetime, by: User | None) -> Playbook:
    """Offer it no more, or again; what runs goes on. Raises NameTaken."""
    if (playbook.retired_at is not None) != is_retired:
        playbook.retired_at = at if is_retired else None
        _save(playbook)
        kind = "playbook.retired" if is_retired else "playbook.restored"
        workspace_actions.record(kind=kind, subject=playbook.name, at=at, by=by)
    return playbook


@transaction.atomic
def give_first_playbooks(*, at: datetime) -> None:
    """What a workspace starts with, in the language of whoever founds it."""
    Playbook.objects.bulk_create(Playbook(**told, created_at=at) for told in starters.starters())


def _write(playbook: Playbook, given: Mapping[str, Any]) -> list[str]:
    wanted = {name: _clean(name, given[name]) for name in EDITABLE if name in given}
    changed = list(changing.take(playbook, wanted, EDITABLE))
    _save(playbook)
    return changed


def _save(playbook: Playbook) -> None:
    try:
        with transaction.atomic():
            playbook.save()
    except IntegrityError as error:
        raise NameTaken(playbook.name) from error


def _clean(name: str, value: Any) -> Any:
    if name == "segment":
        return value
    return _steps(value) if name == "steps" else value.strip()


def _steps(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    steps = [
        {"text": step["text"].strip(), "due_in_days": step["due_in_days"], "role": step.get("role") or ""}
        for step in given
    ]
    if not 1 <= len(steps) <= MOST_STEPS or not all(map(_is_step, steps)):
        raise StepsWrong
    return sorted(steps, key=lambda step: step["due_in_days"])


def _is_step(step: Mapping[str, Any]) -> bool:
    is_role = step["role"] in {"", *Contact.Role.values}
    return 1 <= len(step["text"]) <= STEP_LENGTH and 0 <= step["due_in_days"] <= MOST_DAYS and is_role
