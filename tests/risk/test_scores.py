"""Every customer's chance of leaving: in PostgreSQL, in Python and in its explanation the same whole numbers."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from accounts.models import Account
from accounts.stages import Stage
from health.actions import scores as health_actions
from health.models import HealthScore
from health.parts import DEFAULT_WEIGHTS, PARTS
from outbox.models import Effect
from outbox.registry import handlers
from risk import actions, columns, known, portraits, queries, scoring, training, words
from risk.columns import AGE, CONTRACT, NAMES, NO_CONTRACT, RENEWAL
from risk.models import HandCard, RiskDay, RiskRun, RiskScore
from risk.prediction import anchored, points
from risk.prediction.card import Card, Term, probability
from tests.builders import NOON, TODAY, make_contract, make_member, make_reading, make_touchpoint
from tests.risk.history import DAY, LONG_AGO, customers, leave, panel, score, work
from tests.risk.test_adoption import ASKED, run_with

CARD = Card(
    -70,
    (
        *(Term(part, (25.0, 50.0, 75.0), (9 + place, 4, -2, -7 - place), place) for place, part in enumerate(PARTS)),
        Term(RENEWAL, (2.0, 4.0, 7.0, 60.0), (31, 12, 3, -9, 5), 1),
        Term(AGE, (3.0, 12.0, 36.0), (8, 3, 0, -4), 2),
        Term(CONTRACT, (1.0, 2.0), (6, -20, -11), 3),
    ),
)


def adopted(card=CARD):
    return actions.adopt(run=run_with(card=card.to_json()), at=NOON, by=make_member().user)


def customer(**values):
    (account,) = customers(1)
    score(account, TODAY, values).save()
    return account


def scored(*accounts, at=NOON):
    actions.score(account_ids=[account.pk for account in accounts], at=at)
    for account in accounts:
        account.refresh_from_db()


# ------------------------------------------------------------------------------------------- the same arithmetic
def by_hand():
    """The hand card of four customers with a year's contract that ends in 3, 9, 12 and 12 months."""
    values = np.full((4, len(NAMES)), 50.0)
    values[:, :8] += np.arange(4.0)[:, None]
    values[:, NAMES.index(RENEWAL)], values[:, NAMES.index(CONTRACT)] = [3, 9, 12, 12], 0
    told = columns.columns(DEFAULT_WEIGHTS, 90)
    return points.card_of(anchored.hand(values, np.array([True, False, False, False]), told))


def use(card, *, is_by_hand):
    HandCard.objects.all().delete()
    run = queries.adopted()
    if is_by_hand and run:
        actions.retire(run=run, at=NOON, by=make_member().user)
    if is_by_hand:
        HandCard.objects.create(card=card.to_json(), horizon_days=90, departures=1, rows=4, made_at=NOON)
    elif run is None:
        adopted(card)


value = st.one_of(st.none(), st.sampled_from([0.0, 24.9, 25.0, 50.0, 75.0, 100.0]), st.integers(0, 100).map(float))


@hypothesis(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries(dict.fromkeys(PARTS, value)),
    ends=st.none() | st.integers(1, 2500),
    agreed=st.fixed_dictionaries({"auto_renews": st.booleans(), "days": st.sampled_from([28, 500])}),
    is_by_hand=st.booleans(),
)
def test_postgres_python_and_the_explanation_give_the_same_points(workspace, values, ends, agreed, is_by_hand):
    card = by_hand() if is_by_hand else CARD
    use(card, is_by_hand=is_by_hand)
    account = customer(**values)
    if ends:
        starts_on = TODAY + (ends - agreed["days"]) * DAY
        fields = {"starts_on": starts_on, "ends_on": TODAY + ends * DAY, "auto_renews": agreed["auto_renews"]}
        make_contract(account, at=LONG_AGO, **fields)
    scored(account)

    row = RiskScore.objects.get(account=account)
    told = queries.values_on(TODAY, [account.pk])[account.pk]
    assert (row.points, row.terms) == (card.total(told), [points for _, points in card.explain(told)])
    assert row.chance == pytest.approx(probability(row.points), abs=1e-12)
    assert account.risk == row.chance

    view = queries.risk_of(account, today=TODAY)
    assert view.average == card.baseline
    assert view.average + sum(driver.points for driver in view.drivers) == view.points == row.points
    assert [(driver.column, driver.points) for driver in view.drivers] == [
        (driver.column, driver.points) for driver in card.drivers(told)
    ]
    assert [driver.difference for driver in view.drivers] == pytest.approx(
        [driver.difference for driver in card.drivers(told)]
    )
    assert {driver.column: driver.value for driver in view.drivers}.items() <= told.items()


