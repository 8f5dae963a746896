"""Playbooks are written and retired; started, stopped and taken back; and end when nothing is left to do."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from accounts.actions import facts as fact_actions
from accounts.models import Account, Fact
from journeys import words, workdays
from journeys.actions import ReasonMissing, TooLate, playbooks, plays, tasks
from journeys.models import Play, Playbook, Task
from journeys.queries import playbooks as queries
from journeys.starters import STARTERS
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_member,
    make_play,
    make_playbook,
    make_task,
    make_workspace,
)
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.models import AuditEvent

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NOW = {"at": NOON, "by": None}
STEP = {"text": "Call", "due_in_days": 3, "role": ""}


def told(account):
    facts = Fact.objects.filter(account=account).exclude(kind="account.created").order_by("pk")
    return [words.TOLD[fact.kind][0](fact.data) for fact in facts]


# ------------------------------------------------------------------------------------------- writing them
def test_a_workspace_starts_with_four_playbooks_of_two_to_five_steps(workspace):
    found = list(queries.playbooks())
    assert [one.name for one in found] == [
        "Detractor answered", "Onboarding kick-off", "Renewal in 90 days", "Usage fell",
    ]  # fmt: skip
    assert all(one.about and 2 <= len(one.steps) <= 5 for one in found)
    assert [one.days for one in found] == [21, 21, 75, 14]
    steps = found[1].steps
    assert [step["due_in_days"] for step in steps] == sorted(step["due_in_days"] for step in steps)


def test_the_first_playbooks_speak_the_language_of_whoever_founds_the_workspace(db):
    with translation.override("en"):
        other = make_workspace("Other")
    with tenancy.entered(other.pk):
        assert set(Playbook.objects.values_list("name", flat=True)) == {str(name) for name, _about, _steps in STARTERS}


def test_a_playbook_is_written_with_its_steps_by_the_day_they_are_due(workspace):
    member = make_member()
    late = {"text": " Ask again ", "due_in_days": 21}
    made = playbooks.write_playbook(name=" Seats fell ", about=" Why? ", steps=[late, STEP], at=NOON, by=member.user)
    assert (made.name, made.about) == ("Seats fell", "Why?")
    assert made.steps == [STEP, {"text": "Ask again", "due_in_days": 21, "role": ""}]
    event = AuditEvent.objects.get(kind="playbook.added")
    assert (event.subject, event.user) == ("Seats fell", member.user)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [STEP] * 21,
        [{**STEP, "text": "  "}],
        [{**STEP, "text": "x" * 201}],
        [{**STEP, "due_in_days": -1}],
        [{**STEP, "due_in_days": 366}],
        [{**STEP, "role": "king"}],
    ],
)
def test_steps_that_cannot_be_done_are_refused(workspace, steps):
    with pytest.raises(playbooks.StepsWrong):
        make_playbook("New", steps=steps)


def test_two_playbooks_in_use_have_two_names(workspace):
    make_playbook("Seats fell")
    with pytest.raises(playbooks.NameTaken):
        make_playbook("seats FELL")
    other = make_playbook("Other")
    with pytest.raises(playbooks.NameTaken):
        playbooks.change_playbook(playbook=other, changes={"name": "Seats fell"}, **NOW)


def test_a_change_is_on_the_audit_trail_and_what_runs_keeps_its_tasks(workspace):
    playbook = make_playbook()
    play = make_play(playbook=playbook)
    changed = playbooks.change_playbook(playbook=playbook, changes={"about": "More", "steps": [STEP]}, **NOW)
    playbooks.change_playbook(playbook=changed, changes={"about": "More"}, **NOW)
    assert AuditEvent.objects.get(kind="playbook.changed").detail == {"fields": ["about", "steps"]}
    assert [task.text for task in play.tasks.order_by("pk")] == ["Read", "Call"]


def test_a_retired_playbook_is_not_started_but_what_runs_goes_on(workspace):
    playbook, account = make_playbook("Seats fell"), make_account()
    play = make_play(playbook=playbook)
    assert playbook in queries.startable(account)
    playbooks.set_retired(playbook=playbook, is_retired=True, **NOW)
    playbooks.set_retired(playbook=playbook, is_retired=True, at=NOON + DAY, by=None)
    assert playbook.retired_at == NOON
    assert playbook not in queries.startable(account)
    with pytest.raises(plays.PlaybookRetired):
        make_play(account, playbook)
    assert Play.objects.running().get() == play
    make_playbook("Seats fell")
    with pytest.raises(playbooks.NameTaken):
        playbooks.set_retired(playbook=playbook, is_retired=False, **NOW)
    assert AuditEvent.objects.filter(kind="playbook.retired").count() == 1


def test_a_retired_playbook_comes_back(workspace):
    playbook = make_playbook()
    playbooks.set_retired(playbook=playbook, is_retired=True, **NOW)
    playbooks.set_retired(playbook=playbook, is_retired=False, **NOW)
    assert playbook.retired_at is None
    assert AuditEvent.objects.filter(kind="playbook.restored").count() == 1


# ---------------------------------------------------------------------------------------------- starting
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-06-15", 0, "2026-06-15"),  # a Monday
        ("2026-06-15", 4, "2026-06-19"),
        ("2026-06-15", 5, "2026-06-22"),
        ("2026-06-15", 6, "2026-06-22"),
        ("2026-06-15", 7, "2026-06-22"),
        ("2026-06-20", 0, "2026-06-22"),
    ],
)
def test_what_falls_on_a_weekend_is_due_on_its_monday(start, days, due):
    assert workdays.due_on(date.fromisoformat(start), days) == date.fromisoformat(due)


def test_each_step_becomes_a_task_of_the_owner(workspace):
    owner, starter = make_member(), make_member()
    account = make_account(owner=owner)
    steps = [{"text": "Read", "due_in_days": 0, "role": ""}, {"text": "Call", "due_in_days": 5, "role": "champion"}]
    play = make_play(account, make_playbook("Usage", steps=steps), by=starter.user)
    assert [(task.text, task.role, task.due_on, task.assignee) for task in play.tasks.order_by("pk")] == [
        ("Read", "", TODAY, owner),
        ("Call", "champion", TODAY + 7 * DAY, owner),
    ]
    fact = Fact.objects.get(kind="playbook.started")
    assert (fact.by, fact.data) == (
        starter.user,
        {
            "play_id": play.pk, "playbook_id": play.playbook_id, "name": "Usage", "tasks": 2, "alert_id": None,
            "assignee": owner.pk, "assignee_name": str(owner),
        },
    )  # fmt: skip
    assert told(account) == ["Playbook started: Usage"]


def test_without_an_owner_who_is_there_the_starter_does_it(workspace):
    starter, gone = make_member(), make_member()
    account = make_account(owner=gone)
    workspace_actions.end_membership(member=gone, at=NOON, by=starter.user)
    assert {task.assignee for task in make_play(account, by=starter.user).tasks.all()} == {starter}
    assert {task.assignee for task in make_play(make_account(), by=starter.user).tasks.all()} == {starter}
    assert {task.assignee for task in make_play(make_account()).tasks.all()} == {None}
    assert Account.objects.count() == 3


def test_what_runs_is_not_started_again_until_it_ends(workspace):
    account, playbook = make_account(), make_playbook()
    first = make_play(account, playbook)
    assert playbook not in queries.startable(account)
    with pytest.raises(plays.AlreadyRunning):
        make_play(account, playbook)
    make_play(account)
    make_play(playbook=playbook)
    plays.stop_play(play=first, reason="Bought out", **NOW)
    make_play(account, playbook)
    assert Play.objects.running().count() == 3


def test_a_start_may_answer_an_alert_of_the_account(workspace):
    account, other = make_account(), make_account()
    fact_actions.record_fact(account=account, kind="alert.opened", at=NOON, alert_id=7)
    assert make_play(account, alert_id=7).alert_id == 7
    with pytest.raises(plays.NoSuchAlert):
        make_play(other, alert_id=7)
    assert not Play.objects.filter(account=other).exists()


# ----------------------------------------------------------------------------------------------- its end
def test_it_ends_when_the_last_task_is_done_or_dropped(workspace):
    member = make_member()
    play = make_play(playbook=make_playbook("Usage"))
    first, second = play.tasks.order_by("pk")
    tasks.finish_task(task=first, **NOW)
    play.refresh_from_db()
    assert play.is_running
    tasks.drop_task(task=second, reason="They called us", at=NOON + DAY, by=member.user)
    play.refresh_from_db()
    assert (play.ended_at, play.ended_by, play.ended_how, play.ended_why) == (
        NOON + DAY, member.user, Play.Ended.FINISHED, "",
    )  # fmt: skip
    assert told(play.account)[1:] == [
        "Task done: Read",
        "Task dropped: Call. They called us",
        "Playbook finished: Usage, 1 of 2 steps done",
    ]


def test_what_was_dropped_as_a_whole_was_not_finished(workspace):
    play = make_play(playbook=make_playbook("Usage"))
    for task in play.tasks.all():
        tasks.drop_task(task=task, reason="No time", **NOW)
    play.refresh_from_db()
    assert play.ended_how == Play.Ended.DROPPED
    assert told(play.account)[-1] == "Playbook ended, every step dropped: Usage"


def test_stopping_needs_a_reason_and_drops_what_is_open(workspace):
    member = make_member()
    play = make_play(playbook=make_playbook("Usage"))
    done = play.tasks.order_by("pk").first()
    tasks.finish_task(task=done, **NOW)
    with pytest.raises(ReasonMissing):
        plays.stop_play(play=play, reason=" ", **NOW)
    plays.stop_play(play=play, reason=" They left ", at=NOON + DAY, by=member.user)
    play.refresh_from_db()
    assert (play.ended_how, play.ended_why, play.ended_by) == (Play.Ended.STOPPED, "They left", member.user)
    assert [(task.text, task.dropped_by, task.drop_reason) for task in Task.objects.dropped()] == [
        ("Call", member.user, "They left")
    ]
    assert told(play.account)[-1] == "Playbook stopped: Usage. They left"
    with pytest.raises(plays.PlayOver):
        plays.stop_play(play=play, reason="Again", **NOW)


def test_a_start_is_taken_back_for_ten_minutes_while_nothing_was_done(workspace):
    account, playbook = make_account(), make_playbook("Usage")
    late = make_play(account, playbook)
    assert plays.can_be_taken_back(late, NOON + 10 * MINUTE)
    with pytest.raises(TooLate):
        plays.take_back_play(play=late, at=NOON + 11 * MINUTE, by=None)
    plays.take_back_play(play=late, at=NOON + 10 * MINUTE, by=None)
    assert (Play.objects.count(), Task.objects.count()) == (0, 0)
    assert told(account)[-1] == "The start of the playbook Usage was taken back."
    with pytest.raises(TooLate):
        plays.take_back_play(play=late, **NOW)
    begun = make_play(account, playbook)
    tasks.finish_task(task=begun.tasks.first(), **NOW)
    with pytest.raises(TooLate):
        plays.take_back_play(play=begun, **NOW)


# --------------------------------------------------------------------------------------- opened again
def test_a_task_that_is_opened_again_lets_its_play_go_on(workspace):
    play = make_play(playbook=make_playbook("Usage"))
    for task in play.tasks.order_by("pk"):
        tasks.finish_task(task=task, **NOW)
        tasks.reopen_task(task=task, **NOW)
        tasks.finish_task(task=task, **NOW)
    again = tasks.reopen_task(task=task, **NOW)
    play.refresh_from_db()
    assert (again.is_open, play.is_running, play.ended_how) == (True, True, "")
    assert told(play.account)[-1] == "Task open again: Call"
    tasks.finish_task(task=task, at=NOON + DAY, by=None)
    play.refresh_from_db()
    assert play.ended_at == NOON + DAY


def test_what_was_stopped_or_runs_again_is_not_opened(workspace):
    stopped = make_play()
    task = stopped.tasks.first()
    plays.stop_play(play=stopped, reason="They left", **NOW)
    with pytest.raises(plays.PlayOver):
        tasks.reopen_task(task=task, **NOW)
    ended = make_play()
    for task in ended.tasks.all():
        tasks.finish_task(task=task, **NOW)
    make_play(ended.account, ended.playbook)
    with pytest.raises(plays.AlreadyRunning):
        tasks.reopen_task(task=task, **NOW)
    task.refresh_from_db()
    assert task.done_at == NOON


# ---------------------------------------------------------------------------------------- how they went
def test_the_record_of_a_playbook(workspace):
    playbook, other = make_playbook(), make_playbook()
    for days in (2, 4, 9):
        for task in make_play(playbook=playbook).tasks.all():
            tasks.finish_task(task=task, at=NOON + days * DAY, by=None)
    for task in make_play(playbook=playbook).tasks.all():
        tasks.drop_task(task=task, reason="No", **NOW)
    plays.stop_play(play=make_play(playbook=playbook), reason="No", **NOW)
    make_play(playbook=playbook)
    make_play(playbook=other)
    record = queries.records([playbook.pk])[playbook.pk]
    assert (record.started, record.running, record.finished, record.dropped, record.stopped) == (6, 1, 3, 1, 1)
    assert record.median_days == 4
    never = queries.records([make_playbook().pk])[0]
    assert (never.started, never.median_days) == (0, None)


def test_the_plays_of_an_account_tell_how_far_they_are(workspace):
    account = make_account()
    old = make_play(account)
    plays.stop_play(play=old, reason="No", **NOW)
    running = make_play(account, at=NOON - DAY)
    make_task(account)
    tasks.finish_task(task=running.tasks.order_by("pk").first(), **NOW)
    make_play()
    assert [(one.pk, one.steps, one.settled, one.next_on) for one in queries.plays_of(account)] == [
        (running.pk, 2, 1, TODAY + 2 * DAY),
        (old.pk, 2, 2, None),
    ]


def test_rows_say_what_they_are(workspace):
    play = make_play()
    assert str(play) == f"{play.playbook_id} {play.account_id}"
    assert str(play.tasks.order_by("pk").first()) == "Read"
    assert str(play.playbook) == play.playbook.name
