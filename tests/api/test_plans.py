"""Success plans, goals, readings and milestones over the API."""

from datetime import timedelta

import pytest
import time_machine

from plans.actions import goals as goal_actions
from plans.models import Goal, GoalReading, Milestone, PlanVersion
from tests.api.conftest import Api, detail, errors, make_token, wrong
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_goal,
    make_goal_reading,
    make_metric,
    make_milestone,
    make_plan,
    make_workspace,
)
from workspaces import tenancy

DAY = timedelta(days=1)
HUGE = 10**400
DAYS = {"starts_on": "2026-06-01", "due_on": "2026-12-01"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_plan_is_saved_again_by_what_is_new(api):
    account, metric = make_account(), make_metric()
    body = {"account": account.pk, "use_case": "One queue", "sponsor_role": "champion", "metrics": [metric.pk]}
    made = api.post("plans/", body)
    assert (made.status_code, made.json()["is_current"], made.json()["renewal_intent_on"]) == (201, True, None)
    with time_machine.travel(NOON + DAY, tick=False):
        second = api.post("plans/", {"account": account.pk, "renewal_intent": 4, "sponsor_role": None}).json()
        same = api.post("plans/", {"account": account.pk, "renewal_intent": 4})
    assert (second["use_case"], second["sponsor_role"], second["renewal_intent_on"]) == (
        "One queue", None, "2026-06-16",
    )  # fmt: skip
    assert (same.json()["id"], PlanVersion.objects.count()) == (second["id"], 2)
    assert api.ids("plans/", account=account.pk) == [made.json()["id"], second["id"]]
    assert api.ids("plans/", account=account.pk, current="true") == [second["id"]]
    assert api.get(f"plans/{made.json()['id']}/").json()["is_current"] is False


def test_what_a_plan_cannot_say_is_named(api):
    account = make_account()
    assert errors(api.post("plans/", {"account": account.pk, "metrics": [4711], "confirmed_on": "2026-06-16"})) == {
        "metrics": ["One of these metrics does not exist."],
        "confirmed_on": ["This day has not come yet."],
    }
    assert wrong(api.post("plans/", {"account": account.pk, "renewal_intent": 6, "sponsor_role": "boss"})) == [
        "sponsor_role", "renewal_intent",
    ]  # fmt: skip


def test_a_goal_goes_its_way(api):
    account = make_account()
    contact = make_contact(account)
    body = {"account": account.pk, "name": "Sign in", "baseline": 0, "target": 100, **DAYS}
    goal = api.post("goals/", body).json()
    assert (goal["standing"], goal["value"], goal["attained"], goal["pace"]) == ("unread", None, None, None)
    path = f"goals/{goal['id']}"
    assert api.post("goal-readings/", {"goal": goal["id"], "day": "2026-06-15", "value": 50}).status_code == 201
    again = api.post("goal-readings/", {"goal": goal["id"], "day": "2026-06-15", "value": 60})
    assert (again.status_code, again.json()["account"], again.json()["value"]) == (200, account.pk, 60)
    now = api.get(f"{path}/").json()
    assert (now["value"], now["read_on"], now["attained"], now["standing"]) == (60, "2026-06-15", 0.6, "ahead")
    assert now["expected"] == pytest.approx(14 / 183)
    assert api.patch(f"{path}/", {"target": 50, "weight": 9}).json()["weight"] == 9
    assert api.post(f"{path}/reach/", {"on": "2026-06-15"}).json()["standing"] == "reached"
    told = api.post(f"{path}/confirm/", {"on": "2026-06-15", "contact": contact.pk}).json()
    assert (told["confirmed_on"], told["confirmed_by"]) == ("2026-06-15", contact.pk)
    assert api.post(f"{path}/confirm/", {"on": "2026-06-15"}).status_code == 409
    assert api.post(f"{path}/reopen/").json()["reached_on"] is None
    assert detail(api.post(f"{path}/confirm/", {"on": "2026-06-15"})) == "This goal is not reached yet."
    assert api.post(f"{path}/end/", {"on": "2026-06-15"}).json()["standing"] == "ended"
    assert detail(api.patch(f"{path}/", {"weight": 1})) == "This goal was given up."


def test_goals_are_found(api):
    account = make_account()
    open_goal, other = make_goal(account), make_goal(make_account(), due_on=TODAY + 5 * DAY)
    ended = goal_actions.end_goal(goal=make_goal(account), on=TODAY, at=NOON, by=None)
    assert api.ids("goals/", account=account.pk) == [open_goal.pk, ended.pk]
    assert api.ids("goals/", open="true") == [open_goal.pk, other.pk]
    assert api.ids("goals/", open="false") == [ended.pk]
    assert api.ids("goals/", due_before="2026-07-01") == [other.pk]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"target": 0}, ["target"]),
        ({"target": "NaN"}, ["target"]),
        ({"target": "Infinity"}, ["target"]),
        ({"baseline": -1e13}, ["baseline"]),
        ({"baseline": HUGE}, ["baseline"]),
        ({"due_on": "2026-06-01"}, ["due_on"]),
        ({"starts_on": "1999-12-31", "due_on": "2036-07-01"}, ["starts_on", "due_on"]),
        ({"weight": 101, "name": " "}, ["name", "weight"]),
        ({"metric": 4711}, ["metric"]),
    ],
)
def test_what_no_goal_can_be_is_named(api, changes, fields):
    goal = make_goal()
    body = {"account": goal.account_id, "name": "Sign in", "baseline": 0, "target": 100, **DAYS}
    assert wrong(api.post("goals/", body | changes)) == fields
    assert wrong(api.patch(f"goals/{goal.pk}/", {**DAYS, **changes})) == fields
    assert Goal.objects.count() == 1


