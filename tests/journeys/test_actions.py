from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions.facts import record_fact
from accounts.models import Account, Fact, MetricDay
from accounts.stages import Stage
from journeys import actions, queries
from journeys.actions import moves
from journeys.models import StageMove, Touchpoint
from outbox import engine
from tests.builders import NOON, TODAY, make_account, make_contact, make_contract, make_touchpoint, make_user

DAY = timedelta(days=1)


def move(account, to_stage, at=NOON, by=None, **more):
    return actions.move_stage(account=account, to_stage=to_stage, reason="They said so", at=at, by=by, **more)


def run_effects(at=NOON):
    engine.run_due(queue="default", clock=lambda: at, until=at + DAY)


def stage_of(account):
    return Account.objects.get(pk=account.pk).stage


# ---------------------------------------------------------------------------------------------- touchpoints
def readings(account):
    return list(MetricDay.objects.filter(account=account).values_list("metric__key", "day", "n", "total"))


def test_a_two_way_touchpoint_counts_on_its_own_day(workspace):
    account = make_account()
    for hours in (0, 30, 31):
        make_touchpoint(account, direction="two_way", happened_at=NOON - timedelta(hours=hours))
    assert sorted(readings(account)) == [
        ("touchpoints_two_way", TODAY - DAY, 2, 2.0),
        ("touchpoints_two_way", TODAY, 1, 1.0),
    ]


def test_a_one_way_touchpoint_counts_apart_and_a_note_not_at_all(workspace):
    account = make_account()
    make_touchpoint(account, direction="one_way", channel="gift")
    make_touchpoint(account, direction="two_way", channel="note")
    make_touchpoint(account, direction="two_way", channel="meeting", outcome="missed")
    assert readings(account) == [("touchpoints_one_way", TODAY, 1, 1.0)]


def test_a_touchpoint_is_told_on_the_timeline_when_it_happened(workspace):
    account = make_account()
    contact = make_contact(account, name="Ana Ruiz")
    touchpoint = make_touchpoint(
        account, contact=contact, expected=1, felt=-2, summary="Went badly", happened_at=NOON - DAY,
        outcome="held", is_proactive=False,
    )  # fmt: skip
    fact = Fact.objects.get(kind="touchpoint.logged")
    assert fact.at == NOON - DAY
    assert fact.data == {
        "touchpoint_id": touchpoint.pk,
        "channel": "call",
        "direction": "two_way",
        "summary": "Went badly",
        "outcome": "held",
        "is_proactive": False,
        "expected": 1,
        "felt": -2,
        "contact_name": "Ana Ruiz",
    }


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"happened_at": NOON + DAY}, actions.NotYetHappened),
        ({"expected": 3}, actions.OutOfRange),
        ({"felt": -3}, actions.OutOfRange),
    ],
)
def test_a_touchpoint_that_cannot_be_is_refused(workspace, fields, error):
    with pytest.raises(error):
        make_touchpoint(make_account(), **fields)
    assert not Touchpoint.objects.exists()


def test_a_contact_of_another_account_is_refused(workspace):
    stranger = make_contact(make_account())
    with pytest.raises(actions.ContactElsewhere):
        make_touchpoint(make_account(), contact=stranger)


# --------------------------------------------------------------------------------------------------- stages
def test_a_move_is_history_place_and_fact(workspace):
    account, user = make_account(stage=Stage.USE, at=NOON - 9 * DAY), make_user()
    made = move(account, Stage.ADVOCACY, by=user)
    assert (account.stage, account.stage_since) == (Stage.ADVOCACY, NOON)
    stored = Account.objects.get(pk=account.pk)
    assert (stored.stage, stored.stage_since) == (Stage.ADVOCACY, NOON)
    assert (made.from_stage, made.to_stage, made.from_since) == (Stage.USE, Stage.ADVOCACY, NOON - 9 * DAY)
    assert made.words == "They said so"
    fact = Fact.objects.get(kind="stage.entered")
    assert fact.by == user
    assert fact.data == {
        "move_id": made.pk,
        "from_stage": "use",
        "to_stage": "advocacy",
        "reason": "They said so",
        "rule": "",
        "detail": {},
    }


