"""Loyalty and satisfaction: two axes beside the score, from the rows behind them, and never made of nothing."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account, Contact, Contract
from expectations.models import Expectation
from health import attitudes as statements
from health import axes, queries
from health.actions import attitudes, scores
from health.axes import MEASURES, Axis, Reading, Standing
from health.models import Attitude, HealthScore
from outbox import engine
from surveys.actions import answers as answer_actions
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_contract,
    make_expectation,
    make_move,
    make_plan,
    make_reading,
    make_survey_fact,
    make_survey_invitation,
    make_touchpoint,
    make_workspace,
)
from tests.health.test_views import sign_in
from workspaces import tenancy

DAY = timedelta(days=1)
LATER = NOON + timedelta(minutes=5)
LOYALTY, SATISFACTION = Axis.LOYALTY.value, Axis.SATISFACTION.value


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def read(account, key):
    view = queries.attitude_of(account, TODAY, NOON)
    return next(one for told in view.readings.values() for one in told if one.key == key)


# ------------------------------------------------------------------------------------------- the arithmetic
@pytest.mark.parametrize("axis", [LOYALTY, SATISFACTION])
def test_the_weights_of_an_axis_total_one(axis):
    assert sum(one.weight for one in MEASURES[axis]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("told", "value", "coverage", "n"),
    [
        ({}, None, 0, 0),
        ({"csat": (100, 1.0, 50)}, (35 + 5) / 0.45, 0.35, 50),
        ({"csat": (0, 1.0, 50)}, 5 / 0.45, 0.35, 50),
        ({"csat": (50, 0.1, 1)}, 50, 0.035, 1),
        ({"csat": (100, 0.01, 1)}, (0.35 + 5) / 0.1035, 0.0035, 1),
        ({"csat": (80, 0.5, 2), "felt": (20, 0.8, 8)}, (14 + 4 + 5) / 0.475, 0.375, 10),
        ({"csat": (None, 0.0, 0), "felt": (50, 1.0, 3)}, 50, 0.25, 3),
    ],
)
def test_an_axis_from_its_measures(told, value, coverage, n):
    found = axes.standing(SATISFACTION, [Reading(key, *one) for key, one in told.items()])
    assert found.value == (None if value is None else pytest.approx(value))
    assert (found.coverage, found.n) == (pytest.approx(coverage), n)


readings = st.lists(
    st.builds(
        Reading, st.sampled_from([one.key for one in MEASURES[LOYALTY]]), st.floats(0, 100), st.floats(0.01, 1),
        st.integers(1, 9),
    ),
    unique_by=lambda one: one.key,
    min_size=1,
)  # fmt: skip


@given(readings)
def test_an_axis_stays_between_its_measures_and_the_middle(told):
    found = axes.standing(LOYALTY, told).value
    values = [*(one.value for one in told), axes.MIDDLE]
    assert min(values) - 1e-9 <= found <= max(values) + 1e-9


@given(readings, st.floats(0, 50))
def test_a_better_measure_never_lowers_an_axis(told, more):
    better = [Reading(one.key, min(100.0, one.value + more), one.coverage, one.n) for one in told]
    assert axes.standing(LOYALTY, better).value >= axes.standing(LOYALTY, told).value - 1e-9


@pytest.mark.parametrize(
    ("loyalty", "satisfaction", "name"),
    [
        ((80, 0.5), (80, 0.5), "both"),
        ((80, 0.5), (49, 0.5), "loyal"),
        ((49, 0.5), (80, 0.5), "satisfied"),
        ((20, 0.5), (20, 0.5), "neither"),
        ((50, 0.15), (50, 0.15), "both"),
        ((80, 0.14), (80, 0.5), ""),
        ((80, 0.5), (None, 0.0), ""),
    ],
)
def test_the_quadrant(loyalty, satisfaction, name):
    assert axes.quadrant(Standing(*loyalty, 3), Standing(*satisfaction, 3)) == name


# ------------------------------------------------------------------------------------------- what is counted
@pytest.mark.parametrize(("answer", "value"), [(0, 0), (6, 0), (7, 25), (8, 50), (9, 75), (10, 100)])
def test_the_decision_makers_last_nps(workspace, answer, value):
    account = make_account()
    boss = make_contact(account, role="decision_maker")
    make_survey_fact(account, boss, 3, metric="nps", scale_max=10, at=NOON - 9 * DAY)
    make_survey_fact(account, boss, answer, metric="nps", scale_max=10)
    make_survey_fact(account, make_contact(account, role="champion"), 10, metric="nps", scale_max=10)
    found = read(account, "promoters")
    assert (found.value, found.n, found.coverage) == (pytest.approx(value), 1, pytest.approx(1 / 1.5))


def test_a_decision_maker_who_left_or_answered_long_ago_is_not_heard(workspace):
    account = make_account()
    gone = make_contact(account, role="decision_maker")
    Contact.objects.filter(pk=gone.pk).update(left_at=NOON - DAY)
    make_survey_fact(account, gone, 10, metric="nps", scale_max=10)
    old = make_contact(account, role="decision_maker")
    make_survey_fact(account, old, 10, metric="nps", scale_max=10, at=NOON - 366 * DAY)
    make_survey_fact(account, old, 5)  # CSAT is about the delivery
    assert read(account, "promoters").value is None


def test_what_a_decision_maker_said_about_one_event_is_no_loyalty(workspace):
    account = make_account()
    boss = make_contact(account, role="decision_maker")
    make_survey_fact(account, boss, 9, metric="nps", scale_max=10, is_relational=True, at=NOON - DAY)
    make_survey_fact(account, boss, 0, metric="nps", scale_max=10, is_relational=False)
    assert read(account, "promoters").value == pytest.approx(75)


@pytest.mark.parametrize(("metric", "value", "key", "told"), [("ces", 7, "ease", 100), ("csat", 5, "csat", 100)])
def test_what_end_users_answer_counts_to_satisfaction_at_once(workspace, metric, value, key, told):
    contact = make_contact(make_account())
    invitation = make_survey_invitation(contact, metric=metric)
    given = answer_actions.answer(invitation=invitation, value=value, comment="", at=NOON)
    answer_actions.tell(answer_id=given.pk, at=NOON)
    assert read(contact.account, key).value == pytest.approx(told)
    doubtful = make_survey_invitation(contact, metric=metric)
    answer_actions.answer(invitation=doubtful, value=1, comment="", doubt="too_fast", at=NOON)
    assert read(contact.account, key).n == 1


@pytest.mark.parametrize(("intent", "value"), [(1, 0), (3, 50), (5, 100)])
def test_the_stated_will_to_renew(workspace, intent, value):
    account = make_account()
    make_plan(account, renewal_intent=intent, renewal_intent_on=TODAY - 120 * DAY)
    found = read(account, "will")
    assert (found.value, found.coverage, found.n, found.counts) == (value, pytest.approx(0.5), 1, (intent,))


@pytest.mark.parametrize(
    ("terms", "kept", "n"),
    [
        ([(-400, -35)], 0, 1),
        ([(-400, -20)], None, 0),
        ([(-400, -35), (-35, 330)], 1, 1),
        ([(-400, -35), (-10, 330)], 1, 1),
        ([(-400, -60), (-20, 330)], 0, 1),
        ([(-800, -435), (-435, -70)], 1, 2),
        ([(-35, 330)], None, 0),
        ([(-3000, -2600)], None, 0),
    ],
)
def test_renewals_kept(workspace, terms, kept, n):
    account = make_account()
    for starts, ends in terms:
        make_contract(account, starts_on=TODAY + starts * DAY, ends_on=TODAY + ends * DAY)
    found = read(account, "renewed")
    assert (found.value, found.n) == (None if kept is None else pytest.approx(100 * kept / n), n)


def test_a_renewal_signed_ahead_is_kept(workspace):
    account = make_account()
    first = make_contract(account, starts_on=TODAY - 300 * DAY, ends_on=TODAY + 65 * DAY)
    second = make_contract(account, starts_on=TODAY + 65 * DAY, ends_on=TODAY + 430 * DAY)
    assert read(account, "renewed").value is None
    Contract.objects.filter(pk=second.pk).update(renewed_from=first)
    assert (read(account, "renewed").value, read(account, "renewed").n) == (100, 1)


def test_advocates_speak_for_us_and_silence_says_nothing(workspace):
    now, before, never = make_account(stage="advocacy"), make_account(), make_account(stage="use")
    make_move(before, "advocacy", at=NOON - 180 * DAY)
    make_move(before, "use", at=NOON - 90 * DAY)
    assert (read(now, "speaking").value, read(now, "speaking").coverage) == (100, 1)
    assert (read(before, "speaking").value, read(before, "speaking").coverage) == (100, pytest.approx(0.5))
    assert read(never, "speaking").value is None


@pytest.mark.parametrize(
    ("key", "metric", "rating", "value"),
    [("csat", "csat", 100, 100), ("csat", "csat", 25, 0), ("csat", "csat", 0, 0), ("csat", "csat", 62.5, 50),
     ("ease", "ces", 70, 70), ("ease", "ces", 5000, 100)],
)  # fmt: skip
def test_ratings_of_the_delivery(workspace, key, metric, rating, value):
    account = make_account()
    make_reading(account, metric, TODAY, rating, kind="rating")
    make_reading(account, metric, TODAY - 181 * DAY, 1, kind="rating")
    found = read(account, key)
    assert (found.value, found.n, found.coverage) == (pytest.approx(value), 1, pytest.approx(1 / 3))


@pytest.mark.parametrize(("felt", "value"), [((2,), 100), ((-2, 2), 50), ((0,), 50), ((None,), None)])
def test_how_touchpoints_felt(workspace, felt, value):
    account = make_account()
    for one in felt:
        make_touchpoint(account, felt=one)
    assert read(account, "felt").value == (None if value is None else pytest.approx(value))


def test_promises_kept_of_those_settled_or_overdue(workspace):
    account = make_account()
    for outcome, settled, due in (
        ("kept", NOON - DAY, None), ("broken", NOON - DAY, None), ("changed", NOON - DAY, None),
        ("kept", NOON - 366 * DAY, None), ("", None, TODAY - DAY), ("", None, TODAY + DAY),
    ):  # fmt: skip
        one = make_expectation(account, due_on=due, at=NOON - 400 * DAY)
        Expectation.objects.filter(pk=one.pk).update(outcome=outcome, settled_at=settled)
    found = read(account, "promises")
    assert (found.value, found.n, found.counts) == (pytest.approx(100 / 3), 3, (1,))


def test_no_data_is_no_value_and_not_zero(workspace):
    view = queries.attitude_of(make_account(), TODAY, NOON)
    assert [one.value for one in view.standings.values()] == [None, None]
    assert view.quadrant == ""


# ------------------------------------------------------------------------------------------- in sets
def furnish(number):
    """Accounts of every quadrant, and some of which nothing is known."""
    account = make_account(f"Account {number:02}", arr_minor=number * 100_000, currency="EUR")
    boss = make_contact(account, role="decision_maker")
    if number % 5:
        make_survey_fact(
            account, boss, 10 if number % 2 else 2, metric="nps", scale_max=10, at=NOON - DAY, is_change=False
        )
        make_plan(account, renewal_intent=5 if number % 2 else 1, renewal_intent_on=TODAY - DAY)
        for _ in range(4):
            make_touchpoint(account, felt=2 if number % 3 else -2, at=NOON - DAY)
        for age in range(6):
            make_reading(account, "csat", TODAY - age * DAY, 100 if number % 3 else 0, kind="rating")
    return account


@pytest.fixture
def portfolio(workspace):
    accounts = [furnish(number) for number in range(1, 11)]
    attitudes.measure(account_ids=[one.pk for one in accounts], at=NOON)
    return accounts


def test_what_is_stored_in_one_statement_is_what_is_read_of_each(portfolio):
    with CaptureQueriesContext(connection) as counted:
        attitudes.measure(account_ids=[one.pk for one in portfolio], at=NOON)
    assert len([one for one in counted if "health_attitude" in one["sql"]]) == 1
    for account in portfolio:
        row, view = Attitude.objects.get(account=account), queries.attitude_of(account, TODAY, NOON)
        told = view.standings
        assert row.quadrant == view.quadrant
        for axis in (LOYALTY, SATISFACTION):
            stored = getattr(row, axis)
            assert (stored is None) == (told[axis].value is None)
            assert stored is None or float(stored) == pytest.approx(told[axis].value, abs=0.051)
            assert getattr(row, f"{axis}_coverage") == pytest.approx(told[axis].coverage)
            assert getattr(row, f"{axis}_n") == told[axis].n


def test_the_portfolio_in_quadrants_adds_up(portfolio):
    make_account("Never measured", arr_minor=5, currency="USD")
    found = {one.quadrant: one for one in queries.by_quadrant()}
    assert sum(one.accounts for one in found.values()) == Account.objects.count()
    assert {key: one.accounts for key, one in found.items()} == {
        "both": 2, "loyal": 2, "satisfied": 3, "neither": 1, "unknown": 3,
    }  # fmt: skip
    assert found["unknown"].arr == {"EUR": 1_500_000, "USD": 5}
    for key, one in found.items():
        assert queries.accounts_in(key).count() == one.accounts


def test_axes_never_move_the_score(workspace):
    account = make_account()
    make_reading(account, "key_actions", TODAY, 5)
    scores.rescore(account_ids=[account.pk], at=NOON)
    before = HealthScore.objects.values("score", "parts").get()
    attitudes.measure(account_ids=[account.pk], at=NOON)
    scores.rescore(account_ids=[account.pk], at=NOON)
    assert HealthScore.objects.values("score", "parts").get() == before


def work():
    while engine.run_due(queue="compute", clock=lambda: LATER, until=LATER):
        pass


def test_what_was_said_counts_within_moments_and_everybody_at_night(workspace):
    account, other = make_account(), make_account()
    make_touchpoint(account, felt=2)
    work()
    assert Attitude.objects.filter(account=account, satisfaction_n=1).exists()
    Attitude.objects.all().delete()
    attitudes.start_all(key="night", at=NOON)
    work()
    assert set(Attitude.objects.values_list("account_id", flat=True)) == {account.pk, other.pk}


# ------------------------------------------------------------------------------------------- the pages
def test_the_panel_names_the_quadrant_and_opens_each_measure(noon, portfolio):
    client = sign_in()
    page = client.get(reverse("health:account_panel", args=[portfolio[0].pk]))
    text = page.content.decode()
    assert "Loyal and satisfied" in text
    for key in ("promoters", "renewed", "csat", "promises"):
        assert f"?measure={key}" in text
        rows = client.get(reverse("health:row_list", args=[portfolio[0].pk]), {"measure": key})
        assert (rows.status_code, rows.context["measure"]) == (200, key)


def test_the_panel_of_an_account_without_data_says_so(noon, workspace):
    text = sign_in().get(reverse("health:account_panel", args=[make_account().pk])).content.decode()
    assert "Too little known" in text
    assert "No decision maker has answered" in text


def test_insights_counts_the_quadrants_with_money_and_opens_each(noon, portfolio):
    client = sign_in()
    text = client.get(reverse("health:insights")).content.decode()
    for key, names in (("both", ["Account 01", "Account 07"]), ("unknown", ["Account 05", "Account 10"])):
        url = f"{reverse('health:quadrant_list')}?quadrant={key}"
        assert url in text
        assert [row["name"] for row in client.get(url).context["rows"]] == names
    assert client.get(reverse("health:quadrant_list"), {"quadrant": "odd"}).context["quadrant"] == "both"


def test_the_list_and_its_export_cost_the_same_for_one_row_and_for_three(noon, portfolio):
    client, url = sign_in(), reverse("health:quadrant_list")
    client.get(url)
    counts = []
    for key in ("neither", "satisfied"):
        with CaptureQueriesContext(connection) as counted:
            client.get(url, {"quadrant": key})
        counts.append(len(counted))
    assert counts[0] == counts[1]
    table = client.get(reverse("health:quadrant_export"), {"quadrant": "satisfied"})
    body = b"".join(table.streaming_content) if table.streaming else table.content
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["Account 02", "Account 04", "Account 08"]


def test_attitudes_of_another_workspace_stay_there(noon, portfolio):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        assert sum(one.accounts for one in queries.by_quadrant()) == 0
        attitudes.measure(account_ids=[portfolio[0].pk], at=NOON)
        assert not Attitude.objects.exists()


def test_answers_are_held_against_deciders_by_a_hash(workspace):
    """As a join they were planned as a loop: each answer against each decider, 50 s for 100,000 customers."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain {statements.STORE}", queries.attitude_parameters([1], TODAY, NOON))
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "hashed SubPlan" in plan
