from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import MetricDay
from plans import portraits, words
from plans.actions import goals as goal_actions
from plans.actions import milestones as milestone_actions
from plans.models import Goal, Milestone, PlanVersion
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_goal,
    make_goal_reading,
    make_member,
    make_metric,
    make_milestone,
    make_plan,
    make_workspace,
)
from workspaces import tenancy
from workspaces.capabilities import Role

DAY = timedelta(days=1)
NOW = {"at": NOON, "by": None}
GOAL = {
    "name": "Everybody signs in", "unit": "seats", "baseline": "12", "target": "80", "starts_on": "2026-06-01",
    "due_on": "2026-12-01", "weight": "2", "site": "Berlin", "metric": "",
}  # fmt: skip
STEP = {"name": "Kick-off", "phase": "onboarding", "due_on": "2026-07-01", "material": "help.example/kick-off"}


def text_of(response):
    return " ".join(response.content.decode().split())


def page_of(client, account):
    return text_of(client.get(f"/accounts/{account.pk}/plan/"))


def test_an_empty_plan_says_what_to_do(csm):
    page = page_of(csm, make_account("Cedar"))
    for words_ in ("Write the success plan", "Set the first goal", "Plan the first milestone"):
        assert words_ in page


def test_a_viewer_reads_and_is_offered_nothing(workspace, noon):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    goal = make_goal()
    assert "Write the success plan" not in page_of(client, make_account())
    assert "Open again" not in page_of(client, goal.account)
    assert client.get(f"/goals/{goal.pk}/").status_code == 200
    assert client.get(f"/goals/{goal.pk}/readings/new/").status_code == 403


def test_a_plan_is_written_changed_and_confirmed(csm):
    account, metric = make_account(), make_metric()
    address = f"/accounts/{account.pk}/plan/"
    form = {"why_bought": "Lost tickets", "sponsor_role": "champion", "metrics": [metric.pk], "renewal_intent": "4"}
    assert csm.post(f"{address}edit/", form)["Location"] == f"{address}#why"
    page = page_of(csm, account)
    for told in ("Lost tickets", "Champion", "Logins", "Rather yes", "4 of 5, said on 15 Jun", "not confirmed by the"):
        assert told in page
    assert "not known yet: Use case, What it replaces, What success looks like, Expected by" in page
    shown = text_of(csm.get(f"{address}edit/"))
    assert 'value="2026-06-15"' in shown
    csm.post(
        f"{address}edit/", {**form, "renewal_intent_on": "2026-06-15", "sponsor_role": "", "use_case": "One queue"}
    )
    csm.post(f"{address}confirmed/", {"on": "2026-06-14"})
    plan = PlanVersion.objects.latest("pk")
    assert (plan.use_case, plan.sponsor_role, plan.confirmed_on, plan.by) == (
        "One queue", "", TODAY - DAY, csm.member.user,
    )  # fmt: skip
    page = page_of(csm, account)
    assert "2 earlier versions" in page
    assert "confirmed by the customer on" in page


def test_earlier_versions_tell_what_they_said(workspace):
    metric = make_metric()
    first = make_plan(renewal_intent=2, sponsor_role="champion", expected_on=TODAY)
    changes = {"renewal_intent": 5, "sponsor_role": "", "metrics": [metric.pk], "replaces": "Mail", "expected_on": None}
    second = make_plan(first.account, **changes)
    ((version, parts),) = portraits.earlier([second, first])
    assert version == first
    assert [(str(name), said) for name, said in parts] == [
        ("What it replaces", "not known"),
        ("Expected by", "15 Jun 2026"),
        ("Sponsor", "Champion"),
        ("What shows the use case", "another choice"),
        ("Renewal intent", "Rather not"),
    ]