def test_a_move_to_the_same_stage_is_refused_even_when_our_copy_is_old(workspace):
    account = make_account(stage=Stage.USE)
    move(Account.objects.get(pk=account.pk), Stage.LOYALTY)
    with pytest.raises(actions.AlreadyThere):
        move(account, Stage.LOYALTY)


def test_a_person_says_why(workspace):
    with pytest.raises(actions.ReasonMissing):
        actions.move_stage(account=make_account(), to_stage=Stage.CHURN, reason="  ", at=NOON, by=make_user())
    with pytest.raises(actions.ReasonMissing):
        actions.move_stages(stages={make_account().pk: Stage.CHURN}, reason="  ", at=NOON, by=make_user())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(Stage.values), min_size=1, max_size=12))
def test_the_history_is_a_chain(workspace, wanted):
    account = make_account(stage=Stage.AWARENESS)
    for hours, stage in enumerate(wanted):
        if stage != account.stage:
            move(account, stage, at=NOON + timedelta(hours=hours))
    path = list(StageMove.objects.filter(account=account).order_by("pk"))
    assert [one.from_stage for one in path] == [Stage.AWARENESS, *[one.to_stage for one in path]][: len(path)]
    assert [one.from_since for one in path[1:]] == [one.at for one in path[:-1]]
    assert stage_of(account) == (path[-1].to_stage if path else Stage.AWARENESS)


def test_a_move_can_be_taken_back_for_ten_minutes(workspace):
    account, user = make_account(stage=Stage.USE, at=NOON - 9 * DAY), make_user()
    move(account, Stage.CHURN, by=user)
    actions.take_back(account=account, at=NOON + timedelta(minutes=10), by=user)
    assert (account.stage, account.stage_since) == (Stage.USE, NOON - 9 * DAY)
    assert not queries.moves_of(account).exists()
    assert Fact.objects.get(kind="stage.taken_back").data == {"from_stage": "churn", "to_stage": "use"}


def test_what_is_old_or_made_by_rule_or_not_there_is_not_taken_back(workspace):
    user = make_user()
    old, ruled, still = make_account(), make_account(), make_account()
    move(old, Stage.CHURN, by=user, at=NOON - timedelta(minutes=11))
    move(ruled, Stage.CHURN, rule="churned")
    for account in (old, ruled, still):
        with pytest.raises(actions.TooLate):
            actions.take_back(account=account, at=NOON, by=user)


# ---------------------------------------------------------------------------------------- reactions: contracts
@pytest.mark.parametrize("stage", [Stage.AWARENESS, Stage.CONSIDERATION, Stage.DECISION])
def test_a_prospect_whose_contract_has_begun_is_delivered_to(workspace, stage):
    account = make_account(stage=stage)
    make_contract(account, name="Care", starts_on=TODAY)
    run_effects()
    assert stage_of(account) == Stage.DELIVERY
    assert queries.last_move(account).words == "The contract “Care” has begun."


def test_a_contract_that_begins_later_moves_nobody_before(workspace):
    account = make_account(stage=Stage.DECISION)
    make_contract(account, starts_on=TODAY + DAY)
    run_effects()
    assert stage_of(account) == Stage.DECISION
    assert actions.move_due(at=NOON + DAY) == 1
    assert stage_of(account) == Stage.DELIVERY


def test_a_customer_who_left_comes_back_with_a_contract_signed_since(workspace):
    account = make_account(stage=Stage.USE)
    make_contract(account)
    move(account, Stage.CHURN, at=NOON)
    run_effects(NOON + DAY)
    assert stage_of(account) == Stage.CHURN
    make_contract(account, name="New start", starts_on=TODAY, at=NOON + DAY)
    run_effects(NOON + DAY)
    assert stage_of(account) == Stage.DELIVERY
    assert queries.last_move(account).rule == "returned"