# ------------------------------------------------------------------------------------------- who has one
def test_only_customers_who_are_known_have_a_risk(workspace):
    adopted()
    sure, hardly, unscored = customers(3)
    score(sure, TODAY, {}).save()
    score(hardly, TODAY, {}, coverage=0.24).save()
    (prospect,) = customers(1, Stage.DECISION)
    score(prospect, TODAY, {}).save()

    scored(sure, hardly, unscored, prospect)

    assert sure.risk is not None
    assert [account.risk for account in (hardly, unscored, prospect)] == [None] * 3
    assert list(RiskScore.objects.values_list("account", flat=True)) == [sure.pk]
    assert queries.risk_of(hardly, today=TODAY) is None


def test_without_a_card_nobody_has_one(workspace):
    account = customer()

    scored(account)

    assert (account.risk, RiskScore.objects.count()) == (None, 0)


def test_a_risk_ends_when_the_customer_has_left(workspace):
    adopted()
    account = customer()
    scored(account)
    leave(account, NOON)

    scored(account, at=NOON + DAY)

    rows = list(RiskScore.objects.filter(account=account).order_by("day").values_list("points", "chance", "terms"))
    assert (account.risk, account.risk_days) == (None, None)
    assert rows[0][0] is not None
    assert rows[1] == (None, None, [])
    assert queries.risk_of(account, today=TODAY + DAY) is None


def test_a_risk_ends_with_the_card_it_came_from(workspace):
    run = adopted()
    account = customer()
    scored(account)
    actions.retire(run=run, at=NOON, by=make_member().user)

    scored(account, at=NOON + DAY)

    last = RiskScore.objects.order_by("-day").first()
    assert (account.risk, last.points, last.chance, last.run, last.horizon_days) == (None, None, None, None, 90)


def test_a_row_a_day_of_change(workspace):
    adopted()
    account = customer(adoption=80.0)
    scored(account)
    scored(account, at=NOON + DAY)
    score(account, TODAY + 2 * DAY, {"adoption": 10.0}).save()
    scored(account, at=NOON + 2 * DAY)

    assert list(RiskScore.objects.order_by("day").values_list("day", flat=True)) == [TODAY, TODAY + 2 * DAY]


def test_the_account_is_written_only_when_its_percent_differs(workspace):
    card = Card(0, (Term("adoption", (50.0, 60.0), (-100, -101, 60), 0), *CARD.terms[:2], *CARD.terms[3:]))
    card = Card(0, tuple(sorted(card.terms, key=lambda term: NAMES.index(term.column))))
    adopted(card)
    account = customer(adoption=40.0)
    assert actions.score(account_ids=[account.pk], at=NOON) == 1

    HealthScore.objects.filter(account=account).delete()
    score(account, TODAY, {"adoption": 55.0}).save()
    assert actions.score(account_ids=[account.pk], at=NOON) == 0
    assert RiskScore.objects.get().points == card.total(queries.values_on(TODAY, [account.pk])[account.pk])

    HealthScore.objects.filter(account=account).delete()
    score(account, TODAY, {"adoption": 65.0}).save()
    assert actions.score(account_ids=[account.pk], at=NOON) == 1


def test_other_horizon_same_chance_is_told(workspace):
    first = adopted()
    account = customer()
    scored(account)
    RiskRun.objects.filter(pk=first.pk).update(settings=ASKED | {"horizon_days": 30})

    scored(account)

    assert account.risk_days == 30


