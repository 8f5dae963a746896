"""Playbooks, plays and tasks over the API."""

from datetime import timedelta

import pytest
import time_machine

from accounts.actions import facts as fact_actions
from journeys.models import Playbook, Task
from tests.api.conftest import Api, detail, errors, make_token
from tests.builders import NOON, TODAY, make_account, make_member, make_play, make_playbook, make_task
from workspaces import actions as workspace_actions

DAY = timedelta(days=1)
STEP = {"text": "Call", "due_in_days": 2, "role": "champion"}
BODY = {"name": "Seats fell", "about": "Ask why", "steps": [STEP, {"text": "Read", "due_in_days": 0, "role": None}]}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


# ----------------------------------------------------------------------------------------------- playbooks
def test_a_playbook_is_written_changed_and_retired(api):
    made = api.post("playbooks/", BODY)
    assert made.status_code == 201
    told = made.json()
    assert (told["name"], told["about"], told["retired_at"]) == ("Seats fell", "Ask why", None)
    assert told["steps"] == [{"text": "Read", "due_in_days": 0, "role": None}, STEP]
    path = f"playbooks/{told['id']}"
    assert api.patch(f"{path}/", {"steps": [STEP]}).json()["steps"] == [STEP]
    assert api.post(f"{path}/retire/").json()["retired_at"] == "2026-06-15T12:00:00Z"
    assert told["id"] in api.ids("playbooks/", in_use="false")
    assert api.post(f"{path}/restore/").json()["retired_at"] is None
    assert told["id"] in api.ids("playbooks/", in_use="true")


def test_two_playbooks_in_use_have_two_names(api):
    old = make_playbook("Seats fell")
    assert api.post("playbooks/", BODY).status_code == 409
    api.post(f"playbooks/{old.pk}/retire/")
    new = api.post("playbooks/", BODY).json()
    taken = "Another playbook in use has this name."
    assert detail(api.post(f"playbooks/{old.pk}/restore/")) == taken
    assert detail(api.patch(f"playbooks/{new['id']}/", {"name": "usage fell"})) == taken


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x" * 81}, "name"),
        ({"name": " "}, "name"),
        ({"steps": []}, "steps"),
        ({"steps": [STEP] * 21}, "steps"),
        ({"steps": [{**STEP, "text": ""}]}, "steps.0.text"),
        ({"steps": [{**STEP, "due_in_days": 366}]}, "steps.0.due_in_days"),
        ({"steps": [{**STEP, "role": "king"}]}, "steps.0.role"),
        ({"steps": [{"text": "Call"}]}, "steps.0.due_in_days"),
    ],
)
def test_what_is_wrong_with_a_playbook_is_named(api, changes, field):
    response = api.post("playbooks/", {**BODY, **changes})
    assert response.status_code == 400
    assert list(errors(response)) == [field]
    assert not Playbook.objects.filter(name="Seats fell").exists()


# --------------------------------------------------------------------------------------------------- plays
def test_a_playbook_is_started_and_worked_through(api):
    owner = make_member()
    account, playbook = make_account(owner=owner), make_playbook()
    fact_actions.record_fact(account=account, kind="alert.opened", at=NOON, alert_id=7)
    made = api.post("plays/", {"account": account.pk, "playbook": playbook.pk, "alert": 7})
    assert made.status_code == 201
    told = made.json()
    assert (told["alert"], told["steps"], told["settled"], told["next_on"], told["ended_how"]) == (
        7, 2, 0, "2026-06-15", None,
    )  # fmt: skip
    assert api.ids("plays/", account=account.pk, running="true") == [told["id"]]
    first, second = api.get("tasks/", play=told["id"]).json()["results"]
    assert (first["text"], first["assignee"], first["role"], second["role"]) == ("Read", owner.pk, None, "champion")
    assert api.post(f"tasks/{first['id']}/finish/").json()["done_at"] == "2026-06-15T12:00:00Z"
    dropped = api.post(f"tasks/{second['id']}/drop/", {"reason": "They called"}).json()
    assert (dropped["drop_reason"], dropped["dropped_at"]) == ("They called", "2026-06-15T12:00:00Z")
    ended = api.get(f"plays/{told['id']}/").json()
    assert (ended["ended_how"], ended["settled"], ended["next_on"]) == ("finished", 2, None)
    api.post(f"tasks/{second['id']}/reopen/")
    assert api.get(f"plays/{told['id']}/").json()["ended_at"] is None