def test_a_renewal_makes_a_user_loyal(workspace):
    account = make_account(stage=Stage.USE)
    make_contract(account, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1))
    run_effects()
    assert stage_of(account) == Stage.USE
    make_contract(account, name="Second year", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1))
    run_effects()
    assert stage_of(account) == Stage.LOYALTY
    assert queries.last_move(account).words == "Renewed with the contract “Second year”."


# ---------------------------------------------------------------------------------- reactions: answers, alerts
def answer(account, value=1, metric="csat", at=NOON, **data):
    bad_below = {"csat": 2, "nps": 6}[metric]
    data = {
        "answer_id": 1,
        "contact_id": 7,
        "contact_name": "Ana Ruiz",
        "contact_role": "end_user",
        "metric": metric,
        "value": value,
        "scale_max": {"csat": 5, "nps": 10}[metric],
        "is_bad": value <= bad_below,
        **data,
    }
    return record_fact(account=account, kind="survey.answered", at=at, **data)


def alert(account, kind, alert_id=1, **data):
    return record_fact(account=account, kind=f"alert.{kind}", at=NOON, alert_id=alert_id, rule="score_low", **data)


@pytest.mark.parametrize("stage", [Stage.DELIVERY, Stage.USE, Stage.LOYALTY, Stage.ADVOCACY])
def test_a_bad_answer_disappoints_a_customer(workspace, stage):
    account = make_account(stage=stage)
    answer(account, 1)
    run_effects()
    assert stage_of(account) == Stage.DISAPPOINTMENT
    assert queries.last_move(account).words == "Ana Ruiz answered 1 of 5."


@pytest.mark.parametrize("stage", [Stage.AWARENESS, Stage.DISAPPOINTMENT, Stage.CHURN])
def test_a_bad_answer_moves_nobody_else(workspace, stage):
    account = make_account(stage=stage)
    answer(account, 1)
    run_effects()
    assert not queries.moves_of(account).exists()


def test_a_middling_answer_moves_nobody(workspace):
    account = make_account(stage=Stage.USE)
    answer(account, 3)
    run_effects()
    assert stage_of(account) == Stage.USE


def test_an_answer_changed_before_we_looked_counts_as_changed(workspace):
    account = make_account(stage=Stage.USE)
    answer(account, 1)
    answer(account, 5, is_change=True)
    run_effects()
    assert not queries.moves_of(account).exists()


@pytest.mark.parametrize(
    ("role", "value", "stage"),
    [
        ("decision_maker", 9, Stage.LOYALTY),
        ("decision_maker", 8, Stage.USE),
        ("end_user", 10, Stage.USE),
    ],
)
def test_a_decision_maker_who_would_recommend_us_is_loyal(workspace, role, value, stage):
    account = make_account(stage=Stage.USE)
    answer(account, value, "nps", contact_role=role)
    run_effects()
    assert stage_of(account) == stage


def test_an_alert_disappoints_and_its_end_leads_back_to_where_the_account_was(workspace):
    account = make_account(stage=Stage.LOYALTY)
    alert(account, "opened")
    run_effects()
    assert stage_of(account) == Stage.DISAPPOINTMENT
    alert(account, "closed", open_alerts=0)
    run_effects()
    assert stage_of(account) == Stage.LOYALTY
    assert (queries.last_move(account).rule, queries.last_move(account).reason) == ("recovered", "recovered")


def test_an_alert_that_closed_before_we_looked_moves_nobody(workspace):
    account = make_account(stage=Stage.USE)
    alert(account, "opened")
    alert(account, "closed", open_alerts=0)
    run_effects()
    assert not queries.moves_of(account).exists()