def test_whoever_is_scored_has_a_new_risk_at_once(workspace):
    """In the transaction of the score, without a job of its own."""
    adopted()
    (account,) = customers(1)
    make_contract(account, starts_on=TODAY - 90 * DAY, ends_on=TODAY + 90 * DAY, seats=10, at=LONG_AGO)
    for ago in range(60):
        for key in ("key_actions", "active_users", "seats_used"):
            make_reading(account, key, TODAY - ago * DAY, 3.0)
    for ago in range(5):
        make_touchpoint(account, at=NOON - ago * DAY)
    health_actions.rescore(account_ids=[account.pk], at=NOON)

    account.refresh_from_db()
    assert account.health_coverage >= 0.25
    assert account.risk == RiskScore.objects.get(account=account).chance


# ------------------------------------------------------------------------------------------- by hand weights
def test_hand_weights_score_until_something_better_is_adopted(workspace):
    accounts = panel(60, 16, hazard=0.004)
    actions.keep_up(at=NOON)
    work()

    hand = HandCard.objects.get()
    assert 0 < hand.departures < 10
    rows = RiskScore.objects.exclude(points=None)
    assert rows.count() == Account.objects.exclude(risk=None).count() > 40
    assert set(rows.values_list("run", "horizon_days")) == {(None, 90)}
    view = queries.risk_of(Account.objects.get(pk=rows.first().account_id), today=TODAY)
    assert (view.is_validated, view.departures) == (False, hand.departures)
    assert view.average == Card.from_json(hand.card).baseline
    assert {driver.column for driver in view.drivers} <= set(PARTS)
    panel_says = portraits.account_panel(accounts[0], TODAY)
    assert panel_says["risk"] is None or "Not yet validated" in panel_says["risk_basis"]


def test_the_night_remembers_and_takes_the_average_risk_anew(workspace):
    accounts = panel(80, 16, hazard=0.08, slope=1.0)

    handlers["risk.keep_up"].run(Effect(), NOON)
    work()

    assert queries.not_remembered(queries.month_ends(TODAY)) == []
    assert HandCard.objects.get().departures >= 10
    shown = next(account for account in accounts if queries.risk_of(account, today=TODAY))
    assert "No test has replaced them" in portraits.account_panel(shown, TODAY)["risk_basis"]


def test_many_customers_are_remembered_by_a_sample_of_whole_accounts(workspace, monkeypatch):
    monkeypatch.setattr(known, "REMEMBER", known.REMEMBER.replace(f"limit {known.SAMPLE}", "limit 3"))
    accounts = customers(9)
    days = queries.month_ends(TODAY, 2)
    for account in accounts:
        HealthScore.objects.bulk_create(score(account, day, {}) for day in days)
    for day in days:
        actions.remember(day=day, at=NOON)

    first, second = (row.accounts for row in RiskDay.objects.order_by("day"))
    assert first == second
    assert len(first) == 3


def test_lower_scores_are_more_risk_by_hand(workspace):
    panel(60, 16, hazard=0.01)
    actions.keep_up(at=NOON)
    good, bad = customer(**dict.fromkeys(PARTS, 75.0)), customer(**dict.fromkeys(PARTS, 25.0))

    scored(good, bad)

    assert good.risk < bad.risk


def twin(ends_in, *, days=365, auto_renews=False):
    """A customer like every other, but for what is agreed."""
    account = customer()
    ends_on = TODAY + timedelta(days=ends_in)
    terms = {"starts_on": ends_on - timedelta(days=days), "ends_on": ends_on, "auto_renews": auto_renews}
    make_contract(account, at=LONG_AGO, **terms)
    return account


