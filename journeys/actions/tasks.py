"""Tasks: add, change, finish, drop, open again."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actions.facts import record_fact
from accounts.models import Account
from journeys.actions import plays
from journeys.actions.moves import ReasonMissing
from journeys.models import Task
from lib import changing
from workspaces.models import Member, User

EDITABLE = ("text", "role", "due_on", "assignee")


class TaskClosed(Exception):
    """It was done or dropped before."""


class StillOpen(Exception):
    """It is neither done nor dropped."""


@transaction.atomic
def add_task(
    *,
    account: Account,
    text: str,
    due_on: date,
    at: datetime,
    by: User | None,
    assignee: Member | None = None,
    role: str = "",
) -> Task:
    """Something to do for an account, outside any playbook."""
    added: Task = Task.objects.create(
        account=account,
        text=text.strip(),
        role=role,
        due_on=due_on,
        assignee=assignee,
        created_at=at,
        created_by=by,
    )
    _tell("task.added", added, at, by, **_whose(added))
    return added


@transaction.atomic
def change_task(*, task: Task, changes: Mapping[str, Any], at: datetime, by: User | None) -> Task:
    """Change any of EDITABLE of an open one. Raises TaskClosed."""
    held = _hold_open(task)
    if changed := list(changing.take(held, changes, EDITABLE)):
        held.save(update_fields=changed)
        _tell("task.changed", held, at, by, fields=changed, **_whose(held))
    return held


@transaction.atomic
def finish_task(*, task: Task, at: datetime, by: User | None) -> Task:
    """Done; the last one of a play ends it. Raises TaskClosed."""
    held = _hold_open(task)
    held.done_at, held.done_by = at, by
    held.save(update_fields=["done_at", "done_by"])
    _tell("task.done", held, at, by)
    _settle(held, at, by)
    return held


@transaction.atomic
def drop_task(*, task: Task, reason: str, at: datetime, by: User | None) -> Task:
    """It is not done after all, and why; the last one of a play ends it. Raises ReasonMissing, TaskClosed."""
    if not reason.strip():
        raise ReasonMissing
    held = _hold_open(task)
    held.dropped_at, held.dropped_by, held.drop_reason = at, by, reason.strip()
    held.save(update_fields=["dropped_at", "dropped_by", "drop_reason"])
    _tell("task.dropped", held, at, by, reason=held.drop_reason)
    _settle(held, at, by)
    return held


@transaction.atomic
def reopen_task(*, task: Task, at: datetime, by: User | None) -> Task:
    """It is to be done again; a play that it had ended goes on. Raises StillOpen, PlayOver, AlreadyRunning."""
    held = _hold(task)
    if held.is_open:
        raise StillOpen
    if held.play is not None:
        plays.run_again(play=held.play)
    held.done_at = held.done_by = held.dropped_at = held.dropped_by = None
    held.drop_reason = ""
    held.save(update_fields=["done_at", "done_by", "dropped_at", "dropped_by", "drop_reason"])
    _tell("task.reopened", held, at, by)
    return held


def _hold(task: Task) -> Task:
    """The task as it is now, locked after its play."""
    play = plays.hold_play(task.play_id) if task.play_id else None
    held = Task.objects.select_for_update(of=("self",)).select_related("account", "assignee__user").get(pk=task.pk)
    held.play = play
    return held


def _hold_open(task: Task) -> Task:
    held = _hold(task)
    if not held.is_open:
        raise TaskClosed
    return held


def _settle(task: Task, at: datetime, by: User | None) -> None:
    if task.play is not None:
        plays.end_if_over(play=task.play, at=at, by=by)


def _whose(task: Task) -> dict[str, Any]:
    return {
        "due_on": task.due_on.isoformat(),
        "assignee": task.assignee_id,
        "assignee_name": str(task.assignee) if task.assignee else "",
    }


def _tell(kind: str, task: Task, at: datetime, by: User | None, **data: Any) -> None:
    told: dict[str, Any] = {"play_id": task.play_id, "playbook": task.play.playbook.name} if task.play else {}
    record_fact(account=task.account, kind=kind, at=at, by=by, task_id=task.pk, text=task.text, **told, **data)
