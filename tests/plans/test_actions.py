from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Fact
from plans import queries
from plans.actions import goals, limits, milestones, versions
from plans.models import Goal, GoalReading, Milestone, PlanVersion
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
    make_user,
)

DAY = timedelta(days=1)
LATER = NOON + DAY
NOW = {"at": NOON, "by": None}


def kinds(noun=""):
    return list(Fact.objects.filter(kind__startswith=noun).order_by("pk").values_list("kind", flat=True))[-20:]


def told(kind):
    return Fact.objects.filter(kind=kind).latest("pk").data


def refused(act, **call):
    with pytest.raises(limits.Refused) as found, transaction.atomic():
        act(**call)
    return {name: str(words) for name, words in found.value.problems.items()}


# ------------------------------------------------------------------------------------------------- plans
def test_each_saving_is_a_version_that_builds_on_the_last(workspace):
    account, metric, user = make_account(), make_metric(), make_user()
    first = versions.save_plan(
        account=account,
        changes={"why_bought": " Lost tickets ", "metrics": [metric.pk, metric.pk], "sponsor_role": "champion"},
        at=NOON,
        by=user,
    )
    second = versions.save_plan(account=account, changes={"use_case": "One queue"}, at=LATER, by=None)
    assert PlanVersion.objects.count() == 2
    assert queries.newest(account) == second
    assert (second.why_bought, second.use_case, second.metrics, second.sponsor_role) == (
        "Lost tickets", "One queue", [metric.pk], "champion",
    )  # fmt: skip
    assert (first.by, second.by, first.use_case) == (user, None, "")
    assert kinds("plan") == ["plan.saved", "plan.saved"]
    assert told("plan.saved") == {"plan_id": second.pk, "name": "One queue", "fields": ["use_case"]}


def test_what_changes_nothing_is_no_version(workspace):
    first = make_plan()
    again = versions.save_plan(account=first.account, changes={"use_case": f" {first.use_case} "}, at=LATER, by=None)
    assert (again, PlanVersion.objects.count()) == (first, 1)


def test_the_first_may_say_nothing(workspace):
    assert versions.save_plan(account=make_account(), changes={}, **NOW).pk
    assert kinds("plan") == ["plan.saved"]


def test_a_confirmation_is_told_by_itself_unless_more_changes(workspace):
    plan = make_plan()
    versions.save_plan(account=plan.account, changes={"confirmed_on": TODAY}, at=LATER, by=None)
    assert kinds("plan") == ["plan.saved", "plan.confirmed"]
    assert told("plan.confirmed")["on"] == "2026-06-15"
    versions.save_plan(
        account=plan.account, changes={"confirmed_on": TODAY + DAY, "replaces": "Mail"}, at=LATER, by=None
    )
    assert kinds("plan")[2:] == ["plan.saved", "plan.confirmed"]
    versions.save_plan(account=plan.account, changes={"confirmed_on": None}, at=LATER, by=None)
    assert kinds("plan")[4:] == ["plan.saved"]


@pytest.mark.parametrize(
    ("changes", "intent", "on"),
    [
        ({"renewal_intent": 4}, 4, TODAY + DAY),
        ({"renewal_intent": 4, "renewal_intent_on": TODAY}, 4, TODAY),
        ({"renewal_intent": 3}, 3, TODAY - DAY),
        ({"renewal_intent": 3, "renewal_intent_on": None}, 3, TODAY - DAY),
        ({"renewal_intent": 3, "renewal_intent_on": TODAY}, 3, TODAY),
        ({"renewal_intent_on": TODAY}, 3, TODAY),
        ({"renewal_intent": None}, None, None),
        ({"replaces": "Mail"}, 3, TODAY - DAY),
    ],
)
def test_an_intent_goes_with_its_day(workspace, changes, intent, on):
    plan = make_plan(renewal_intent=3, renewal_intent_on=TODAY - DAY)
    saved = versions.save_plan(account=plan.account, changes=changes, at=LATER, by=None)
    assert (saved.renewal_intent, saved.renewal_intent_on) == (intent, on)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"expected_on": date(1999, 12, 31)}, {"expected_on": "A day from 2000 on, and at most ten years ahead."}),
        ({"expected_on": date(2036, 6, 16)}, {"expected_on": "A day from 2000 on, and at most ten years ahead."}),
        ({"confirmed_on": TODAY + DAY}, {"confirmed_on": "This day has not come yet."}),
        ({"confirmed_on": date(1, 1, 1)}, {"confirmed_on": "A day from 2000 on, and at most ten years ahead."}),
        ({"metrics": [987654321]}, {"metrics": "One of these metrics does not exist."}),
        ({"renewal_intent": 6}, {"renewal_intent": "A number from 1 to 5."}),
        ({"renewal_intent": 0}, {"renewal_intent": "A number from 1 to 5."}),
        ({"renewal_intent_on": TODAY}, {"renewal_intent_on": "Say what they intend, too."}),
        (
            {"renewal_intent": 2, "renewal_intent_on": TODAY + DAY},
            {"renewal_intent_on": "This day has not come yet."},
        ),
    ],
)
def test_what_a_plan_cannot_say(workspace, changes, problems):
    assert refused(versions.save_plan, account=make_account(), changes=changes, **NOW) == problems
    assert PlanVersion.objects.count() == 0