@time_machine.travel(NOON, tick=False)
def test_a_contract_that_ends_soon_is_more_risk_by_hand(workspace, client):
    panel(60, 16, hazard=0.01)
    actions.keep_up(at=NOON)
    soon, late = twin(30), twin(275)
    scored(soon, late)
    client.force_login(make_member().user)

    told = [client.get(f"/api/v1/risk/{account.pk}/").json() for account in (soon, late)]
    gap = told[0]["points"] - told[1]["points"]
    assert told[0]["chance"] > told[1]["chance"]
    assert gap == 32, "three times the odds"
    assert told[0]["drivers"][0]["column"] == RENEWAL
    for account, words_of in ((soon, "Ends within a month"), (late, "Ends in 9 months")):
        page = client.get(reverse("dashboard:account_panel", args=[account.pk, "risk"])).content.decode()
        for shown in ("Not yet validated", "What the contract adds or takes is set by hand, too.", words_of):
            assert shown in page


@time_machine.travel(NOON, tick=False)
def test_a_contract_that_ended_without_another_is_as_much_risk_as_one_about_to_end(workspace, client):
    panel(60, 16, hazard=0.01)
    actions.keep_up(at=NOON)
    before, on_the_day, long_ago = twin(1), twin(0), twin(-91)
    scored(before, on_the_day, long_ago)
    client.force_login(make_member().user)

    told = [client.get(f"/api/v1/risk/{account.pk}/").json() for account in (before, on_the_day, long_ago)]
    assert told[0]["chance"] == told[1]["chance"] > told[2]["chance"]
    assert "Ended, and no other contract runs" in [driver["sentence"] for driver in told[1]["drivers"]]
    page = client.get(reverse("dashboard:account_panel", args=[on_the_day.pk, "risk"])).content.decode()
    assert "Ended, and no other contract runs" in page


def test_a_card_learned_before_ended_contracts_were_told_counts_them_as_about_to_end(workspace):
    adopted()
    before, on_the_day = twin(1), twin(0)
    scored(before, on_the_day)
    assert before.risk == on_the_day.risk


def test_kinds_of_contract_by_hand(workspace):
    panel(60, 16, hazard=0.01)
    actions.keep_up(at=NOON)
    ends, renews, monthly = twin(20), twin(20, auto_renews=True), twin(20, days=30, auto_renews=True)

    scored(ends, renews, monthly)

    view = {account.pk: queries.risk_of(account, today=TODAY).points for account in (ends, renews, monthly)}
    assert [view[one.pk] - view[ends.pk] for one in (renews, monthly)] == [-20, -12]


def test_the_chances_by_hand_average_to_the_share_that_left(workspace):
    accounts = panel(200, 16, hazard=0.002)
    for place, account in enumerate(accounts):
        ends_on = TODAY + timedelta(days=10 + place * 2)
        make_contract(account, starts_on=ends_on - timedelta(days=700), ends_on=ends_on, at=LONG_AGO)
    actions.keep_up(at=NOON)
    hand = HandCard.objects.get()
    asked = queries.settings_of_run()
    year = [day for day in queries.month_ends(TODAY) if queries.horizon_is_over(day, TODAY, asked)]
    rows = training.history([training.Day(**one) for one in queries.remembered(year[-12:], asked)])

    chances = points.probabilities(points.totals(Card.from_json(hand.card), rows.values))

    assert 0 < hand.departures < 10
    assert chances.mean() == pytest.approx(rows.label.mean(), rel=0.1)


def test_without_any_contract_none_counts(workspace):
    panel(60, 16, hazard=0.01)
    actions.keep_up(at=NOON)
    account = customer(adoption=20.0)

    scored(account)

    assert {driver.column for driver in queries.risk_of(account, today=TODAY).drivers} <= set(PARTS)
    assert "set by hand, too" not in portraits.account_panel(account, TODAY)["risk_basis"]


def test_a_card_from_before_a_column_came_scores_and_explains_on(workspace):
    adopted(replace(CARD, terms=CARD.terms[:-1]))
    account = twin(30)

    scored(account)

    view = queries.risk_of(account, today=TODAY)
    assert view.average == CARD.baseline
    assert {driver.column for driver in view.drivers} <= set(NAMES[:-1])


