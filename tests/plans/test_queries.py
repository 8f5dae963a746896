from datetime import timedelta

import pytest

from accounts.models import MetricDay
from plans import queries
from plans.actions import goals as goal_actions
from plans.actions import versions
from plans.models import Milestone
from plans.progress import Standing
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_goal,
    make_goal_reading,
    make_metric,
    make_milestone,
    make_plan,
    make_workspace,
)
from workspaces import tenancy

DAY = timedelta(days=1)
NOW = {"at": NOON, "by": None}


def standing(goal, day=TODAY):
    return queries.standing(queries.goals(day).get(pk=goal.pk), day)


def measure(goal, day, n, total, last):
    MetricDay.objects.create(account=goal.account, metric=goal.metric, day=day, n=n, total=total, last=last)


def test_the_newest_version_counts_by_when_it_was_recorded(workspace):
    account = make_account()
    make_plan(account)
    newest = versions.save_plan(account=account, changes={"replaces": "Mail"}, at=NOON + DAY, by=None)
    make_plan(make_account())
    assert queries.newest(account) == newest
    assert [one.is_current for one in queries.versions().filter(account=account).order_by("pk")] == [False, True]
    assert queries.newest(make_account()) is None


def test_what_is_missing_of_a_plan(workspace):
    assert queries.missing(None) == list(queries.PARTS)
    plan = make_plan(why_bought="x", sponsor_role="champion", expected_on=TODAY)
    assert queries.missing(plan) == ["replaces", "success_criteria"]


def test_metrics_that_are_gone_are_left_out(workspace):
    metric, other = make_metric("logins"), make_metric("orders")
    plan = make_plan(metrics=[metric.pk, other.pk])
    other.delete()
    assert queries.metrics_of(plan) == [metric]


def test_the_newest_reading_by_hand_counts_and_none_of_the_future(workspace):
    goal = make_goal()
    assert standing(goal).standing == Standing.UNREAD
    make_goal_reading(goal, 20, day=TODAY - 9 * DAY)
    make_goal_reading(goal, 60, day=TODAY - DAY)
    make_goal_reading(make_goal(goal.account), 99)
    assert (standing(goal).value, standing(goal).read_on) == (60, TODAY - DAY)
    assert standing(goal, TODAY - 5 * DAY).value == 20
    assert [one.value for one in queries.readings_of(goal)] == [60, 20]


@pytest.mark.parametrize(("kind", "value"), [("gauge", 7), ("counter", 30), ("rating", 15)])
def test_a_metric_is_read_on_its_newest_day(workspace, kind, value):
    goal = make_goal(metric=make_metric("seats", kind))
    assert standing(goal).standing == Standing.UNREAD
    measure(goal, TODAY - 2 * DAY, 1, 1, 1)
    measure(goal, TODAY, 2, 30, 7)
    measure(goal, TODAY + DAY, 1, 99, 99)
    assert (standing(goal).value, standing(goal).read_on) == (value, TODAY)


def test_a_metric_that_is_no_number_was_not_read(workspace):
    goal = make_goal(metric=make_metric("seats", "gauge"))
    measure(goal, TODAY, 1, float("nan"), float("nan"))
    assert (standing(goal).value, standing(goal).read_on, standing(goal).standing) == (None, None, Standing.UNREAD)


def test_goals_stand_open_then_reached_then_given_up(workspace):
    account = make_account()
    ended, reached, late, soon = (
        make_goal(account, name, due_on=TODAY + days * DAY)
        for name, days in (("ended", 1), ("reached", 2), ("late", 30), ("soon", 10))
    )
    goal_actions.end_goal(goal=ended, on=TODAY, **NOW)
    goal_actions.reach_goal(goal=reached, on=TODAY, **NOW)
    make_goal(make_account())
    found = queries.goals_of(account, TODAY)
    assert list(found) == [soon, late, reached, ended]
    assert list(found.open()) == [soon, late]
    assert list(found.closed()) == [reached, ended]
    assert [line.progress.standing for line in queries.lines(found, TODAY)][2:] == [Standing.REACHED, Standing.ENDED]


def test_milestones_stand_by_phase_and_place(workspace):
    account = make_account()
    renewal = make_milestone(account, "Renewal", phase="renewal")
    later = make_milestone(account, "Later", due_on=TODAY + DAY)
    first = make_milestone(account, "First")
    last = make_milestone(account, "Last", position=1, due_on=TODAY - DAY)
    make_milestone(make_account())
    assert queries.by_phase(queries.milestones_of(account)) == [
        ("onboarding", [first, later, last]),
        ("renewal", [renewal]),
    ]
    Milestone.objects.filter(pk=last.pk).update(done_on=TODAY, done_recorded_at=NOON)
    assert list(queries.next_milestones(account)) == [renewal, first, later]


def test_another_workspaces_plans_are_not_seen(workspace):
    with tenancy.entered(make_workspace("Other").pk):
        plan = make_plan()
        make_goal_reading(make_goal(plan.account))
        make_milestone(plan.account)
    assert not queries.versions().exists()
    assert not queries.goals(TODAY).exists()
    assert not queries.readings().exists()
    assert not queries.milestones().exists()


def test_each_says_what_it_is(workspace):
    goal = make_goal(name="Sign in")
    rows = (make_plan(), make_plan(use_case="", why_bought="Mail"), goal, make_goal_reading(goal), make_milestone())
    assert [str(row) for row in rows] == [
        "One queue for the service desk", "Mail", "Sign in", "2026-06-15 40.0", "Kick-off",
    ]  # fmt: skip