def test_a_goal_is_set_read_reached_confirmed_and_opened_again(csm):
    account = make_account()
    contact = make_contact(account, name="Mei Chen")
    assert (
        csm.post(f"/accounts/{account.pk}/plan/goals/new/", GOAL)["Location"] == f"/accounts/{account.pk}/plan/#goals"
    )
    goal = Goal.objects.get()
    assert (goal.weight, goal.site, goal.metric, goal.target) == (2, "Berlin", None, 80)
    page = page_of(csm, account)
    assert "No reading yet</span>" in page
    assert "nothing was read yet" in page
    assert "0 % of the way" not in page
    csm.post(f"/goals/{goal.pk}/readings/new/", {"value": "81", "day": "2026-06-15"})
    page = page_of(csm, account)
    assert "Ahead</span>" in page
    assert "The target is met" in page
    assert "81 seats on 15 Jun" in page
    csm.post(f"/goals/{goal.pk}/reached/", {"on": "2026-06-15"})
    csm.post(f"/goals/{goal.pk}/confirmed/", {"on": "2026-06-15", "contact": contact.pk})
    assert "confirmed by Mei Chen on" in page_of(csm, account)
    again = csm.post(f"/goals/{goal.pk}/confirmed/", {"on": "2026-06-15"}, follow=True)
    assert "The customer confirmed this goal before." in text_of(again)
    csm.post(f"/goals/{goal.pk}/reopened/")
    assert "This is open already." in text_of(csm.post(f"/goals/{goal.pk}/reopened/", follow=True))
    csm.post(f"/goals/{goal.pk}/edit/", {**GOAL, "target": "100"})
    csm.post(f"/goals/{goal.pk}/ended/", {"on": "2026-06-15"})
    page = page_of(csm, account)
    assert "Given up on 15 Jun" in page
    assert "to 100 seats" in page


def test_a_goal_shows_what_was_read_by_hand(csm):
    goal = make_goal(unit="%")
    assert "Ask the customer for the number" in text_of(csm.get(f"/goals/{goal.pk}/"))
    make_goal_reading(goal, 12.25, day=TODAY - 25 * DAY, by=csm.member.user)
    page = text_of(csm.get(f"/goals/{goal.pk}/"))
    for told in ("12.25 %", "25 %", "Mei Chen", "Behind</span>"):
        assert told in page


def test_a_goal_shows_the_days_of_its_metric(csm):
    metric = make_metric("seats", "gauge")
    goal = make_goal(metric=metric)
    assert "Nothing has come in for this account yet" in text_of(csm.get(f"/goals/{goal.pk}/"))
    assert "nothing has come in for the metric Seats" in page_of(csm, goal.account)
    MetricDay.objects.create(account=goal.account, metric=metric, day=TODAY, n=1, total=50, last=50)
    MetricDay.objects.create(account=goal.account, metric=metric, day=TODAY - DAY, n=1, total=1, last=float("inf"))
    page = text_of(csm.get(f"/goals/{goal.pk}/"))
    assert "On track</span>" in page
    assert page.count("<tr>") == 2
    assert "Enter a reading" not in page


def test_a_milestone_is_planned_changed_done_and_removed(csm):
    account = make_account()
    address = f"/accounts/{account.pk}/plan/#milestones"
    assert csm.post(f"/accounts/{account.pk}/plan/milestones/new/", STEP)["Location"] == address
    one = Milestone.objects.get()
    assert one.material == "https://help.example/kick-off"
    assert "In 16 days</span>" in page_of(csm, account)
    csm.post(f"/milestones/{one.pk}/edit/", {**STEP, "due_on": "2026-06-10", "material": ""})
    page = page_of(csm, account)
    assert "5 days late</span>" in page
    assert "no material prepared" in page
    csm.post(f"/milestones/{one.pk}/done/", {"on": "2026-06-12"})
    page = page_of(csm, account)
    assert "Done, 2 days late</span>" in page
    assert "1 of 1 done" in page
    again = csm.post(f"/milestones/{one.pk}/done/", {"on": "2026-06-12"}, follow=True)
    assert "This milestone was done before." in text_of(again)
    csm.post(f"/milestones/{one.pk}/reopened/")
    assert "Remove it for good?" in text_of(csm.get(f"/milestones/{one.pk}/edit/"))
    csm.post(f"/milestones/{one.pk}/removed/")
    assert "No milestone is planned yet" in page_of(csm, account)


@pytest.mark.parametrize(
    ("due", "done", "words_"),
    [(0, None, "Due today"), (1, None, "In 1 day"), (-1, None, "1 day late"), (30, None, "In 30 days"), (3, 0, "Done"),
     (-1, 0, "Done, 1 day late")],
)  # fmt: skip
def test_when_a_milestone_is(workspace, due, done, words_):
    one = make_milestone(due_on=TODAY + due * DAY)
    if done is not None:
        one = milestone_actions.finish_milestone(milestone=one, on=TODAY, **NOW)
    assert f"{words_}</span>" in portraits.milestone_row(one, TODAY).chip