# ------------------------------------------------------------------------------------------------- goals
def test_a_goal_is_set_read_reached_and_confirmed(workspace):
    goal = make_goal(name=" Sign in ", unit="seats", site="Berlin", weight=3)
    contact = make_contact(goal.account, name="Mei Chen")
    assert (goal.name, goal.site, goal.weight, goal.is_open) == ("Sign in", "Berlin", 3, True)
    reading, is_new = goals.read_goal(goal=goal, day=TODAY, value=40, **NOW)
    goals.reach_goal(goal=goal, on=TODAY, **NOW)
    done = goals.confirm_goal(goal=goal, on=TODAY, contact=contact, **NOW)
    assert (is_new, reading.value) == (True, 40)
    assert (done.reached_on, done.confirmed_on, done.confirmed_by, done.is_open) == (TODAY, TODAY, contact, False)
    assert kinds("goal") == ["goal.set", "goal.read", "goal.reached", "goal.confirmed"]
    assert told("goal.set") == {
        "goal_id": goal.pk, "name": "Sign in", "due_on": "2026-08-04", "target": 100.0, "unit": "seats",
    }  # fmt: skip
    assert told("goal.confirmed")["contact_id"] == contact.pk


def test_a_second_reading_of_a_day_replaces_the_first(workspace):
    goal = make_goal()
    first = make_goal_reading(goal, 40)
    user = make_user()
    again, is_new = goals.read_goal(goal=goal, day=TODAY, value=45, at=LATER, by=user)
    same, _ = goals.read_goal(goal=goal, day=TODAY, value=45, at=LATER, by=None)
    assert (again.pk, is_new, same.by) == (first.pk, False, user)
    assert (GoalReading.objects.get().value, GoalReading.objects.get().recorded_at) == (45, LATER)
    assert kinds("goal") == ["goal.set", "goal.read", "goal.read"]


def test_a_goal_with_a_metric_is_not_read_by_hand(workspace):
    goal = make_goal(metric=make_metric())
    assert refused(goals.read_goal, goal=goal, day=TODAY, value=1, **NOW) == {
        "goal": "This goal is read from its metric."
    }


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"day": TODAY + DAY, "value": 1}, {"day": "This day has not come yet."}),
        ({"day": date(1999, 1, 1), "value": 1}, {"day": "A day from 2000 on, and at most ten years ahead."}),
        ({"day": TODAY, "value": float("nan")}, {"value": "A number between minus and plus 1,000,000,000,000."}),
        ({"day": TODAY, "value": float("inf")}, {"value": "A number between minus and plus 1,000,000,000,000."}),
        ({"day": TODAY, "value": -2e12}, {"value": "A number between minus and plus 1,000,000,000,000."}),
    ],
)
def test_what_no_reading_can_be(workspace, told, fields):
    assert refused(goals.read_goal, goal=make_goal(), **told, **NOW) == fields


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"name": "  "}, {"name": "This field is required."}),
        ({"due_on": TODAY - 50 * DAY}, {"due_on": "A goal is due after it begins."}),
        ({"due_on": TODAY - 60 * DAY}, {"due_on": "A goal is due after it begins."}),
        ({"due_on": date(2036, 7, 1)}, {"due_on": "A day from 2000 on, and at most ten years ahead."}),
        ({"starts_on": date(1999, 1, 1)}, {"starts_on": "A day from 2000 on, and at most ten years ahead."}),
        ({"target": 0.0}, {"target": "The target differs from where it begins."}),
        ({"target": 1e-12}, {"target": "The target differs from where it begins."}),
        ({"target": float("nan")}, {"target": "A number between minus and plus 1,000,000,000,000."}),
        ({"baseline": float("-inf")}, {"baseline": "A number between minus and plus 1,000,000,000,000."}),
        ({"baseline": 1e13}, {"baseline": "A number between minus and plus 1,000,000,000,000."}),
        ({"weight": 0}, {"weight": "A number from 1 to 100."}),
        ({"weight": 101}, {"weight": "A number from 1 to 100."}),
        ({"name": "", "weight": 0}, {"name": "This field is required.", "weight": "A number from 1 to 100."}),
        (
            {"due_on": TODAY - 60 * DAY, "target": 0.0},
            {"due_on": "A goal is due after it begins.", "target": "The target differs from where it begins."},
        ),
    ],
)
def test_what_no_goal_can_be(workspace, fields, problems):
    account = make_account()
    assert refused(make_goal, account=account, **fields) == problems
    goal = make_goal(account)
    assert refused(goals.change_goal, goal=goal, changes=fields, **NOW) == problems
    assert list(Goal.objects.values_list("name", flat=True)) == ["Everybody signs in"]


