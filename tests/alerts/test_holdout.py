"""Alerts that keep silent, so that it can be told whether acting helps."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Fact
from accounts.stages import Stage
from alerts import holdout, queries, sentences
from alerts.actions import alerts, settings
from alerts.actions import rules as rule_actions
from alerts.holdout import Comparison, Group
from alerts.models import Alert, AlertRule, AlertSettings
from journeys.models import StageMove
from outbox.models import Effect
from risk import actions as risk_actions
from tests.alerts.test_alerts import with_score
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_contact,
    make_contract,
    make_expectation,
    make_member,
    make_move,
    make_risk_run,
    make_rule,
    make_survey_fact,
)
from tests.health.test_views import sign_in
from tests.risk.given import make_run
from workspaces.capabilities import Role

DAY = timedelta(days=1)


@pytest.fixture
def silent(monkeypatch):
    """Every alert that may keep silent does."""
    settings.set_alerts(holdout_share=20, at=NOON, by=None)
    monkeypatch.setattr(holdout, "is_held_out", lambda account_id, rule, share: True)


# ------------------------------------------------------------------------------------------- the draw
def test_the_draw_is_the_same_every_time_and_keeps_its_share():
    drawn = [holdout.is_held_out(account_id, "score_band", 10) for account_id in range(20_000)]
    assert drawn == [holdout.is_held_out(account_id, "score_band", 10) for account_id in range(20_000)]
    assert sum(drawn) == pytest.approx(2_000, abs=130)
    other = [holdout.is_held_out(account_id, "score_drop", 10) for account_id in range(20_000)]
    assert sum(a and b for a, b in zip(drawn, other, strict=True)) == pytest.approx(200, abs=60)


def test_a_larger_share_holds_out_those_of_a_smaller_one():
    few = {pk for pk in range(5_000) if holdout.is_held_out(pk, "score_band", 5)}
    many = {pk for pk in range(5_000) if holdout.is_held_out(pk, "score_band", 20)}
    assert few < many
    assert not any(holdout.is_held_out(pk, "score_band", 0) for pk in range(5_000))


def test_without_a_share_nothing_takes_part(workspace):
    alerts.evaluate(account_ids=[with_score(make_account(), 30).pk], at=NOON)
    assert [(one.holdout_share, one.is_held_out) for one in Alert.objects.all()] == [(None, False)]


# ------------------------------------------------------------------------------------------- silence
def test_a_silent_alert_is_nowhere(workspace, silent, time_machine):
    time_machine.move_to(NOON, tick=False)
    member = make_member(Role.ADMIN)
    client, account = sign_in(member=member), with_score(make_account("Alder", owner=member), 30)
    effects = Effect.objects.count()
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    alert = Alert.objects.get()
    assert (alert.is_held_out, alert.holdout_share) == (True, 20)
    assert (list(Fact.objects.filter(kind__startswith="alert.")), Effect.objects.count()) == ([], effects)
    assert (queries.alert_counts([account.pk]), queries.rule_figures(NOON)) == ({}, {})
    assert list(queries.open_alerts()) == list(queries.alerts_of(account)) == list(queries.alerts()) == []
    for address in ("/alerts/?who=all", "/alerts/?who=mine", f"/accounts/{account.pk}/?show=all", "/"):
        assert f"/alerts/{alert.pk}/" not in client.get(address).content.decode()
    assert "Alder" not in client.get(reverse("alerts:alert_export") + "?who=all").getvalue().decode()
    assert [client.get(reverse("alerts:alert", args=[alert.pk])).status_code] == [404]
    for name in ("alert_acknowledge", "alert_resolve", "alert_assign", "alert_snooze"):
        assert client.post(reverse(f"alerts:{name}", args=[alert.pk])).status_code == 404


def test_a_silent_alert_closes_silently(workspace, silent):
    account = with_score(make_account(), 30)
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    alerts.evaluate(account_ids=[with_score(account, 90).pk], at=NOON + DAY)
    assert (Alert.objects.get().closed_how, Fact.objects.filter(kind__startswith="alert.").count()) == ("recovered", 0)


def test_events_are_always_told(workspace, silent):
    account = make_account()
    make_survey_fact(account, make_contact(account, role="decision_maker"), 1)
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    assert [(one.rule, one.is_held_out, one.holdout_share) for one in Alert.objects.all()] == [
        ("bad_answer", False, None)
    ]


def test_rules_that_were_made_hard_are_always_told(workspace, silent):
    rule_actions.update_rule(rule=AlertRule.objects.get(key="score_band"), is_hard=True, at=NOON, by=None)
    alerts.evaluate(account_ids=[with_score(make_account(), 30).pk], at=NOON)
    assert Alert.objects.get().is_held_out is False


@pytest.mark.parametrize("is_hard", [True, False])
def test_an_event_never_joins_a_silent_alert(workspace, silent, is_hard):
    AlertRule.objects.filter(key="bad_answer").update(is_hard=is_hard)
    account = with_score(make_account(), 30)
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    make_survey_fact(account, make_contact(account), 1, at=NOON)
    alerts.evaluate(account_ids=[account.pk], at=NOON + DAY)
    assert sorted((one.rule, one.is_held_out) for one in Alert.objects.all()) == [
        ("bad_answer", False),
        ("score_band", True),
    ]
    assert Fact.objects.filter(kind="alert.opened").count() == 1


def test_a_soft_driver_joins_a_silent_alert_or_a_told_one_first(workspace, silent):
    make_rule("no_decider", "Nobody decides", parameters={"days": 0})
    account = with_score(make_account(), 30)
    AlertRule.objects.filter(key="score_band").update(is_on=False)
    make_expectation(account)
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    assert [(one.is_held_out, len(one.drivers)) for one in Alert.objects.all()] == [(True, 1)]
    AlertRule.objects.filter(key="score_band").update(is_on=True)
    alerts.evaluate(account_ids=[account.pk], at=NOON + DAY)
    # What the customer does never hides in an alert about a gap of ours: it draws for itself.
    assert sorted((one.rule, one.is_held_out) for one in Alert.objects.all())[0] == (
        AlertRule.objects.get(name="Nobody decides").key,
        True,
    )


# ------------------------------------------------------------------------------------------- what came of it
def took_part(is_held_out, left_after=None, opened_at=NOON - 120 * DAY, **fields):
    account = make_account(at=opened_at - DAY)
    fields = {"rule": "score_band", "holdout_share": 10, "is_held_out": is_held_out, **fields}
    alert = make_alert(account, opened_at=opened_at, **fields)
    if left_after is not None:
        make_move(account, Stage.CHURN, at=opened_at + left_after * DAY)
    return alert


def test_departures_in_time_are_compared(workspace):
    took_part(False, 30)
    took_part(False, 91)
    took_part(False)
    took_part(True, 89)
    took_part(True)
    took_part(True, opened_at=NOON - 10 * DAY)
    make_alert(make_account(), opened_at=NOON - 120 * DAY)  # took no part
    assert queries.holdout(NOON) == Comparison(Group(3, 1), Group(2, 1), 1)


def test_an_account_counts_once_by_its_first_alert(workspace):
    first = took_part(True, 30)
    fields = {"rule": "score_drop", "holdout_share": 10, "opened_at": NOON - 110 * DAY}
    make_alert(first.account, **fields)
    assert queries.holdout(NOON) == Comparison(Group(), Group(1, 1))


def test_disappointment_is_no_departure(workspace):
    alert = took_part(True)
    make_move(alert.account, Stage.DISAPPOINTMENT, at=NOON - 100 * DAY)
    assert StageMove.objects.filter(to_stage=Stage.DISAPPOINTMENT).exists()
    assert queries.holdout(NOON).departures == 0


def test_leaving_is_what_the_risk_asks(workspace):
    """Of a told alert 40 days later, of a silent one 20."""
    took_part(False, 40)
    took_part(True, 20)
    took_part(True, opened_at=NOON - 40 * DAY)
    ask(horizon_days=30)
    assert queries.holdout(NOON) == Comparison(Group(1, 0), Group(2, 1))
    ask(horizon_days=180)
    assert queries.holdout(NOON) == Comparison(waiting=3)


def test_leaving_is_what_the_adopted_risk_means_not_what_the_next_test_asks(workspace):
    took_part(True, opened_at=NOON - 100 * DAY)
    run = make_risk_run(adopted_at=NOON)
    ask(horizon_days=180)
    assert queries.holdout(NOON) == Comparison(Group(), Group(1, 0)), "its 90 days are over"
    run.retired_at = NOON
    run.save()
    assert queries.holdout(NOON) == Comparison(waiting=1)


def agreed(alert, starts, ends, value=1200):
    """A contract from and to so many days after the alert."""
    day, long_ago = alert.opened_at.date(), NOON - 999 * DAY
    terms = {"starts_on": day + starts * DAY, "ends_on": day + ends * DAY, "value_minor": value, "currency": "EUR"}
    make_contract(alert.account, at=long_ago, **terms)


@pytest.mark.parametrize(
    ("next_one", "not_renewed", "given_up"),
    [
        (None, True, False),
        ((40, 400, 1200), False, False),
        ((119, 400, 1200), False, False),  # late, but renewed
        ((121, 400, 1200), True, False),
        ((40, 405, 500), False, True),
    ],
)
def test_contracts_count_as_the_workspace_says(workspace, next_one, not_renewed, given_up):
    """A year's contract that ends 40 days after the alert, and the one that follows it."""
    alert = took_part(False, opened_at=NOON - 200 * DAY)
    agreed(alert, -325, 40)
    if next_one:
        agreed(alert, *next_one)
    left = []
    for asked in ({}, {"counts_non_renewal": True}, {"counts_downgrade": True}):
        ask(**asked)
        left.append(queries.holdout(NOON).told.departures)
    assert left == [0, not_renewed, given_up]


