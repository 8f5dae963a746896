"""All rules together against the budget: figures, page and API."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.stages import Stage
from alerts import queries
from alerts.actions import settings
from alerts.models import AlertRule
from alerts.queries import Load
from alerts.rules import Terms
from lib.time import midnight
from tests.api.conftest import Api, make_token
from tests.builders import NOON, TODAY, make_account, make_alert, make_rule, make_workspace
from tests.health.test_views import sign_in
from workspaces import tenancy
from workspaces.capabilities import Role

DAY = timedelta(days=1)
FIRST = midnight(TODAY - 90 * DAY)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def opened(account, rule, age, **fields):
    return make_alert(account, rule=rule, opened_at=NOON - age * DAY, closed_at=NOON, closed_how="resolved", **fields)


@pytest.fixture
def busy(workspace):
    """Ten accounts for all 90 days, one for 30 and a lost one; 8 alerts, of which 6 by one rule."""
    accounts = [make_account(f"Account {number}", at=NOON - 200 * DAY) for number in range(10)]
    make_account(at=NOON - 30 * DAY)
    lost = make_account(at=NOON - 200 * DAY, stage=Stage.CHURN)
    opened(lost, "score_drop", 40)  # nor do its months count
    rule = make_rule("silence", "Silent")
    for account in accounts[:6]:
        opened(account, rule.key, 40)
    opened(accounts[6], "score_band", 80)
    opened(accounts[7], "bad_answer", 3)
    opened(accounts[8], "bad_answer", 91)  # before
    opened(accounts[9], "bad_answer", 3, is_held_out=True)  # told to nobody
    return rule


def test_the_load_is_that_of_all_accounts_while_they_were_here(busy):
    found = queries.load(NOON)
    months = (10 * 90.5 + 30) / 30
    assert (found.since, found.days, round(found.months, 6)) == (FIRST, 90, round(months, 6))
    assert found.opened == {busy.key: 6, "score_band": 1, "bad_answer": 1}
    assert found.rate == pytest.approx(100 * 8 / months)
    assert [(key, count) for key, count, _ in found.by_rule] == [(busy.key, 6), ("bad_answer", 1), ("score_band", 1)]
    assert sum(rate for _, _, rate in found.by_rule) == pytest.approx(found.rate)
    assert [found.is_above(budget) for budget in (25, 26)] == [True, False]


def test_the_load_begins_with_the_first_alert_and_is_told_when_that_is_a_month_old(workspace):
    assert queries.load(NOON) == Load()
    account = make_account(at=NOON - 200 * DAY)
    opened(account, "bad_answer", 29)
    young = queries.load(NOON)
    assert (young.days, young.opened, young.rate, young.is_above(1)) == (29, {"bad_answer": 1}, None, False)
    month = queries.load(NOON + DAY)
    assert (month.since, month.rate) == (NOON - 29 * DAY, pytest.approx(100))
    assert queries.load(NOON + 100 * DAY).rate == 0.0
    with tenancy.entered(make_workspace("Other").pk):
        assert queries.load(NOON) == Load()


def test_alerts_without_any_customer_left_have_no_rate(workspace):
    opened(make_account(at=NOON - 200 * DAY, stage=Stage.CHURN), "bad_answer", 60)
    assert (queries.load(NOON).opened, queries.load(NOON).rate) == ({}, None)


def test_the_page_holds_all_rules_against_the_budget_and_names_those_that_open_most(workspace):
    client, page = sign_in(Role.ADMIN), reverse("alerts:rule_list")
    assert "No alert has opened yet" in client.get(page).content.decode()
    account = make_account(at=NOON - 200 * DAY)
    opened(account, "bad_answer", 10)
    assert "once the first alert is 30 days old" in client.get(page).content.decode()
    names = ["Silent", "Quiet", "Mute"]
    for rule in [make_rule("silence", name) for name in names]:
        for age in (50, 40):
            opened(account, rule.key, age)
    AlertRule.objects.filter(name="Mute").update(retired_at=NOON)
    body = client.get(page).content.decode()
    assert "Above the budget" in body
    assert "420.0 alerts a month for each 100 accounts in the last 50 days; your budget is 5." in body
    assert [name for _, name, *_ in client.get(page).context["together"].lines] == names
    assert "2 alerts, 120.0 a month for each 100 accounts" in body
    for number in range(100):
        make_account(f"Account {number}", at=NOON - 200 * DAY)
    body = client.get(page).content.decode()
    assert ("Within the budget" in body, "These open most" in body) == (True, False)


# ------------------------------------------------------------------------------------------- shares
def terms(key, follows=True, segment=None, **fields):
    return Terms(key, "score_band", {}, follows_budget=follows, segment_id=segment, **fields)


def spent(**opened):
    """Ten accounts for three months, so that three alerts are ten a month for each 100 accounts."""
    return Load(NOON - 90 * DAY, 90, 30.0, opened)


@pytest.mark.parametrize(
    ("others", "opened", "share"),
    [
        ([], spent(), 20),
        ([], Load(), 20),
        ([terms("hand", False)], spent(hand=1), 20 - 10 / 3),
        ([terms("hand", False)], spent(hand=3, own=6, gone=9), 10),  # what it opened itself, or a retired rule, no more
        ([terms("hand", False)], spent(hand=6), 10),  # half at least
        ([terms("hand", False)], Load(NOON - 29 * DAY, 29, 10.0, {"hand": 3}), 20),  # too young to say
        ([terms("hand", False, is_on=False)], spent(hand=3), 20),
        ([terms("hard", is_hard=True)], spent(hard=1), 20 - 10 / 3),
        ([terms("one")], spent(one=3), 10),
        ([terms("one"), terms("two"), terms("hand", False)], spent(hand=3), 10 / 3),
        ([terms("one", is_on=False), terms("hard", is_hard=True)], spent(), 20),
        ([terms("pilots", segment=7)], spent(), 20),
    ],
)
def test_a_rule_that_follows_the_budget_has_its_share_of_what_others_leave(others, opened, share):
    own = terms("own")
    assert queries.share(own, [*others, own], 20, opened) == pytest.approx(share)
    by_hand = terms("own", False)  # what it would have
    assert queries.share(by_hand, [*others, by_hand], 20, opened) == pytest.approx(share)


@pytest.mark.parametrize(
    ("others", "share"),
    [
        ([], 20),
        ([terms("all")], 10),
        ([terms("same", segment=7)], 10),
        ([terms("other", segment=8)], 20),
        ([terms("all"), terms("same", segment=7), terms("other", segment=8)], 20 / 3),
    ],
)
def test_a_rule_for_all_has_its_part_in_every_segment(others, share):
    own = terms("own", segment=7)
    assert queries.share(own, [own, *others], 20, spent()) == pytest.approx(share)


def test_the_load_is_in_the_api(busy):
    settings.set_alerts(budget=20, at=NOON, by=None)
    told, found = Api(make_token("health:read")).get("alerts/settings/").json()["load"], queries.load(NOON)
    assert (told["opened"], told["rate"], told["is_above_budget"]) == (8, found.rate, True)
    assert told["since"] == "2026-03-17T00:00:00Z"
    assert told["rules"][0] == {"rule": busy.key, "opened": 6, "rate": found.by_rule[0][2]}
    assert len(told["rules"]) == 3
