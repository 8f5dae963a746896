"""Tasks: added, changed, done, dropped, opened again; in whose care they are, and with whom to speak."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Fact
from journeys import words
from journeys.actions import ReasonMissing, tasks
from journeys.models import Task
from journeys.queries import tasks as queries
from tests.builders import NOON, TODAY, make_account, make_contact, make_member, make_play, make_task
from workspaces import actions as workspace_actions

DAY = timedelta(days=1)
NOW = {"at": NOON, "by": None}


def told(task):
    facts = Fact.objects.filter(account=task.account, data__task_id=task.pk).order_by("pk")
    return [words.TOLD[fact.kind][0](fact.data) for fact in facts]


def test_a_task_stands_on_its_own(workspace):
    member = make_member()
    task = make_task(text=" Send the offer ", assignee=member, role="champion", by=member.user)
    assert (task.text, task.play, task.due_on, task.created_by) == ("Send the offer", None, TODAY, member.user)
    make_task(task.account)
    assert told(task) == ["Task for Mei Chen: Send the offer"]
    fact = Fact.objects.filter(kind="task.added").order_by("pk")
    assert fact[0].data == {
        "task_id": task.pk, "text": "Send the offer", "due_on": "2026-06-15", "assignee": member.pk,
        "assignee_name": "Mei Chen",
    }  # fmt: skip
    assert words.task_added(fact[1].data) == "Task: Send the offer"


def test_a_task_is_changed_while_it_is_open(workspace):
    member, task = make_member(), make_task()
    tasks.change_task(task=task, changes={"text": "Send it", "due_on": TODAY + DAY, "account": None}, **NOW)
    tasks.change_task(task=task, changes={"assignee": member, "text": "Send it"}, **NOW)
    tasks.change_task(task=task, changes={"assignee": member}, **NOW)
    tasks.change_task(task=task, changes={"assignee": None}, **NOW)
    task.refresh_from_db()
    assert (task.text, task.due_on, task.assignee) == ("Send it", TODAY + DAY, None)
    assert told(task)[1:] == ["Task changed: Send it", "Task given to Mei Chen: Send it", "Task changed: Send it"]
    tasks.finish_task(task=task, **NOW)
    with pytest.raises(tasks.TaskClosed):
        tasks.change_task(task=task, changes={"text": "No"}, **NOW)


def test_a_task_is_done_once_by_somebody(workspace):
    member, task = make_member(), make_task()
    tasks.finish_task(task=task, at=NOON + DAY, by=member.user)
    with pytest.raises(tasks.TaskClosed):
        tasks.finish_task(task=task, **NOW)
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (NOON + DAY, member.user)
    assert told(task)[1:] == ["Task done: Send the offer"]
    assert words.many_done(3) == "3 tasks done"


def test_a_task_is_dropped_with_a_reason(workspace):
    task = make_task()
    with pytest.raises(ReasonMissing):
        tasks.drop_task(task=task, reason="  ", **NOW)
    tasks.drop_task(task=task, reason=" They signed ", **NOW)
    with pytest.raises(tasks.TaskClosed):
        tasks.drop_task(task=task, reason="Again", **NOW)
    task.refresh_from_db()
    assert (task.dropped_at, task.drop_reason, task.is_open) == (NOON, "They signed", False)
    assert told(task)[1:] == ["Task dropped: Send the offer. They signed"]


def test_what_was_done_or_dropped_is_opened_again(workspace):
    task = make_task()
    with pytest.raises(tasks.StillOpen):
        tasks.reopen_task(task=task, **NOW)
    tasks.drop_task(task=task, reason="They signed", **NOW)
    tasks.reopen_task(task=task, **NOW)
    tasks.finish_task(task=task, **NOW)
    tasks.reopen_task(task=task, **NOW)
    task.refresh_from_db()
    assert (task.is_open, task.drop_reason, task.done_by) == (True, "", None)
    assert told(task)[-1] == "Task open again: Send the offer"


def test_nothing_is_both_done_and_dropped(workspace):
    task = make_task()
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(done_at=NOON, dropped_at=NOON)


def test_what_is_due_the_first_due_first(workspace):
    today, late = make_task(), make_task(due_on=TODAY - DAY)
    make_task(due_on=TODAY + DAY)
    done = make_task(due_on=TODAY - 2 * DAY)
    tasks.finish_task(task=done, **NOW)
    assert list(queries.due_tasks(TODAY)) == [late, today]
    assert (late.is_overdue_on(TODAY), today.is_overdue_on(TODAY)) == (True, False)
    assert not Task.objects.get(pk=done.pk).is_overdue_on(TODAY)
    assert queries.in_order([today.pk, done.pk, 0, late.pk]) == [today, done, late]


def test_in_my_care_is_what_is_mine_and_what_nobody_has_taken_of_my_accounts(workspace):
    me, other, gone = make_member(), make_member(), make_member()
    mine, theirs = make_account(owner=me), make_account(owner=other)
    given = make_task(theirs, assignee=me)
    nobodys = make_task(mine)
    left = make_task(mine, assignee=gone)
    make_task(mine, assignee=other)
    make_task(theirs)
    workspace_actions.end_membership(member=gone, at=NOON, by=me.user)
    assert list(queries.due_tasks(TODAY, member_id=me.pk)) == [given, nobodys, left]


def test_what_is_open_for_an_account(workspace):
    account = make_account()
    later, first = make_task(account, due_on=TODAY + DAY), make_task(account)
    tasks.finish_task(task=make_task(account), **NOW)
    make_task()
    assert list(queries.tasks_of(account)) == [first, later]


def test_with_whom_to_speak_is_who_has_the_role_and_is_there(workspace, django_assert_num_queries):
    account = make_account()
    ana, bea = (make_contact(account, name=name, role="champion") for name in ("Ana", "Bea"))
    make_contact(account, role="end_user")
    make_contact(make_account(), role="champion")
    call = make_play(account).tasks.get(role="champion")
    other = make_task(account)
    nobody = make_task(account, role="decision_maker")
    with django_assert_num_queries(1):
        assert queries.partners([call, other, nobody]) == {call.pk: [ana, bea], nobody.pk: []}
    with django_assert_num_queries(0):
        assert queries.partners([other]) == {}