def test_the_account_stays_disappointed_while_an_alert_is_open(workspace):
    account = make_account(stage=Stage.USE)
    alert(account, "opened", 1)
    alert(account, "opened", 2)
    run_effects()
    alert(account, "closed", 1, open_alerts=1)
    run_effects()
    assert stage_of(account) == Stage.DISAPPOINTMENT
    alert(account, "closed", 2, open_alerts=0)
    alert(account, "opened", 3)
    run_effects()
    assert stage_of(account) == Stage.DISAPPOINTMENT


def test_the_person_who_answered_badly_can_make_it_good(workspace):
    account = make_account(stage=Stage.USE)
    answer(account, 2)
    run_effects()
    answer(account, 5, contact_id=8, answer_id=2)
    run_effects()
    assert stage_of(account) == Stage.DISAPPOINTMENT
    answer(account, 4)
    run_effects()
    assert stage_of(account) == Stage.USE
    assert queries.last_move(account).words == "Ana Ruiz answered 4 of 5."


def test_a_disappointment_entered_by_hand_is_left_by_hand(workspace):
    by_hand, imported = make_account(stage=Stage.USE), make_account(stage=Stage.DISAPPOINTMENT)
    move(by_hand, Stage.DISAPPOINTMENT)
    for account in (by_hand, imported):
        alert(account, "closed", open_alerts=0)
    run_effects()
    assert (stage_of(by_hand), stage_of(imported)) == (Stage.DISAPPOINTMENT, Stage.DISAPPOINTMENT)


# ------------------------------------------------------------------------------------------------ every day
def use(account, days, ends_on=TODAY):
    from accounts.actions.metrics import Reading, define_metric, upsert_readings

    metric = define_metric(key="active_users", name="Active users", kind="gauge")
    rows = [Reading(account.pk, metric.pk, ends_on - n * DAY, 1, 3, 3) for n in range(days)]
    upsert_readings(readings=rows, at=NOON)


def test_ten_days_of_use_in_two_weeks_make_a_user(workspace):
    used, seldom, before = (make_account(stage=Stage.DELIVERY) for _ in range(3))
    use(used, 10)
    use(seldom, 9)
    use(before, 10, ends_on=TODAY - 9 * DAY)
    assert actions.move_due(at=NOON) == 1
    assert [stage_of(one) for one in (used, seldom, before)] == [Stage.USE, Stage.DELIVERY, Stage.DELIVERY]
    assert queries.last_move(used).words == "Used on 10 of the last 14 days."


def test_a_customer_without_contract_for_a_month_has_left(workspace):
    gone, recent, again, never = (make_account(stage=Stage.LOYALTY) for _ in range(4))
    long_ago = {"starts_on": date(2025, 1, 1), "ends_on": TODAY - 31 * DAY}
    make_contract(gone, **long_ago)
    make_contract(recent, starts_on=date(2025, 1, 1), ends_on=TODAY - 30 * DAY)
    make_contract(again, **long_ago)
    make_contract(again, starts_on=TODAY + DAY, ends_on=TODAY + 90 * DAY)
    assert actions.move_due(at=NOON) == 1
    assert [stage_of(one) for one in (gone, recent, again, never)] == ["churn", "loyalty", "loyalty", "loyalty"]
    assert queries.last_move(gone).words == "The last contract ended on 15 May 2026."


def test_a_large_sweep_goes_on_in_the_background(workspace, monkeypatch):
    monkeypatch.setattr(moves, "BATCH", 2)
    accounts = [make_account(stage=Stage.DELIVERY) for _ in range(5)]
    for account in accounts:
        use(account, 12)
    assert actions.move_due(at=NOON) == 2
    clock = (NOON + timedelta(seconds=n) for n in count(1))
    engine.run_due(queue="compute", clock=lambda: next(clock), until=NOON + DAY)
    assert {stage_of(account) for account in accounts} == {Stage.USE}
    assert StageMove.objects.count() == 5
