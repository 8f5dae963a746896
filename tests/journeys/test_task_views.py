"""Tasks through the browser: the list and its filters, what is done with one, and what waits beside Today."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from journeys.actions import plays, tasks
from journeys.models import Task
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_member,
    make_play,
    make_playbook,
    make_task,
    make_workspace,
)
from workspaces import tenancy
from workspaces.capabilities import Role

DAY = timedelta(days=1)
NOW = {"at": NOON, "by": None}
HTMX = {"HTTP_HX_REQUEST": "true"}
FORM = {"text": "Send the offer", "due_on": "2026-06-17"}


def text_of(response):
    return " ".join(response.content.decode().split())


def shown(client, query=""):
    """The tasks that the list shows, in its order."""
    return [line.task.text for line in client.get(f"/journey/tasks/{query}").context["lines"]]


# ------------------------------------------------------------------------------------------------ the list
def test_a_csm_sees_what_is_theirs_the_most_overdue_first(csm):
    mine = make_account("Alder", owner=csm.member)
    make_task(mine, "Later", due_on=TODAY + DAY)
    make_task(make_account("Birch"), "Late", due_on=TODAY - DAY, assignee=csm.member)
    make_task(mine, "Now")
    make_task(mine, "Somebody's", assignee=make_member())
    make_task(text="Nobody's")
    assert shown(csm) == ["Late", "Now", "Later"]
    page = text_of(csm.get("/journey/tasks/"))
    for told in ("Overdue</span>", "Today</span>", "Birch", "Mei Chen", "nobody yet", "data-row-ack"):
        assert told in page


def test_a_manager_sees_everybodys(workspace, noon):
    client = Client()
    client.force_login(make_member(Role.MANAGER).user)
    make_task(text="Somebody's")
    assert shown(client) == ["Somebody's"]
    assert shown(client, "?who=mine") == []


def test_filters_stand_in_the_address(csm):
    other = make_member()
    play = make_play(make_account(owner=other), make_playbook("Seats fell"), at=NOON - 4 * DAY)
    make_task(play.account, "Today", assignee=csm.member)
    make_task(text="Week", due_on=TODAY + 7 * DAY)
    make_task(text="Far", due_on=TODAY + 8 * DAY)
    assert shown(csm, "?who=all&due=late") == ["Read"]
    assert shown(csm, "?who=all&due=today") == ["Read", "Call", "Today"]
    assert shown(csm, "?who=all&due=week") == ["Read", "Call", "Today", "Week"]
    assert shown(csm, f"?who={other.pk}") == ["Read", "Call"]
    assert shown(csm, f"?who=all&playbook={play.playbook_id}") == ["Read", "Call"]
    assert shown(csm, f"?account={play.account_id}") == ["Read", "Call", "Today"]
    assert shown(csm, "?who=nobody&due=never&playbook=x&account=x") == ["Today"]
    page = text_of(csm.get(f"/journey/tasks/?who=all&playbook={play.playbook_id}"))
    assert "Clear" in page
    assert f'value="{play.playbook_id}" selected' in page


def test_what_was_done_and_what_was_dropped_stand_apart(csm):
    done, dropped = make_task(text="One"), make_task(text="Two")
    tasks.finish_task(task=done, at=NOON, by=csm.member.user)
    tasks.drop_task(task=dropped, reason="They signed", at=NOON, by=csm.member.user)
    assert shown(csm, "?who=all") == []
    page = text_of(csm.get("/journey/tasks/?who=all&show=done"))
    assert "Done</span>" in page
    assert "Open again" in page
    assert "Two" not in page
    page = text_of(csm.get("/journey/tasks/?who=all&show=dropped"))
    assert "Dropped</span>" in page
    assert "They signed" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Nothing to do"),
        ("?due=late", "No task is like this"),
        ("?show=done", "Nothing yet"),
    ],
)
def test_an_empty_list_says_why(csm, query, words):
    assert words in text_of(csm.get(f"/journey/tasks/{query}"))


def test_the_list_goes_on_by_pages_and_asks_as_often_at_any_size(csm):
    counts = []
    for rows in (1, 50):
        for number in range(rows):
            account = make_account(owner=csm.member)
            make_contact(account, role="champion")
            make_play(account)
            make_task(account, f"Task-{rows}-{number}", assignee=csm.member, due_on=TODAY - DAY, role="champion")
        with CaptureQueriesContext(connection) as captured:
            csm.get("/journey/tasks/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    first = csm.get("/journey/tasks/?due=week")
    assert len(first.context["lines"]) == 50
    following = csm.get(f"/journey/tasks/?due=week&after={first.context['after']}")
    told = [line.task.pk for page in (first, following) for line in page.context["lines"]]
    assert len(set(told)) == 100
    assert "due=week" in text_of(first).split('rel="next"')[1][:80]


def test_with_whom_to_speak_is_a_link(csm):
    account = make_account(owner=csm.member)
    ana = make_contact(account, name="Ana Ruiz", role="champion")
    make_play(account)
    page = text_of(csm.get("/journey/tasks/"))
    assert f'Speak with <a href="/contacts/{ana.pk}/">Ana Ruiz</a> (Champion)' in page


def test_a_viewer_reads_and_does_nothing(workspace, noon):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    task = make_task()
    page = text_of(client.get("/journey/tasks/"))
    assert "Send the offer" in page
    assert "data-row-ack" not in page
    assert client.post(f"/tasks/{task.pk}/done/").status_code == 403


# ------------------------------------------------------------------------------------------------- one task
def test_a_task_is_added_on_the_accounts_page(csm):
    account = make_account(owner=csm.member)
    assert f'value="{csm.member.pk}" selected' in text_of(csm.get(f"/accounts/{account.pk}/tasks/new/"))
    form = {**FORM, "assignee": csm.member.pk, "role": "decision_maker"}
    added = csm.post(f"/accounts/{account.pk}/tasks/new/", form)
    assert added["Location"] == f"/accounts/{account.pk}/#tasks"
    task = Task.objects.get()
    assert (task.text, task.due_on, task.assignee, task.role, task.created_by) == (
        "Send the offer", TODAY + 2 * DAY, csm.member, "decision_maker", csm.member.user,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": " "}, "This field is required."),
        ({"due_on": "soon"}, "Enter a valid date."),
        ({"due_on": "1800-01-01"}, "A day from 1 Jan 1900 to 31 Dec 2199."),
        ({"assignee": "0"}, "Select a valid choice."),
        ({"role": "king"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_with_a_task_is_said_beside_its_field(csm, changes, error):
    response = csm.post(f"/accounts/{make_account().pk}/tasks/new/", {**FORM, **changes})
    assert response.status_code == 422
    assert error in text_of(response)


def test_a_task_is_changed_and_leads_back_to_the_list(csm):
    task = make_task()
    page = text_of(csm.get(f"/tasks/{task.pk}/edit/?next=/journey/tasks/%3Fdue%3Dlate"))
    assert 'value="Send the offer"' in page
    assert f'href="/tasks/{task.pk}/drop/?next=/journey/tasks/%3Fdue%3Dlate"' in page
    assert '<input type="hidden" name="next" value="/journey/tasks/?due=late">' in page
    changed = csm.post(f"/tasks/{task.pk}/edit/", {**FORM, "text": "Send it", "next": "/journey/tasks/?due=late"})
    assert changed["Location"] == "/journey/tasks/?due=late"
    task.refresh_from_db()
    assert (task.text, task.due_on) == ("Send it", TODAY + 2 * DAY)
    tasks.finish_task(task=task, **NOW)
    late = csm.post(f"/tasks/{task.pk}/edit/", FORM, follow=True)
    assert "This task was done or dropped before." in text_of(late)


def test_a_task_is_done_in_its_line_or_on_a_page(csm):
    task, other = make_task(), make_task()
    line = text_of(csm.post(f"/tasks/{task.pk}/done/", {"next": "/journey/tasks/"}, **HTMX))
    assert line.startswith(f'<li class="work is-settled" id="task-{task.pk}"')
    assert "Open again" in line
    assert task.account.name in line
    task.refresh_from_db()
    assert task.done_by == csm.member.user
    line = text_of(csm.post(f"/tasks/{task.pk}/reopened/", {"in": "account"}, **HTMX))
    assert "data-row-ack data-focus" in line
    assert "Drop" not in line
    assert task.account.name not in line
    assert csm.post(f"/tasks/{other.pk}/done/")["Location"] == f"/accounts/{other.account_id}/#tasks"


def test_what_somebody_did_before_is_told(csm):
    task = make_task()
    tasks.finish_task(task=task, **NOW)
    again = csm.post(f"/tasks/{task.pk}/done/", {"next": "/journey/tasks/"}, **HTMX)
    assert again["HX-Redirect"] == "/journey/tasks/"
    assert "This task was done or dropped before." in text_of(csm.get("/journey/tasks/"))
    tasks.reopen_task(task=task, **NOW)
    assert "This task is open already." in text_of(csm.post(f"/tasks/{task.pk}/reopened/", follow=True))
    play = make_play()
    step = play.tasks.first()
    plays.stop_play(play=play, reason="They left", **NOW)
    assert "Its playbook was stopped" in text_of(csm.post(f"/tasks/{step.pk}/reopened/", follow=True))


def test_a_task_is_dropped_with_a_reason(csm):
    task = make_task()
    address = f"/tasks/{task.pk}/drop/"
    assert "Send the offer" in text_of(csm.get(address))
    assert csm.post(address, {"reason": " "}).status_code == 422
    assert csm.post(address, {"reason": "They signed"})["Location"] == f"/accounts/{task.account_id}/#tasks"
    task.refresh_from_db()
    assert (task.drop_reason, task.dropped_by) == ("They signed", csm.member.user)


def test_another_workspaces_task_is_not_there(csm):
    with tenancy.entered(make_workspace("Other").pk):
        task = make_task()
    for what in ("edit", "drop"):
        assert csm.get(f"/tasks/{task.pk}/{what}/").status_code == 404
    assert csm.post(f"/tasks/{task.pk}/done/").status_code == 404


# --------------------------------------------------------------------------------------------- beside Today
def test_what_is_overdue_or_due_today_stands_beside_today(csm):
    make_task(make_account("Alder", owner=csm.member), "Call them")
    make_task(make_account(owner=csm.member), "Later", due_on=TODAY + DAY)
    make_task(text="Somebody's")
    beside = text_of(csm.get("/waiting/", **HTMX))
    assert "Call them" in beside
    assert "Alder" in beside
    assert "data-row-ack" in beside
    assert "Later" not in beside
    assert "Somebody&#x27;s" not in beside
    assert "Somebody&#x27;s" in text_of(csm.get("/waiting/?who=all"))
    for _ in range(8):
        make_task(assignee=csm.member)
    assert ">6+</span>" in text_of(csm.get("/waiting/", **HTMX))


def test_a_day_without_tasks_says_so(csm):
    assert "No task is overdue or due today." in text_of(csm.get("/waiting/"))
