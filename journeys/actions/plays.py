"""Start a playbook on an account, stop it, and take a start back."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.facts import record_fact
from accounts.models import Account
from journeys import workdays
from journeys.actions.moves import TAKE_BACK, ReasonMissing, TooLate
from journeys.models import Play, Playbook, Task
from journeys.queries import playbooks as queries
from lib.time import day_of
from workspaces.models import User


class AlreadyRunning(Exception):
    """The playbook runs on this account already."""


class PlaybookRetired(Exception):
    """A retired playbook is not started any more."""


class NoSuchAlert(Exception):
    """The account has no such alert."""


class PlayOver(Exception):
    """It has ended."""


@transaction.atomic
def start_playbook(
    *, playbook: Playbook, account: Account, at: datetime, by: User | None, alert_id: int | None = None
) -> Play:
    """Make each step a task of the account's owner, else of `by`, due on a working day.

    The unique constraint settles a race: the loser gets AlreadyRunning like any other second caller. Raises
    AlreadyRunning, PlaybookRetired, NoSuchAlert.
    """
    if playbook.retired_at is not None:
        raise PlaybookRetired
    if alert_id is not None and not queries.has_alert(account, alert_id):
        raise NoSuchAlert
    play = Play(account=account, playbook=playbook, alert_id=alert_id, started_at=at, started_by=by)
    _save(play)
    assignee, today = queries.default_assignee(account, by), day_of(at)
    tasks = Task.objects.bulk_create(
        Task(
            account=account,
            play=play,
            text=step["text"],
            role=step["role"],
            due_on=workdays.due_on(today, step["due_in_days"]),
            assignee=assignee,
            created_at=at,
            created_by=by,
        )
        for step in playbook.steps
    )
    _tell(
        "playbook.started",
        play,
        at,
        by,
        tasks=len(tasks),
        alert_id=alert_id,
        assignee=assignee.pk if assignee else None,
        assignee_name=str(assignee) if assignee else "",
    )
    return play


@transaction.atomic
def stop_play(*, play: Play, reason: str, at: datetime, by: User | None) -> Play:
    """End it before its time; what is open of it is dropped for the same reason. Raises ReasonMissing, PlayOver."""
    if not reason.strip():
        raise ReasonMissing
    held = hold_play(play.pk)
    if not held.is_running:
        raise PlayOver
    Task.objects.open().filter(play=held).update(dropped_at=at, dropped_by=by, drop_reason=reason.strip())
    _end(held, Play.Ended.STOPPED, at, by, why=reason.strip())
    return held


@transaction.atomic
def take_back_play(*, play: Play, at: datetime, by: User | None) -> None:
    """Undo a start of the last ten minutes, as if it had not been, while none of it was done. Raises TooLate.

    The timeline keeps both.
    """
    held = Play.objects.select_for_update(of=("self",)).select_related("account", "playbook").filter(pk=play.pk).first()
    if held is None or not can_be_taken_back(held, at) or Task.objects.closed().filter(play=held).exists():
        raise TooLate
    _tell("playbook.taken_back", held, at, by)
    held.delete()


def can_be_taken_back(play: Play, at: datetime) -> bool:
    """Whether it runs, and was started less than ten minutes ago."""
    return play.is_running and at - play.started_at <= TAKE_BACK


def hold_play(play_id: int) -> Play:
    """The play as it is now, locked. Whoever changes one of its tasks holds it first, so that the last one ends it."""
    return Play.objects.select_for_update(of=("self",)).select_related("account", "playbook").get(pk=play_id)


def end_if_over(*, play: Play, at: datetime, by: User | None) -> None:
    """End a held play of which nothing is open any more."""
    tasks = Task.objects.filter(play=play)
    if not tasks.open().exists():
        _end(play, Play.Ended.FINISHED if tasks.done().exists() else Play.Ended.DROPPED, at, by)


def run_again(*, play: Play) -> None:
    """A held play that had come to its end goes on. Raises PlayOver if it was stopped, AlreadyRunning."""
    if play.ended_how == Play.Ended.STOPPED:
        raise PlayOver
    if not play.is_running:
        play.ended_at, play.ended_by, play.ended_how = None, None, ""
        _save(play)


def _end(play: Play, how: str, at: datetime, by: User | None, why: str = "") -> None:
    play.ended_at, play.ended_by, play.ended_how, play.ended_why = at, by, str(how), why
    play.save(update_fields=["ended_at", "ended_by", "ended_how", "ended_why"])
    tasks = Task.objects.filter(play=play)
    _tell("playbook.ended", play, at, by, how=play.ended_how, why=why, done=tasks.done().count(), tasks=tasks.count())


def _save(play: Play) -> None:
    try:
        with transaction.atomic():
            play.save()
    except IntegrityError as error:
        raise AlreadyRunning from error


def _tell(kind: str, play: Play, at: datetime, by: User | None, **data: Any) -> None:
    record_fact(
        account=play.account,
        kind=kind,
        at=at,
        by=by,
        play_id=play.pk,
        playbook_id=play.playbook_id,
        name=play.playbook.name,
        **data,
    )