def test_who_may_still_renew_late_is_waited_for(workspace):
    agreed(took_part(True, opened_at=NOON - 100 * DAY), -300, 40)
    ask(horizon_days=90, counts_non_renewal=True)
    assert queries.holdout(NOON) == Comparison(waiting=1)
    assert queries.holdout(NOON + 20 * DAY) == Comparison(Group(), Group(1, 1))


def ask(*, horizon_days=90, **counts):
    counts = {"counts_downgrade": False, "counts_non_renewal": False, **counts}
    risk_actions.set_settings(horizon_days=horizon_days, **counts, at=NOON, by=None)


@pytest.mark.parametrize(
    ("told", "held_out", "verdict", "words"),
    [
        (Group(90, 5), Group(10, 4), "none", "No evidence yet: 9 of the accounts"),
        (Group(90, 12), Group(), "none", "No evidence yet"),
        (Group(), Group(), "none", "No evidence yet: 0 of"),
        (Group(900, 40), Group(100, 25), "helps", "keeps customers. 25"),
        (Group(900, 300), Group(100, 5), "harms", "More customers left where"),
        (Group(900, 90), Group(100, 11), "unclear", "cannot be told apart yet"),
    ],
)
def test_what_can_be_said(told, held_out, verdict, words):
    found = Comparison(told, held_out)
    assert found.verdict == verdict
    assert words in sentences.holdout(found)