def test_a_reading_is_refused_by_its_field(api):
    goal, by_metric = make_goal(), make_goal(metric=make_metric())
    assert wrong(api.post("goal-readings/", {"goal": goal.pk, "day": "2026-06-16", "value": 1})) == ["day"]
    assert wrong(api.post("goal-readings/", {"goal": goal.pk, "day": "2026-06-15", "value": "nan"})) == ["value"]
    assert wrong(api.post("goal-readings/", {"goal": by_metric.pk, "day": "2026-06-15", "value": 1})) == ["goal"]
    assert GoalReading.objects.count() == 0


def test_readings_are_found(api):
    goal = make_goal()
    old, new = make_goal_reading(goal, 1, day=TODAY - 9 * DAY), make_goal_reading(goal, 2)
    other = make_goal_reading()
    assert api.ids("goal-readings/", account=goal.account_id) == [old.pk, new.pk]
    assert api.ids("goal-readings/", goal=other.goal_id) == [other.pk]
    assert api.ids("goal-readings/", since="2026-06-10", goal=goal.pk) == [new.pk]
    assert api.ids("goal-readings/", until="2026-06-10") == [old.pk]


def test_a_milestone_goes_its_way(api):
    account = make_account()
    body = {"account": account.pk, "name": "Kick-off", "phase": "onboarding", "due_on": "2026-06-10"}
    made = api.post("milestones/", body).json()
    path = f"milestones/{made['id']}"
    assert (made["done_on"], made["position"], made["material"]) == (None, 0, "")
    changed = api.patch(f"{path}/", {"material": "https://help.example/", "position": 3}).json()
    assert (changed["material"], changed["position"]) == ("https://help.example/", 3)
    assert wrong(api.patch(f"{path}/", {"material": "javascript:alert(1)"})) == ["material"]
    assert wrong(api.patch(f"{path}/", {"material": "ftp://files.example/"})) == ["material"]
    assert wrong(api.post(f"{path}/finish/", {"on": "2026-06-16"})) == ["on"]
    assert api.post(f"{path}/finish/", {"on": "2026-06-12"}).json()["done_on"] == "2026-06-12"
    assert api.post(f"{path}/finish/", {"on": "2026-06-12"}).status_code == 409
    assert api.ids("milestones/", open="true") == []
    assert api.post(f"{path}/reopen/").json()["done_on"] is None
    assert api.ids("milestones/", open="true", phase="onboarding", due_before="2026-06-11") == [made["id"]]
    assert api.post(f"{path}/remove/").status_code == 204
    assert Milestone.objects.count() == 0


@pytest.mark.parametrize("path", ["goals", "milestones"])
def test_they_stay_with_their_account(api, path):
    row = make_goal() if path == "goals" else make_milestone()
    other = make_account()
    assert wrong(api.patch(f"{path}/{row.pk}/", {"account": other.pk})) == ["account"]
    assert api.patch(f"{path}/{row.pk}/", {"account": row.account_id}).status_code == 200


def test_another_workspaces_rows_do_not_exist(api):
    with tenancy.entered(make_workspace("Other").pk):
        plan, reading, step = make_plan(), make_goal_reading(), make_milestone()
    for path in (
        f"plans/{plan.pk}",
        f"goals/{reading.goal_id}",
        f"goal-readings/{reading.pk}",
        f"milestones/{step.pk}",
    ):
        assert api.get(f"{path}/").status_code == 404
    told = api.post("goal-readings/", {"goal": reading.goal_id, "day": "2026-06-15", "value": 1})
    assert wrong(told) == ["goal"]


def test_scopes(workspace):
    goal = make_goal()
    reader = Api(make_token("plans:read"))
    assert reader.get("goals/").status_code == 200
    assert reader.post(f"goals/{goal.pk}/end/", {"on": "2026-06-15"}).status_code == 403
    assert Api(make_token("expectations:write")).get("goals/").status_code == 403