def test_a_change_is_told_with_what_it_was(workspace):
    goal, metric = make_goal(), make_metric()
    changed = goals.change_goal(
        goal=goal, changes={"target": 80.0, "due_on": TODAY, "metric": metric, "name": "Signed in"}, **NOW
    )
    assert (changed.target, changed.due_on, changed.metric) == (80.0, TODAY, metric)
    assert told("goal.changed") == {
        "goal_id": goal.pk, "name": "Signed in", "fields": ["due_on", "metric", "name", "target"],
        "before": {"target": 100.0, "due_on": "2026-08-04"},
    }  # fmt: skip
    goals.change_goal(goal=goal, changes={"target": 80.0, "account": None}, **NOW)
    assert kinds("goal") == ["goal.set", "goal.changed"]


def test_what_was_reached_stands(workspace):
    goal = make_goal()
    with pytest.raises(limits.NotReached):
        goals.confirm_goal(goal=goal, on=TODAY, **NOW)
    goals.reach_goal(goal=goal, on=TODAY - DAY, **NOW)
    with pytest.raises(limits.AlreadyReached):
        goals.reach_goal(goal=goal, on=TODAY, **NOW)
    with pytest.raises(limits.AlreadyReached):
        goals.end_goal(goal=goal, on=TODAY, **NOW)
    goals.confirm_goal(goal=goal, on=TODAY, **NOW)
    with pytest.raises(limits.AlreadyConfirmed):
        goals.confirm_goal(goal=goal, on=TODAY, **NOW)
    assert "contact_id" not in told("goal.confirmed")


@pytest.mark.parametrize(
    ("act", "days", "words"),
    [
        (goals.reach_goal, 1, "This day has not come yet."),
        (goals.reach_goal, -51, "Not before the goal begins."),
        (goals.end_goal, 1, "This day has not come yet."),
        (goals.confirm_goal, 1, "This day has not come yet."),
        (goals.confirm_goal, -2, "Not before the goal was reached."),
    ],
)
def test_days_that_cannot_be(workspace, act, days, words):
    goal = make_goal()
    if act is goals.confirm_goal:
        goals.reach_goal(goal=goal, on=TODAY - DAY, **NOW)
    assert refused(act, goal=goal, on=TODAY + days * DAY, **NOW) == {"on": words}


def test_a_stranger_confirms_nothing(workspace):
    goal = goals.reach_goal(goal=make_goal(), on=TODAY, **NOW)
    stranger = make_contact(make_account())
    assert refused(goals.confirm_goal, goal=goal, on=TODAY, contact=stranger, **NOW) == {
        "contact": "This contact belongs to another account."
    }


def test_a_goal_that_was_given_up_can_only_be_opened_again(workspace):
    goal = make_goal()
    assert goals.end_goal(goal=goal, on=TODAY, **NOW).ended_on == TODAY
    for act, more in (
        (goals.end_goal, {"on": TODAY}),
        (goals.reach_goal, {"on": TODAY}),
        (goals.confirm_goal, {"on": TODAY}),
        (goals.read_goal, {"day": TODAY, "value": 1}),
        (goals.change_goal, {"changes": {"name": "x"}}),
    ):
        with pytest.raises(limits.GoalEnded):
            act(goal=goal, **more, **NOW)
    assert goals.reopen_goal(goal=goal, **NOW).is_open
    with pytest.raises(limits.StillOpen):
        goals.reopen_goal(goal=goal, **NOW)
    assert kinds("goal") == ["goal.set", "goal.ended", "goal.reopened"]