def test_a_day_written_down_before_a_column_came_teaches_on(workspace):
    panel(40, 16, hazard=0.02)
    actions.keep_up(at=NOON)
    days = list(RiskDay.objects.order_by("day"))
    before = [training.Day(**one) for one in queries.remembered([day.day for day in days], queries.asked())]
    shorter = [
        replace(day, numbers=",".join(",".join(row[:10] + row[11:]) for row in rows_of(day.numbers))) for day in before
    ]

    old, new = training.history(shorter), training.history(before)

    assert np.isnan(old.values[:, NAMES.index(CONTRACT)]).all()
    assert np.array_equal(old.values[:, :10], new.values[:, :10], equal_nan=True)
    assert np.array_equal(old.recorded[:, :10], new.recorded[:, :10], equal_nan=True)


def rows_of(numbers):
    each, width = numbers.split(","), len(NAMES) + 2
    return [each[start : start + width] for start in range(0, len(each), width)]


def test_without_a_horizon_behind_it_nothing_is_known_by_hand(workspace):
    account = customer()

    assert actions.make_hand_card(at=NOON) is None
    scored(account)
    assert account.risk is None


def test_a_horizon_that_no_history_bears_takes_every_risk_away(workspace):
    account = customer()
    panel(30, 5, hazard=0.01)
    actions.keep_up(at=NOON)
    work()
    account.refresh_from_db()
    assert account.risk is not None
    later = NOON + timedelta(hours=1)
    actions.set_settings(horizon_days=180, counts_downgrade=False, counts_non_renewal=False, at=later, by=None)
    assert work(later) == 2, "the hand weights, and one chunk of accounts"

    account.refresh_from_db()
    assert account.risk is None
    assert not HandCard.objects.exists()
    assert RiskScore.objects.get(account=account).chance is None
    actions.make_hand_card(at=later + timedelta(hours=1))
    assert work(later + timedelta(hours=1)) == 0, "there were no hand weights any more"


def test_a_horizon_that_no_history_bears_leaves_the_risk_of_an_adopted_card(workspace):
    account = customer()
    panel(30, 5, hazard=0.01)
    actions.keep_up(at=NOON)
    adopted()
    work()
    account.refresh_from_db()
    before = account.risk
    later = NOON + timedelta(hours=1)
    actions.set_settings(horizon_days=180, counts_downgrade=False, counts_non_renewal=False, at=later, by=None)

    assert work(later) == 1, "the hand weights alone"
    account.refresh_from_db()
    assert account.risk == before is not None


def test_the_same_hand_weights_again_score_nobody_anew(workspace):
    panel(30, 16, hazard=0.01)
    actions.keep_up(at=NOON)
    work()
    at = NOON + timedelta(hours=1)
    actions.make_hand_card(at=at)

    assert work(at) == 0


def test_other_settings_take_the_hand_weights_anew(workspace):
    panel(30, 16, hazard=0.01)
    actions.keep_up(at=NOON)
    later = NOON + timedelta(hours=1)
    actions.set_settings(horizon_days=30, counts_downgrade=False, counts_non_renewal=False, at=later, by=None)
    work(later)

    assert HandCard.objects.get().horizon_days == 30
    assert set(Account.objects.exclude(risk=None).values_list("risk_days", flat=True)) == {30}


