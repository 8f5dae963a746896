"""The pages, through the door people use."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from health.actions import scores
from health.models import Alert
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_contact,
    make_contract,
    make_member,
    make_reading,
    make_survey_fact,
)
from tests.health.given import engagement
from tests.health.test_alerts import with_score
from workspaces.capabilities import Role

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def sign_in(role=Role.CSM, member=None):
    member = member or make_member(role)
    client = Client()
    client.force_login(member.user)
    client.member = member
    return client


def listed(client, **query):
    return [alert.pk for alert in client.get(reverse("health:alert_list"), query).context["alerts"]]


# ------------------------------------------------------------------------------------------- the list of alerts
def test_alert_list_shows_what_is_asked_for(workspace):
    client = sign_in()
    account = make_account(owner=client.member)
    mine = make_alert(account).pk
    others = make_alert(make_account(), rule="score_band", opened_at=NOON - DAY).pk
    snoozed = make_alert(account, rule="score_drop", snoozed_until=TODAY + DAY, snooze_reason="Away").pk
    closed = make_alert(make_account(owner=client.member), closed_at=NOON, closed_how="resolved").pk

    assert listed(client) == [mine]
    assert listed(client, who="all") == [mine, others]
    assert listed(client, who="all", rule="score_band") == [others]
    assert listed(client, who="mine", rule="score_band") == []
    assert listed(client, account=account.pk) == [mine]
    assert listed(client, show="snoozed") == [snoozed]
    assert listed(client, show="closed") == [closed]
    assert listed(client, show="nonsense", who="?", rule="x", account="y") == [mine]
    assert listed(sign_in(Role.MANAGER)) == [mine, others]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "Nothing needs you"),
        ({"who": "all"}, "No alert is open"),
        ({"show": "snoozed"}, "No alert is put off"),
        ({"show": "closed"}, "No alert is over yet"),
        ({"rule": "score_band"}, "No alert looks like this"),
    ],
)
def test_alert_list_says_why_it_is_empty(workspace, query, words):
    assert words in sign_in().get(reverse("health:alert_list"), query).content.decode()


def test_alert_list_offers_forms_only_to_those_who_work(workspace):
    make_alert(make_account("Cedar"))
    page = reverse("health:alert_list") + "?who=all"
    assert "data-row-ack" in sign_in(Role.CSM).get(page).content.decode()
    viewed = sign_in(Role.VIEWER).get(page).content.decode()
    assert "Cedar" in viewed
    assert "<textarea" not in viewed


def test_alert_list_goes_on_to_the_next_page(workspace):
    pks = [make_alert(make_account(), opened_at=NOON - number * DAY).pk for number in range(51)]
    client = sign_in(Role.MANAGER)
    page = client.get(reverse("health:alert_list"))
    assert [alert.pk for alert in page.context["alerts"]] == pks[:50]
    assert 'rel="next"' in page.content.decode()
    assert listed(client, after=page.context["place"].after) == pks[50:]


def test_alert_list_costs_the_same_for_one_row_and_for_three(workspace, django_assert_num_queries):
    client = sign_in(Role.MANAGER)
    make_alert(make_account(owner=client.member))
    client.get(reverse("health:alert_list"))
    for _ in range(2):
        with django_assert_num_queries(12):
            client.get(reverse("health:alert_list"))
        make_alert(make_account(owner=make_member()))
        make_alert(make_account())


# ------------------------------------------------------------------------------------------- one alert
def test_alert_shows_reasons_and_forms(workspace):
    account = make_account("Cedar")
    alert = make_alert(account, is_urgent=True)
    make_alert(account, rule="score_band", closed_at=NOON, closed_how="recovered", drivers=[])
    body = sign_in().get(reverse("health:alert", args=[alert.pk])).content.decode()
    for words in ("Ana Ruiz (decision maker) answered 1 of 5", "Call Ana Ruiz", "Urgent", "Hide until", "Recovered"):
        assert words in body
    assert "Hide until" not in sign_in(Role.VIEWER).get(reverse("health:alert", args=[alert.pk])).content.decode()


def test_alert_acknowledge_goes_back_to_where_it_was_pressed(workspace):
    alert, client = make_alert(make_account()), sign_in()
    address = reverse("health:alert_acknowledge", args=[alert.pk])
    assert client.get(address).status_code == 405
    assert client.post(address, {"next": "/?who=mine#work-1"})["Location"] == "/?who=mine#work-1"
    assert client.post(address, {"next": "https://elsewhere.example/"})["Location"] == reverse("health:alert_list")
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.acknowledged_at) == (client.member.user, NOON)
    assert "Acknowledged by" in client.get(reverse("health:alert", args=[alert.pk])).content.decode()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"until": "2026-06-15", "reason": "Away"}, "Choose a day after today."),
        ({"until": "2028-06-15", "reason": "Away"}, "Choose a day within a year."),
        ({"until": "2026-06-20", "reason": ""}, "This field is required."),
        ({"until": "soon", "reason": "Away"}, "Enter a valid date."),
        ({}, "This field is required."),
    ],
)
def test_alert_snooze_says_what_is_wrong_and_keeps_what_was_typed(workspace, data, error):
    alert = make_alert(make_account())
    response = sign_in().post(reverse("health:alert_snooze", args=[alert.pk]), {**data, "next": "/alerts/?who=all"})
    body = response.content.decode()
    assert response.status_code == 422
    assert error in body
    assert data.get("reason", "") in body
    assert 'value="/alerts/?who=all"' in body


def test_alert_snooze_hides_it_until_the_day(workspace):
    client = sign_in(Role.MANAGER)
    alert = make_alert(make_account())
    client.post(reverse("health:alert_snooze", args=[alert.pk]), {"until": "2026-06-20", "reason": "Away"})
    assert listed(client) == []
    assert "Put off until 20 Jun 2026" in client.get(reverse("health:alert", args=[alert.pk])).content.decode()
    assert "bell-count" not in client.get(reverse("health:alert_list")).content.decode()
    with time_machine.travel(NOON + 5 * DAY):
        assert listed(client) == [alert.pk]


def test_alert_resolve_closes_it_with_a_note_once(workspace):
    alert, client = make_alert(make_account()), sign_in()
    address = reverse("health:alert_resolve", args=[alert.pk])
    client.post(address, {"note": "Called Ana, credit given."})
    client.post(address, {"note": "Again"}, follow=True)
    alert.refresh_from_db()
    assert (alert.closed_how, alert.resolution) == ("resolved", "Called Ana, credit given.")
    body = client.get(reverse("health:alert", args=[alert.pk])).content.decode()
    assert "Called Ana, credit given." in body
    assert "<textarea" not in body
    assert "over already" in client.post(address, follow=True).content.decode()
    long = make_alert(make_account())
    assert client.post(reverse("health:alert_resolve", args=[long.pk]), {"note": "x" * 2001}).status_code == 422


@pytest.mark.parametrize("name", ["alert_acknowledge", "alert_snooze", "alert_resolve"])
def test_viewers_may_not_act(workspace, name):
    alert = make_alert(make_account())
    data = {"until": "2026-06-20", "reason": "Away"}
    assert sign_in(Role.VIEWER).post(reverse(f"health:{name}", args=[alert.pk]), data).status_code == 403
    assert Alert.objects.open().unacknowledged().visible(TODAY).count() == 1


# ------------------------------------------------------------------------------------------- one account
def test_account_panel_explains_the_score(workspace):
    account = make_account("Cedar")
    contact = make_contact(account, name="Mei Chen")
    make_reading(account, "touchpoints_two_way", TODAY - 45 * DAY, 1)
    scores.rescore_days(days=[TODAY - 30 * DAY], at=NOON - 30 * DAY)
    make_reading(account, "csat", TODAY, 0, kind="rating")
    make_survey_fact(account, contact, 1)
    make_alert(account)
    scores.rescore_all(day=TODAY, at=NOON)
    address = reverse("health:account_panel", args=[account.pk])

    body = sign_in().get(address).content.decode()
    for words in ("Health, part by part", "Mei Chen (end user) answered 1 of 5.", "45 days ago", "No data"):
        assert words in body
    fragment = sign_in().get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'id="health-panel"' in fragment
    assert "<html" not in fragment


def test_account_panel_shows_what_changed(workspace):
    account = make_account()
    with_score(account, 90, day=TODAY - 30 * DAY, parts=[engagement(90, 90, 7)])
    with_score(account, 60, parts=[engagement(60, 60, 33)])
    body = sign_in(Role.MANAGER).get(reverse("health:account_panel", args=[account.pk])).content.decode()
    assert "From 90.0 on 16 May 2026 to 60.0" in body
    assert "−30.0" in body
    assert reverse("health:weights") in body


def test_account_panel_without_a_score(workspace):
    body = sign_in().get(reverse("health:account_panel", args=[make_account().pk])).content.decode()
    assert "There is no score yet" in body


# ------------------------------------------------------------------------------------------- the whole workspace
def test_insights_is_empty_without_accounts(workspace):
    assert "Nothing to compare yet" in sign_in().get(reverse("health:insights")).content.decode()


def test_insights_before_the_first_night(workspace):
    make_account()
    body = sign_in().get(reverse("health:insights")).content.decode()
    assert "All accounts are scored for the first time in the coming night." in body
    assert "No account lacks it" in sign_in().get(reverse("health:gap_list")).content.decode()


def test_insights_counts_open_lists(workspace):
    owner = make_member()
    sick, well = make_account("Sick", owner=owner, arr_minor=4_800_000), make_account("Well")
    make_contract(sick, seats=100)
    make_reading(sick, "seats_used", TODAY, 1, kind="gauge")
    for age in range(56):
        make_reading(sick, "key_actions", TODAY - age * DAY, 1 if age < 28 else 9)
    make_reading(well, "touchpoints_two_way", TODAY, 1)
    scores.rescore_all(day=TODAY, at=NOON)

    body = sign_in(Role.MANAGER).get(reverse("health:insights")).content.decode()
    accounts = reverse("dashboard:account_list")
    for words in (
        f'href="{accounts}?band=at_risk"',
        f'href="{accounts}?band=none"',
        f'href="{accounts}?owner={owner.pk}&amp;band=at_risk"',
        "€48k",
        "1 (50",
        reverse("health:gap_list") + "?part=engagement",
    ):
        assert words in body
    gaps = sign_in().get(reverse("health:gap_list"), {"part": "engagement"}).content.decode()
    assert "Sick" in gaps
    assert ">Well<" not in gaps