def test_a_difference_needs_both_groups():
    assert (Comparison().difference, Comparison(Group(1, 1), Group()).interval) == (None, None)


# ------------------------------------------------------------------------------------------- its page
def test_the_share_is_typed_and_explained(workspace, time_machine):
    time_machine.move_to(NOON, tick=False)
    client, address = sign_in(Role.MANAGER), reverse("alerts:holdout")
    page = client.get(address).content.decode()
    assert ("nothing is measured" in page, "No evidence yet" in page, "What it costs" in page) == (True, True, True)
    assert client.post(address, {"holdout_share": "21"}).status_code == 422
    assert client.post(address, {"holdout_share": "10"}).status_code == 302
    assert queries.alert_settings().holdout_share == 10
    assert "10 of 100 new alerts" in client.get(address).content.decode()
    assert sign_in(Role.CSM).get(address).status_code == 403


def test_the_page_says_what_counts_as_leaving(workspace, time_machine):
    time_machine.move_to(NOON, tick=False)
    client, address = sign_in(Role.MANAGER), reverse("alerts:holdout")
    ask(horizon_days=60, counts_downgrade=True)
    page = client.get(address).content.decode()
    for words in (
        "Left within 60 days: lost customers, more than half of the value given up.",
        "Departures within 60 days, by what happened to the alert",
        '<th scope="col" class="num">Left within 60 days</th>',
        f'href="{reverse("risk:run_list")}"',
    ):
        assert words in page
    assert "90 days" not in page
    assert "risk shown on every account: as chosen for the next test. Counted from the alert on." in page


def test_both_pages_name_the_risk_that_scores_once_one_is_adopted(workspace, time_machine):
    time_machine.move_to(NOON, tick=False)
    client = sign_in(Role.MANAGER)
    settings.set_alerts(holdout_share=10, at=NOON, by=None)
    make_run(adopted_at=NOON)
    ask(horizon_days=60, counts_downgrade=True)
    for door in ("alerts:holdout", "risk:run_list"):
        page = client.get(reverse(door)).content.decode()
        assert "that ended without another. The same as of the churn risk shown on every account: as in" in page


def test_the_database_keeps_the_share_small(workspace):
    settings.set_alerts(holdout_share=5, at=NOON, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertSettings.objects.update(holdout_share=21)


def test_today_is_silent_too(workspace, silent, time_machine):
    time_machine.move_to(NOON, tick=False)
    client = sign_in(Role.ADMIN)
    alerts.evaluate(account_ids=[with_score(make_account("Alder"), 30).pk], at=NOON)
    assert ("Alder" in client.get("/?who=all").content.decode(), TODAY) == (False, NOON.date())