def test_what_cannot_be_started_is_refused(api):
    running = make_play()
    body = {"account": running.account_id, "playbook": running.playbook_id}
    assert detail(api.post("plays/", body)) == "This playbook runs on the account already."
    other = make_playbook()
    body = {"account": running.account_id, "playbook": other.pk}
    assert errors(api.post("plays/", {**body, "alert": 7})) == {"alert": ["The account has no such alert."]}
    api.post(f"playbooks/{other.pk}/retire/")
    assert errors(api.post("plays/", body)) == {"playbook": ["This playbook was retired."]}


def test_a_play_is_stopped_once(api):
    play = make_play()
    assert list(errors(api.post(f"plays/{play.pk}/stop/", {"reason": " "}))) == ["reason"]
    stopped = api.post(f"plays/{play.pk}/stop/", {"reason": "They left"}).json()
    assert (stopped["ended_how"], stopped["ended_why"]) == ("stopped", "They left")
    assert api.post(f"plays/{play.pk}/stop/", {"reason": "Again"}).status_code == 409


def test_a_start_is_taken_back_within_ten_minutes(api, noon):
    play, late = make_play(), make_play()
    assert api.post(f"plays/{play.pk}/undo/").status_code == 204
    assert api.get(f"plays/{play.pk}/").status_code == 404
    noon.shift(timedelta(minutes=11))
    assert api.post(f"plays/{late.pk}/undo/").status_code == 409


# --------------------------------------------------------------------------------------------------- tasks
def test_a_task_is_added_changed_and_found(api):
    account, member = make_account(), make_member()
    made = api.post("tasks/", {"account": account.pk, "text": "Send it", "due_on": "2026-06-17", "role": None})
    assert made.status_code == 201
    told = made.json()
    assert (told["play"], told["assignee"], told["role"], told["due_on"]) == (None, None, None, "2026-06-17")
    path = f"tasks/{told['id']}/"
    changed = api.patch(path, {"assignee": member.pk, "account": account.pk}).json()
    assert changed["assignee"] == member.pk
    assert api.ids("tasks/", account=account.pk, assignee=member.pk, open="true", due_before="2026-06-18") == [
        told["id"]
    ]
    assert api.ids("tasks/", due_before="2026-06-17") == []
    assert api.ids("tasks/", open="false") == []


def test_what_is_wrong_with_a_task_is_named(api):
    gone = make_member()
    workspace_actions.end_membership(member=gone, at=NOON, by=make_member("admin").user)
    task = make_task()
    assert errors(api.patch(f"tasks/{task.pk}/", {"account": make_account().pk})) == {
        "account": ["A task stays with its account."]
    }
    assert errors(api.patch(f"tasks/{task.pk}/", {"assignee": gone.pk})) == {"assignee": ["This member has left."]}
    assert errors(api.patch(f"tasks/{task.pk}/", {"due_on": "1800-01-01"})) == {"due_on": ["A day from 1900 to 2199."]}
    assert Task.objects.get().due_on == TODAY


def test_what_is_settled_is_not_settled_again(api):
    task = make_task()
    assert api.post(f"tasks/{task.pk}/reopen/").status_code == 409
    api.post(f"tasks/{task.pk}/finish/")
    settled = "This task was done or dropped before."
    assert detail(api.post(f"tasks/{task.pk}/finish/")) == settled
    assert detail(api.post(f"tasks/{task.pk}/drop/", {"reason": "No"})) == settled
    assert detail(api.patch(f"tasks/{task.pk}/", {"text": "New"})) == settled


def test_reading_is_not_writing(workspace):
    reader = Api(make_token("journeys:read"))
    task = make_task()
    assert reader.ids("tasks/") == [task.pk]
    assert reader.post(f"tasks/{task.pk}/finish/").status_code == 403