# ------------------------------------------------------------------------------------------- as people read it
def test_tenths_of_the_customers(workspace):
    accounts = customers(20)
    Account.objects.bulk_update(
        [Account(pk=account.pk, risk=(place + 1) / 100, risk_days=90) for place, account in enumerate(accounts)],
        ["risk", "risk_days"],
    )
    for place, account in enumerate(accounts):
        RiskScore.objects.create(
            account=account, day=TODAY, horizon_days=90, points=0, chance=(place + 1) / 100, terms=[0] * len(NAMES),
            computed_at=NOON,
        )  # fmt: skip

    views = queries.risks_of([account.pk for account in accounts], today=TODAY)

    deciles = [views[account.pk].decile for account in accounts]
    assert (deciles[0], deciles[-1]) == (10, 1)
    assert deciles == sorted(deciles, reverse=True)
    assert {deciles.count(one) for one in range(2, 10)} <= {1, 2, 3}


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.0, "1 in 1,000"), (0.02, "1 in 50"), (0.34, "1 in 3"), (0.41, "4 in 10"), (0.99, "9 in 10")],
)
def test_odds(chance, said):
    assert words.odds(chance) == f"about {said}"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("adoption", 41.6, "42 of 100"),
        ("adoption", None, "Nothing is known of it"),
        (RENEWAL, None, "It is not known what is agreed"),
        (RENEWAL, float(NO_CONTRACT), "No contract runs"),
        (RENEWAL, -1.0, "Ended, and no other contract runs"),
        (CONTRACT, -1.0, "Was not renewed"),
        (RENEWAL, 0.0, "Ends within a month"),
        (RENEWAL, 1.0, "Ends in 1 month"),
        (RENEWAL, 5.0, "Ends in 5 months"),
        (RENEWAL, 58.0, "Ends in 58 months"),
        (RENEWAL, 59.0, "Ends in 5 years or more"),
        (AGE, None, "Not known"),
        (AGE, 0.0, "Not a month yet"),
        (AGE, 1.0, "1 month"),
        (AGE, 30.0, "30 months"),
        (AGE, 61.0, "5 years"),
        (CONTRACT, None, "Not known"),
        (CONTRACT, 0.0, "Ends unless it is renewed"),
        (CONTRACT, 1.0, "Renews by itself"),
        (CONTRACT, 2.0, "Runs from month to month"),
    ],
)
def test_what_is_known_in_words(column, value, said):
    assert words.tell(column, value) == said


@time_machine.travel(NOON, tick=False)
def test_the_card_on_the_accounts_page(workspace, client):
    run = adopted()
    account = customer(adoption=10.0)
    make_contract(account, starts_on=TODAY - 500 * DAY, ends_on=TODAY + 20 * DAY, at=LONG_AGO)
    scored(account)
    client.force_login(make_member().user)

    page = client.get(reverse("dashboard:account_panel", args=[account.pk, "risk"])).content.decode()

    view = queries.risk_of(account, today=TODAY)
    assert f"{view.odds}, within 90 days" in page
    for shown in ("Successful adoption", "10 of 100", "Time to renewal", "Ends within a month", "+31"):
        assert shown in page
    assert reverse("risk:run", args=[run.pk]) in page
    assert "what foretells leaving, not what to mend" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stage": Stage.DECISION}, "Only customers can leave"),
        ({}, "Too little is known"),
        ({"health_band": "watch", "health_score": Decimal(60)}, "as soon as the end of a month"),
    ],
)
def test_the_card_says_why_there_is_no_risk(workspace, client, fields, said):
    (account,) = customers(1, **fields)
    client.force_login(make_member().user)

    assert said in client.get(reverse("dashboard:account_panel", args=[account.pk, "risk"])).content.decode()


# ------------------------------------------------------------------------------------------- keeping
def test_old_risks_are_let_go_but_for_the_newest(workspace):
    adopted()
    (account,) = customers(1)
    for ago, value in ((9, 80.0), (0, 10.0)):
        score(account, TODAY - ago * DAY, {"adoption": value}).save()
        scored(account, at=NOON - ago * DAY)
    assert RiskScore.objects.count() == 2

    assert actions.forget_scores(before=NOON + 9 * DAY, limit=10, at=NOON) == 1
    assert RiskScore.objects.get().day == TODAY


def test_all_is_read_before_anything_is_written(workspace):
    """On the first night each look for the last risk read the whole of what the statement had written by then."""
    values = {"ids": "{1}", "at": NOON, "run": None, "horizon": 90}
    with connection.cursor() as cursor:
        cursor.execute("explain " + scoring.statement(CARD), queries.as_of(TODAY) | values)
        plan = " ".join(line.strip() for (line,) in cursor.fetchall())
    assert re.search(r"Insert on risk_riskscore r .*Sort Key: scored\w*\.id", plan)