@pytest.mark.parametrize(
    ("path", "form", "error"),
    [
        ("accounts/{account}/plan/edit/", {"expected_on": "1999-01-01"}, "A day from 2000 on"),
        ("accounts/{account}/plan/edit/", {"renewal_intent_on": "2026-06-01"}, "Say what they intend, too."),
        ("accounts/{account}/plan/edit/", {"renewal_intent": "7"}, "Select a valid choice."),
        ("accounts/{account}/plan/confirmed/", {"on": "2026-06-16"}, "This day has not come yet."),
        ("accounts/{account}/plan/goals/new/", {**GOAL, "target": "12"}, "The target differs from where it begins."),
        ("accounts/{account}/plan/goals/new/", {**GOAL, "due_on": "2026-05-01"}, "A goal is due after it begins."),
        ("accounts/{account}/plan/goals/new/", {**GOAL, "target": "nan"}, "Enter a number."),
        ("accounts/{account}/plan/goals/new/", {**GOAL, "target": "1e400"}, "Enter a number."),
        ("accounts/{account}/plan/goals/new/", {**GOAL, "target": "1e13"}, "A number between minus and plus"),
        ("accounts/{account}/plan/goals/new/", {**GOAL, "weight": "0"}, "A number from 1 to 100."),
        ("goals/{goal}/edit/", {**GOAL, "name": ""}, "This field is required."),
        ("goals/{goal}/readings/new/", {"value": "1", "day": "2026-06-16"}, "This day has not come yet."),
        ("goals/{metric_goal}/readings/new/", {"value": "1", "day": "2026-06-15"}, "This goal is read from its metric"),
        ("goals/{goal}/reached/", {"on": "2020-01-01"}, "Not before the goal begins."),
        ("goals/{goal}/ended/", {"on": ""}, "This field is required."),
        ("goals/{reached}/confirmed/", {"on": "2026-06-01"}, "Not before the goal was reached."),
        ("accounts/{account}/plan/milestones/new/", {**STEP, "due_on": "2126-01-01"}, "at most ten years ahead"),
        ("milestones/{milestone}/edit/", {**STEP, "material": "javascript:alert(1)"}, "Enter a valid URL."),
        ("milestones/{milestone}/edit/", {**STEP, "material": "ftp://x.example/"}, "An address that begins with"),
        ("milestones/{milestone}/done/", {"on": "2026-06-16"}, "This day has not come yet."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(csm, path, form, error):
    goal = make_goal()
    reached = goal_actions.reach_goal(goal=make_goal(goal.account), on=TODAY, **NOW)
    rows = {
        "account": goal.account_id,
        "goal": goal.pk,
        "metric_goal": make_goal(goal.account, metric=make_metric()).pk,
        "reached": reached.pk,
        "milestone": make_milestone(goal.account).pk,
    }
    response = csm.post(f"/{path.format(**rows)}", form)
    assert response.status_code == 422
    assert error in text_of(response)


def test_forms_open_with_what_holds(csm):
    account = make_account()
    goal, milestone = make_goal(account, "Signed in"), make_milestone(account, "Kick-off")
    assert "What shows the use case" not in text_of(csm.get(f"/accounts/{account.pk}/plan/edit/"))
    assert 'value="Signed in"' in text_of(csm.get(f"/goals/{goal.pk}/edit/"))
    assert 'value="Kick-off"' in text_of(csm.get(f"/milestones/{milestone.pk}/edit/"))
    for address in (f"goals/{goal.pk}/reached", f"goals/{goal.pk}/ended", f"milestones/{milestone.pk}/done"):
        assert 'value="2026-06-15"' in text_of(csm.get(f"/{address}/"))


def test_a_goal_to_come_and_far_away_values(workspace):
    for attained, share in ((1e6, "over 1,000 %"), (-1e6, "less than −1,000 %"), (10, "1,000 %")):
        assert " ".join(portraits.share(attained).split()) == share
    goal = make_goal(starts_on=TODAY + DAY)
    row = portraits.goal_row(portraits.queries.lines(portraits.queries.goals(TODAY).filter(pk=goal.pk), TODAY)[0])
    assert ("Not begun" in row.chip, row.line) == (True, "begins on 16 Jun 2026")


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(61, "seats", "61 seats"), (4.25, "%", "4.25 %"), (-1234.5, "", "−1,234.5"), (0.12345, "h", "0.123 h"),
     (1e300, "", "1e+300"), (0.0, "x", "0 x")],
)  # fmt: skip
def test_amounts(value, unit, told):
    assert words.amount(value, unit) == told


def test_the_timeline_tells_it(csm):
    account = make_account()
    csm.post(f"/accounts/{account.pk}/plan/edit/", {"use_case": "One queue", "renewal_intent": "4"})
    csm.post(f"/accounts/{account.pk}/plan/confirmed/", {"on": "2026-06-14"})
    make_plan(account, use_case="")
    goal = make_goal(account, "Sign in", unit="%")
    contact = make_contact(account, name="Mei Chen")
    make_goal_reading(goal, 40)
    goal_actions.change_goal(goal=goal, changes={"weight": 2}, **NOW)
    goal_actions.reach_goal(goal=goal, on=TODAY, **NOW)
    goal_actions.confirm_goal(goal=goal, on=TODAY, contact=contact, **NOW)
    goal_actions.reopen_goal(goal=goal, **NOW)
    goal_actions.reach_goal(goal=goal, on=TODAY, **NOW)
    goal_actions.confirm_goal(goal=goal, on=TODAY, **NOW)
    other = make_goal(account, "Second")
    goal_actions.end_goal(goal=other, on=TODAY, **NOW)
    steps = [make_milestone(account, name, due_on=TODAY - 2 * DAY) for name in ("One", "Two")]
    milestone_actions.finish_milestone(milestone=steps[0], on=TODAY, **NOW)
    milestone_actions.finish_milestone(milestone=steps[1], on=TODAY - 2 * DAY, **NOW)
    milestone_actions.change_milestone(milestone=steps[1], changes={"name": "Three"}, **NOW)
    milestone_actions.reopen_milestone(milestone=steps[1], **NOW)
    milestone_actions.remove_milestone(milestone=steps[1], **NOW)
    page = text_of(csm.get(f"/accounts/{account.pk}/timeline/?show=plan"))
    for told in (
        "Success plan saved: Use case, Renewal intent", "The customer confirmed the success plan",
        "Goal set: Sign in, 100 % by 4 Aug", "Sign in: 40 %", "Goal changed: Sign in", "Goal reached: Sign in",
        "Mei Chen confirmed the goal: Sign in", "The customer confirmed the goal: Sign in", "Goal open again: Sign in",
        "Goal given up: Second", "2 milestones planned", "Milestone done, 2 days late: One", "Milestone done: Two",
        "Milestone changed: Three", "Milestone open again: Three", "Milestone removed: Three",
    ):  # fmt: skip
        assert told in page
    assert words.plan_saved({"fields": []}) == "Success plan saved"
    assert words.milestone_planned({"name": "One", "due_on": "2026-06-13"}).startswith("Milestone planned: One, by 13")


def test_pages_ask_as_often_for_three_as_for_one(csm):
    account, metric = make_account(), make_metric("seats", "gauge")
    counts = []
    for rows in (1, 2):
        for number in range(rows):
            make_plan(account, replaces=f"{rows} {number}", metrics=[metric.pk])
            goal = make_goal(account)
            make_goal_reading(goal, by=csm.member.user)
            make_goal_reading(goal, day=TODAY - (rows + number) * DAY, by=csm.member.user)
            make_goal(account, metric=metric)
            make_milestone(account)
        for address in (f"/accounts/{account.pk}/plan/", f"/goals/{goal.pk}/"):
            with CaptureQueriesContext(connection) as captured:
                csm.get(address)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_the_panel_of_the_account_page(csm):
    account = make_account()
    address = f"/accounts/{account.pk}/panels/plan/"
    assert "Nobody has written down why they bought" in text_of(csm.get(address))
    make_plan(account, use_case="", renewal_intent=5, confirmed_on=TODAY)
    make_milestone(account, "Kick-off", due_on=TODAY - DAY)
    make_goal_reading(make_goal(account, "Sign in"), 10)
    page = text_of(csm.get(address))
    for told in ("The use case is not known yet.", "Will they renew? Surely", "Kick-off", "1 day late</span>",
                 "Sign in", "Behind</span>", "confirmed on 15 Jun"):  # fmt: skip
        assert told in page


def test_another_workspaces_plan_is_not_found(csm):
    with tenancy.entered(make_workspace("Other").pk):
        goal = make_goal()
        step = make_milestone(goal.account)
    for address in (f"accounts/{goal.account_id}/plan", f"goals/{goal.pk}", f"goals/{goal.pk}/edit",
                    f"milestones/{step.pk}/done", f"accounts/{goal.account_id}/plan/goals/export"):  # fmt: skip
        assert csm.get(f"/{address}/").status_code == 404
