"""How a score moved since any day: the parts add up exactly, and each opens to what was counted."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions import metrics as metric_actions
from accounts.actions.metrics import Reading
from health import change, queries
from health.actions import scores
from health.apps import CAUSES
from health.models import HealthScore
from health.parts import MEASURES, PARTS
from health.queries import evidence
from health.queries.change import FACTS
from plans.models import PlanVersion
from tests.alerts.test_alerts import with_score
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_completion,
    make_contact,
    make_contract,
    make_expectation,
    make_goal,
    make_goal_reading,
    make_item,
    make_metric,
    make_milestone,
    make_move,
    make_plan,
    make_reading,
    make_survey_fact,
    make_ticket,
    make_touchpoint,
    make_workspace,
)
from tests.health.given import part
from tests.health.test_views import sign_in
from workspaces import tenancy

DAY = timedelta(days=1)
THEN = TODAY - 30 * DAY
ALL_MEASURES = [one.key for measures in MEASURES.values() for one in measures]


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


# ------------------------------------------------------------------------------------------- the arithmetic
@st.composite
def scored(draw, weights=None):
    """Parts of a score as they are stored: points are tenths that add up to it."""
    weights = weights or draw(st.lists(st.integers(0, 50), min_size=len(PARTS), max_size=len(PARTS)))
    known = st.one_of(st.none(), st.tuples(st.integers(0, 1000), st.integers(1, 100)))
    told = [draw(known) for _ in PARTS]
    whole = sum(weight * one[1] for weight, one in zip(weights, told, strict=True) if one) or 1
    parts, total, given_away = [], 0.0, 0
    for key, weight, one in zip(PARTS, weights, told, strict=True):
        value, coverage = (one[0] / 10, one[1] / 100) if one else (None, 0.0)
        if one:
            total += weight * one[1] * value / whole
        tenths = round(total * 10) - given_away
        given_away += tenths
        made = part(key, value, tenths / 10 if one else None)
        parts.append({**made, "coverage": coverage, "weight": weight})
    return parts


def tenths(parts):
    return sum(round((one["points"] or 0) * 10) for one in parts)


@given(before=scored(), now=scored())
def test_the_parts_add_up_exactly_to_the_change_whatever_the_weights(before, now):
    found = change.moves(before, now)
    assert sum(one.tenths for one in found) == tenths(now) - tenths(before)
    assert all(one.by_data + one.by_coverage + one.by_weights == one.tenths for one in found)


@given(before=scored(), now=scored())
def test_what_is_known_as_well_as_before_moves_nothing_by_that(before, now):
    alike = [
        {
            **one,
            "coverage": was["coverage"],
            "value": was["value"] if one["value"] is None or was["value"] is None else one["value"],
        }
        for was, one in zip(before, now, strict=True)
    ]
    assert all(one.by_coverage == 0 for one in change.moves(before, alike))


def test_a_value_that_rose_is_told_apart_from_a_part_that_became_less_known():
    """The score falls although the part rose: less is known of it now, and so it weighs less."""
    old = [part("adoption", 80.0, 57.1) | {"weight": 50}, part("engagement", 20.0, 5.8) | {"weight": 20}]
    new = [
        part("adoption", 90.0, 50.0) | {"weight": 50, "coverage": 0.5},
        part("engagement", 20.0, 8.9) | {"weight": 20},
    ]
    found = {one.key: (one.tenths, one.by_coverage, one.by_data) for one in change.moves(old, new)}
    assert found == {"adoption": (-71, -127, 56), "engagement": (31, 31, 0)}


def test_a_part_that_was_not_known_moves_by_that():
    old = [part("adoption", 80.0, 80.0) | {"weight": 50}, part("engagement", None, None) | {"weight": 50}]
    new = [part("adoption", 80.0, 40.0) | {"weight": 50}, part("engagement", 20.0, 10.0) | {"weight": 50}]
    found = {one.key: (one.tenths, one.by_coverage, one.by_data) for one in change.moves(old, new)}
    assert found == {"adoption": (-400, -400, 0), "engagement": (100, 100, 0)}


@given(before=scored(weights=[5, 10, 25, 20, 15, 10, 5, 10]), now=scored(weights=[5, 10, 25, 20, 15, 10, 5, 10]))
def test_without_other_weights_nothing_is_put_down_to_them(before, now):
    assert all(one.by_weights == 0 for one in change.moves(before, now))


@given(before=scored(), weights=st.lists(st.integers(1, 50), min_size=len(PARTS), max_size=len(PARTS)))
def test_with_the_same_data_everything_is_put_down_to_the_weights(before, weights):
    heavier = [{**one, "weight": weight} for one, weight in zip(before, weights, strict=True)]
    points = change.reweighed(before, heavier)
    now = [{**one, "points": points[one["key"]] / 10 if one["value"] is not None else None} for one in heavier]
    assert all(one.by_data == 0 for one in change.moves(before, now))


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((40, 10.0), (60, 15.0), [("adoption", 50, 0)]),
        ((40, 10.0), (None, None), [("adoption", -100, 0)]),
        ((None, None), (40, 10.0), [("adoption", 100, 0)]),
        ((40, 10.0), (40, 10.0), []),
    ],
)
def test_one_part_that_moved(before, now, told):
    found = change.moves([part("adoption", *before)], [part("adoption", *now)])
    assert [(one.key, one.tenths, one.by_weights) for one in found] == told


def test_a_weight_that_doubled_is_told_apart_from_what_happened():
    old = [part("adoption", 80.0, 40.0), part("engagement", 20.0, 10.0)]
    old = [{**one, "weight": 50} for one in old]
    new = [part("adoption", 80.0, 60.0), part("engagement", 40.0, 10.0)]
    new = [{**one, "weight": weight} for one, weight in zip(new, (75, 25), strict=True)]
    found = {one.key: (one.tenths, one.by_weights, one.by_data) for one in change.moves(old, new)}
    assert found == {"adoption": (200, 200, 0), "engagement": (0, -50, 50)}


def test_a_measure_that_is_not_known_any_more_is_not_what_happened():
    """The part is better only because what was low in it is not known now."""
    seats, trend = {"value": 100, "coverage": 1.0}, {"value": 0, "coverage": 1.0}
    old = [part("adoption", 60.0, 60.0, seats=seats, trend=trend) | {"weight": 100, "coverage": 0.5}]
    new = [part("adoption", 100.0, 100.0, seats=seats) | {"weight": 100, "coverage": 0.3}]
    (found,) = change.moves(old, new)
    assert (found.tenths, found.by_coverage, found.by_data) == (400, 400, 0)
    (back,) = change.moves(new, old)
    assert (back.tenths, back.by_coverage, back.by_data) == (-400, -400, 0)


def test_the_measures_that_moved_are_told_and_no_others():
    before = part("adoption", 50, 20.0, trend={"value": 80}, seats={"value": 50}, breadth={"value": 10})
    now = part("adoption", 40, 16.0, trend={"value": 20}, seats={"value": 50}, depth={"value": 10})
    (moved,) = change.moves([before], [now])
    assert [one.key for one in moved.measures] == ["breadth", "depth", "trend"]


# ------------------------------------------------------------------------------------------- what is asked of it
def test_change_since_adds_up_and_says_what_happened(workspace):
    account = make_account()
    before = [part("relationships", 40, 40.0, sentiment={"value": 80, "n": 1, "mean": 80, "on": "2026-05-01"}),
              part("engagement", 30, 30.0), part("journey", None, None)]  # fmt: skip
    now = [part("relationships", 20, 20.0, sentiment={"value": 0, "n": 2, "mean": 20, "on": "2026-06-14"}),
           part("engagement", 30, 30.0), part("journey", 5.5, 5.5)]  # fmt: skip
    with_score(account, 70, day=THEN - DAY, parts=before)
    with_score(account, 55.5, parts=now)
    contact = make_contact(account, name="Mei Chen")
    make_survey_fact(account, contact, 1, at=NOON - DAY, is_change=False)
    make_survey_fact(account, contact, 5, at=NOON - 40 * DAY, is_change=False)

    found = queries.change_since(HealthScore.objects.filter(account=account).latest("day"), THEN)

    assert (found.since, found.until, found.from_score, found.to_score) == (THEN, TODAY, 70, 55.5)
    assert (found.delta, found.by_weights, found.is_reweighed) == (-14.5, 0, False)
    assert found.by_data + found.by_coverage == pytest.approx(found.delta)
    moved = [(one.label, one.delta) for one in found.causes if one.delta]
    assert moved == [("Relationships", -20.0), ("Optimal journey", 5.5)]
    (voice,) = found.causes[0].measures
    assert (voice.label, "80 of 100" in voice.before, "20 of 100" in voice.now) == ("Survey voice", True, True)
    assert len(found.causes[0].facts) == 1
    assert found.causes[0].facts[0].url == reverse("dashboard:account_panel", args=[account.pk, "answers"])
    assert found.causes[1].facts == []


@pytest.mark.parametrize(
    ("then", "now", "why"),
    [
        (None, "healthy", "too_early"),
        ("", "healthy", "too_little_then"),
        ("healthy", "", "too_little_now"),
    ],
)
def test_why_two_days_cannot_be_compared(workspace, then, now, why):
    account = make_account()
    if then is not None:
        with_score(account, 70, day=THEN, band=then)
    with_score(account, 80, band=now)
    found = queries.change_since(HealthScore.objects.filter(account=account).latest("day"), THEN)
    assert found.why == why
    assert found.first == (TODAY if why == "too_early" else None)


def test_a_day_whose_score_still_holds_is_the_same(workspace):
    account = make_account()
    with_score(account, 70, day=THEN, parts=[part("adoption", 70, 70.0)])
    assert queries.change_since(HealthScore.objects.get(), TODAY - DAY).why == "same_day"


def test_scores_of_other_parts_are_not_compared(workspace):
    account = make_account()
    with_score(account, 70, day=THEN, parts=[])
    with_score(account, 60, parts=[part("adoption", 60, 60.0)])
    assert queries.change_since(HealthScore.objects.get(day=TODAY), THEN).why == "other_parts"


# ------------------------------------------------------------------------------------------- the page
def usage_that_fell(account):
    for age in range(70):
        make_reading(account, "key_actions", TODAY - age * DAY, 5 if age < 20 else 60)
        make_reading(account, "seats_used", TODAY - age * DAY, 10, kind="gauge")
    make_contract(account, seats=20, starts_on=TODAY - 99 * DAY)
    for age in (1, 35):
        make_touchpoint(account, contact=make_contact(account), at=NOON - age * DAY)
    scores.rescore_days(days=[THEN], at=NOON)
    scores.rescore(account_ids=[account.pk], at=NOON)


def test_the_panel_compares_with_any_day_of_the_address(noon, workspace):
    account = make_account("Cedar")
    usage_that_fell(account)
    page = sign_in().get(reverse("health:account_panel", args=[account.pk]), {"since": "2026-05-20"})
    text = page.content.decode()
    assert page.context["since"] == date(2026, 5, 20)
    assert sum(one.delta for one in page.context["change"].causes) == pytest.approx(page.context["change"].delta)
    assert f"{reverse('health:row_list', args=[account.pk])}?measure=trend" in text
    assert "Key actions fell" in text


@pytest.mark.parametrize(
    ("since", "words"),
    [
        ("2026-02-30", "is no day"),
        ("soon", "is no day"),
        ("2026-06-15", "before today"),
        ("2027-01-01", "before today"),
    ],
)
def test_a_day_that_is_none_is_told_and_the_usual_one_shown(noon, workspace, since, words):
    account = make_account()
    with_score(account, 70, day=THEN, parts=[part("adoption", 70, 70.0)])
    page = sign_in().get(reverse("health:account_panel", args=[account.pk]), {"since": since})
    assert (page.status_code, page.context["since"]) == (200, THEN)
    assert words in page.content.decode()


def test_the_panel_tells_other_weights_from_what_happened(noon, workspace):
    account = make_account()
    before, now = part("adoption", 80, 60.0), part("adoption", 40, 15.0)
    with_score(account, 80, day=THEN, parts=[before | {"weight": 75}, part("outcomes", 80, 20.0) | {"weight": 25}])
    with_score(account, 70, parts=[now | {"weight": 25}, part("outcomes", 80, 55.0) | {"weight": 75}])
    page = sign_in().get(reverse("health:account_panel", args=[account.pk]))
    change = page.context["change"]
    assert change.is_reweighed
    assert change.by_weights + change.by_coverage + change.by_data == pytest.approx(change.delta)
    assert all(one.by_weights + one.by_coverage + one.by_data == pytest.approx(one.delta) for one in change.causes)
    assert "by other weights" in page.content.decode()


def test_the_panel_tells_what_became_less_known_from_what_happened(noon, workspace):
    account = make_account()
    old = [part("adoption", 80, 57.1) | {"weight": 50}, part("engagement", 20, 5.8) | {"weight": 20}]
    new = [part("adoption", 90, 50.0) | {"weight": 50, "coverage": 0.5}, part("engagement", 20, 8.9) | {"weight": 20}]
    with_score(account, 62.9, day=THEN, parts=old)
    with_score(account, 58.9, parts=new)
    text = sign_in().get(reverse("health:account_panel", args=[account.pk])).text
    assert "Something is better known now than then, or less: that alone moved it by −9.6." in text
    assert "What happened at the customer moved it by +5.6." in text
    assert "by what happened +5.6, by what is better or less known, here or in other parts, −12.7" in text
    assert "weighed otherwise" not in text


def test_the_panel_offers_the_first_score_where_there_was_none(noon, workspace):
    account = make_account()
    with_score(account, 70, parts=[part("adoption", 70, 70.0)])
    assert "?since=2026-06-15" in sign_in().get(reverse("health:account_panel", args=[account.pk])).content.decode()


def test_the_panel_costs_the_same_however_much_happened(noon, workspace, django_assert_num_queries):
    account, client = make_account(), sign_in()
    with_score(account, 70, day=THEN, parts=[part("adoption", 70, 70.0, blockers={"value": 0, "opened": 0, "ever": 1})])
    with_score(
        account, 55.5, parts=[part("adoption", 55.5, 55.5, blockers={"value": 9, "opened": 1, "ever": 1, "waiting": 0})]
    )
    url = reverse("health:account_panel", args=[account.pk])
    client.get(url)
    counts = []
    for _ in range(2):
        make_ticket(account)
        with CaptureQueriesContext(connection) as counted:
            client.get(url)
        counts.append(len(counted))
    assert counts[0] == counts[1]


# ------------------------------------------------------------------------------------------- the rows behind
def test_every_measure_has_rows_and_words():
    assert set(ALL_MEASURES) <= set(evidence.SOURCES)
    assert set(ALL_MEASURES) == set(FACTS)


@pytest.fixture
def everything(workspace):
    """An account with at least one row of every kind that a measure reads."""
    account = make_account("Cedar")
    boss = make_contact(account, name="Mei Chen", role="decision_maker")
    for key, kind in (("key_actions", "counter"), ("active_users", "gauge"), ("seats_used", "gauge"),
                      ("csat", "rating"), ("ces", "rating")):  # fmt: skip
        make_reading(account, key, TODAY - DAY, 10, kind=kind)
    make_contract(account, seats=20, starts_on=TODAY - 90 * DAY, ends_on=TODAY + 90 * DAY)
    make_ticket(account, topic="question", opened_at=NOON - 3 * DAY, reopened_at=NOON - DAY, subject="Login fails")
    make_touchpoint(account, contact=boss, at=NOON - DAY, felt=1, outcome="held", is_proactive=True, summary="A call")
    make_milestone(account, "Kick-off", due_on=TODAY - 9 * DAY, at=NOON - 20 * DAY)
    make_milestone(account, "Training", due_on=TODAY + 9 * DAY, at=NOON - 20 * DAY)
    make_goal(account, "Everybody signs in", at=NOON - 40 * DAY)
    make_plan(account, why_bought="To save time", metrics=[])
    make_plan(account, renewal_intent=4, renewal_intent_on=TODAY)
    make_expectation(account, due_on=TODAY - DAY)
    make_completion(make_item(metric=make_metric("csat", kind="rating")), boss, completed_at=NOON - DAY)
    make_survey_fact(account, boss, 4, at=NOON - DAY, is_change=False)
    make_move(account, "advocacy", at=NOON - DAY)
    return account


@pytest.mark.parametrize("measure", [*ALL_MEASURES, "promises"])
def test_every_measure_opens_to_its_rows(noon, everything, measure):
    page = sign_in().get(reverse("health:row_list", args=[everything.pk]), {"measure": measure})
    assert page.status_code == 200
    assert any(source["lines"] for source in page.context["sources"])
    table = sign_in().get(reverse("health:row_export", args=[everything.pk]), {"measure": measure})
    rows = b"".join(table.streaming_content if table.streaming else [table.content]).decode().splitlines()
    assert len(rows) >= 2


def lines_of(account, measure):
    page = sign_in().get(reverse("health:row_list", args=[account.pk]), {"measure": measure})
    return [line for source in page.context["sources"] for line in source["lines"]]


def test_only_readings_of_the_metric_that_was_counted_are_shown(noon, workspace):
    account = make_account()
    make_contract(account, seats=20)
    for key, kind in (("logins", "counter"), ("active_users", "gauge"), ("seats_used", "gauge")):
        make_reading(account, key, TODAY - DAY, 10, kind=kind)
    assert {one.text for one in lines_of(account, "trend")} == {"Logins", "Active_Users"}, "nothing was counted yet"
    scores.rescore(account_ids=[account.pk], at=NOON)
    assert {one.text for one in lines_of(account, "trend")} == {"Logins"}
    assert {one.text for one in lines_of(account, "regularity")} == {"Logins"}
    assert {one.text for one in lines_of(account, "seats")} - {"Contract"} >= {"Seats_Used"}
    assert "Active_Users" not in {one.text for one in lines_of(account, "seats")}


def test_rows_are_only_what_counts(noon, workspace):
    account = make_account()
    boss, user = make_contact(account, role="decision_maker"), make_contact(account, role="end_user")
    for one, metric, value in ((boss, "nps", 9), (user, "nps", 8), (boss, "csat", 4), (user, "ces", 6)):
        make_survey_fact(account, one, value, metric=metric, scale_max=10, at=NOON - DAY, is_change=False)
    counts = {key: len(lines_of(account, key)) for key in ("sentiment", "csat", "effort")}
    assert counts == {"sentiment": 3, "csat": 1, "effort": 1}
    assert len(lines_of(account, "promoters")) == 2, "the decision maker, and what they answered"

    metric = make_metric("exports")
    for item in (make_item(metric=metric), make_item()):
        make_completion(item, boss, completed_at=NOON)
    make_completion(make_item(metric=metric), boss)
    assert len(lines_of(account, "put_to_use")) == 1


@pytest.mark.parametrize(("used", "told"), [(3, 1), (9, 0), (12, 0)])
def test_a_first_use_is_a_need_after_the_day_it_was_planned(noon, workspace, used, told):
    account, metric = make_account(), make_metric("exports")
    assert lines_of(account, "met") == []
    for days, metrics in ((9, []), (1, [metric.pk])):
        plan = make_plan(account, metrics=metrics, why_bought=f"{days}")
        PlanVersion.objects.filter(pk=plan.pk).update(recorded_at=NOON - days * DAY)
    make_reading(account, "exports", TODAY - used * DAY, 4)
    assert [one.text for one in lines_of(account, "met")] == ["Exports"] * told


def test_a_goals_row_says_what_was_read_and_what_is_expected(noon, workspace):
    account = make_account()
    goal = make_goal(account, weight=3)
    make_goal(account, "Nobody read it")
    make_goal_reading(goal, 40.0, day=TODAY - DAY)
    scores.rescore(account_ids=[account.pk], at=NOON)
    told = {one.text: one.detail for one in lines_of(account, "progress")}
    assert told["Everybody signs in"].split(" · ")[1:] == [
        "weight 3", "40 on 14 Jun 2026: 40\xa0% of the way", "50\xa0% expected by today",
    ]  # fmt: skip
    assert "nothing was read yet" in told["Nobody read it"]


def test_a_goal_reads_a_day_of_its_metric_as_the_plan_shows_it(noon, workspace):
    """The sum of a counter's day, not the last that came in; the mean of a rating's."""
    account, rated = make_account(), make_account()
    for one, kind, total in ((account, "counter", 50.0), (rated, "rating", 100.0)):
        metric = make_metric(f"of_{kind}", kind=kind)
        make_goal(one, metric=metric)
        metric_actions.upsert_readings(readings=[Reading(one.pk, metric.pk, TODAY, 2, total, 5.0)], at=NOON)
    scores.rescore(account_ids=[account.pk, rated.pk], at=NOON)
    progress = [
        measure["value"]
        for one in (account, rated)
        for part in HealthScore.objects.get(account=one, day=TODAY).parts
        for measure in part["measures"]
        if measure["key"] == "progress"
    ]
    assert progress == [100.0, 100.0]


def test_each_measure_says_how_much_of_its_part_it_is(noon, everything):
    scores.rescore(account_ids=[everything.pk], at=NOON)
    text = " ".join(sign_in().get(reverse("health:account_panel", args=[everything.pk])).text.split())
    assert "50 % of this part, 100 % covered." in text
    assert "It would be 15 % of this part." in text


def test_the_links_of_rows_lead_somewhere(noon, everything):
    client = sign_in()
    found = set()
    for measure in ALL_MEASURES:
        page = client.get(reverse("health:row_list", args=[everything.pk]), {"measure": measure})
        found |= {line.url for source in page.context["sources"] for line in source["lines"] if line.url}
    assert {client.get(url).status_code for url in found if url.startswith("/")} == {200}
    assert len(found) >= 7


def test_every_measure_of_the_panel_is_a_link(noon, everything):
    scores.rescore(account_ids=[everything.pk], at=NOON)
    text = sign_in().get(reverse("health:account_panel", args=[everything.pk])).content.decode()
    assert set(re.findall(r"\?measure=(\w+)", text)) >= set(ALL_MEASURES)


def test_a_measure_that_is_none_shows_the_first(noon, everything):
    page = sign_in().get(reverse("health:row_list", args=[everything.pk]), {"measure": "nonsense"})
    assert page.context["measure"] == "known"


def test_rows_of_another_workspace_stay_there(noon, everything):
    client = sign_in()
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        account = make_account("Elm")
    assert client.get(reverse("health:row_list", args=[account.pk])).status_code == 404


def test_whatever_moves_a_measure_scores_the_account_within_seconds():
    """A renewal with other seats and a move that was taken back among them."""
    assert {kind for kinds in FACTS.values() for kind in kinds} - set(CAUSES) == set()