def test_opened_again_nothing_is_confirmed(workspace):
    goal = make_goal()
    goals.reach_goal(goal=goal, on=TODAY, **NOW)
    goals.confirm_goal(goal=goal, on=TODAY, contact=make_contact(goal.account), **NOW)
    again = goals.reopen_goal(goal=goal, **NOW)
    assert (again.reached_on, again.confirmed_on, again.confirmed_by) == (None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": 0.0},
        {"due_on": TODAY - 50 * DAY},
        {"weight": 0},
        {"confirmed_on": TODAY},
        {"reached_on": TODAY, "ended_on": TODAY},
    ],
)
def test_the_database_holds_what_must_be_true(workspace, wrong):
    goal = make_goal()
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.filter(pk=goal.pk).update(**wrong)


# ------------------------------------------------------------------------------------------------- milestones
def test_a_milestone_is_planned_changed_done_and_open_again(workspace):
    one = make_milestone(due_on=TODAY - 3 * DAY, material=" https://help.example/kick-off ")
    changed = milestones.change_milestone(
        milestone=one, changes={"name": "Kick-off with all", "due_on": TODAY - 2 * DAY}, **NOW
    )
    assert (changed.name, changed.material) == ("Kick-off with all", "https://help.example/kick-off")
    assert told("milestone.changed")["before"] == {"due_on": "2026-06-12"}
    done = milestones.finish_milestone(milestone=one, on=TODAY, **NOW)
    assert (done.done_on, done.done_recorded_at, told("milestone.done")["days_late"]) == (TODAY, NOON, 2)
    with pytest.raises(limits.AlreadyDone):
        milestones.finish_milestone(milestone=one, on=TODAY, **NOW)
    milestones.change_milestone(milestone=one, changes={"phase": "adoption"}, **NOW)
    milestones.change_milestone(milestone=one, changes={"phase": "adoption"}, **NOW)
    again = milestones.reopen_milestone(milestone=one, **NOW)
    assert (again.done_on, again.done_recorded_at) == (None, None)
    with pytest.raises(limits.StillOpen):
        milestones.reopen_milestone(milestone=one, **NOW)
    assert kinds("milestone") == [
        "milestone.planned", "milestone.changed", "milestone.done", "milestone.changed", "milestone.reopened",
    ]  # fmt: skip


def test_a_milestone_done_early_is_not_late(workspace):
    milestones.finish_milestone(milestone=make_milestone(due_on=TODAY + DAY), on=TODAY, **NOW)
    assert told("milestone.done")["days_late"] == 0


def test_a_milestone_is_removed_once(workspace):
    one = make_milestone()
    milestones.remove_milestone(milestone=one, **NOW)
    milestones.remove_milestone(milestone=one, **NOW)
    assert Milestone.objects.count() == 0
    assert kinds("milestone") == ["milestone.planned", "milestone.removed"]


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"name": ""}, {"name": "This field is required."}),
        ({"phase": "party"}, {"phase": "No such phase."}),
        ({"due_on": date(1999, 1, 1)}, {"due_on": "A day from 2000 on, and at most ten years ahead."}),
        ({"material": "javascript:alert(1)"}, {"material": "An address that begins with http:// or https://."}),
        ({"material": "ftp://files.example/"}, {"material": "An address that begins with http:// or https://."}),
        ({"position": -1}, {"position": "A number from 0 to 32767."}),
        ({"position": 32_768}, {"position": "A number from 0 to 32767."}),
    ],
)
def test_what_no_milestone_can_be(workspace, fields, problems):
    one = make_milestone()
    assert refused(make_milestone, account=one.account, **fields) == problems
    assert refused(milestones.change_milestone, milestone=one, changes=fields, **NOW) == problems


def test_a_milestone_is_not_done_tomorrow(workspace):
    assert refused(milestones.finish_milestone, milestone=make_milestone(), on=TODAY + DAY, **NOW) == {
        "on": "This day has not come yet."
    }


def test_a_leap_day_has_a_last_day_ten_years_ahead():
    assert limits.latest(date(2028, 2, 29)) == date(2038, 2, 28)
