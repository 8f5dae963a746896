"""The list of alerts and one alert, through the door people use."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from alerts.models import Alert
from tests.builders import NOON, TODAY, make_account, make_alert, make_member
from tests.health.test_views import sign_in
from workspaces.capabilities import Role

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def listed(client, **query):
    return [alert.pk for alert in client.get(reverse("alerts:alert_list"), query).context["alerts"]]


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
    assert words in sign_in().get(reverse("alerts:alert_list"), query).content.decode()


def test_alert_list_offers_forms_only_to_those_who_work(workspace):
    make_alert(make_account("Cedar"))
    page = reverse("alerts:alert_list") + "?who=all"
    assert "data-row-ack" in sign_in(Role.CSM).get(page).content.decode()
    viewed = sign_in(Role.VIEWER).get(page).content.decode()
    assert "Cedar" in viewed
    assert "<textarea" not in viewed


def test_alert_list_goes_on_to_the_next_page(workspace):
    pks = [make_alert(make_account(), opened_at=NOON - number * DAY).pk for number in range(51)]
    client = sign_in(Role.MANAGER)
    page = client.get(reverse("alerts:alert_list"))
    assert [alert.pk for alert in page.context["alerts"]] == pks[:50]
    assert 'rel="next"' in page.content.decode()
    assert listed(client, after=page.context["place"].after) == pks[50:]


def test_alert_list_costs_the_same_for_one_row_and_for_three(workspace, django_assert_num_queries):
    client = sign_in(Role.MANAGER)
    make_alert(make_account(owner=client.member))
    client.get(reverse("alerts:alert_list"))
    for _ in range(2):
        with django_assert_num_queries(12):
            client.get(reverse("alerts:alert_list"))
        make_alert(make_account(owner=make_member()))
        make_alert(make_account())


# ------------------------------------------------------------------------------------------- one alert
def test_alert_shows_reasons_and_forms(workspace):
    account = make_account("Cedar")
    alert = make_alert(account, is_urgent=True)
    make_alert(account, rule="score_band", closed_at=NOON, closed_how="recovered", drivers=[])
    body = sign_in().get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    for words in ("Ana Ruiz (decision maker) answered 1 of 5", "Call Ana Ruiz", "Urgent", "Hide until", "Recovered"):
        assert words in body
    assert "Hide until" not in sign_in(Role.VIEWER).get(reverse("alerts:alert", args=[alert.pk])).content.decode()


def test_alert_acknowledge_goes_back_to_where_it_was_pressed(workspace):
    alert, client = make_alert(make_account()), sign_in()
    address = reverse("alerts:alert_acknowledge", args=[alert.pk])
    assert client.get(address).status_code == 405
    assert client.post(address, {"next": "/?who=mine#work-1"})["Location"] == "/?who=mine#work-1"
    assert client.post(address, {"next": "https://elsewhere.example/"})["Location"] == reverse("alerts:alert_list")
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.acknowledged_at) == (client.member.user, NOON)
    assert "Acknowledged by" in client.get(reverse("alerts:alert", args=[alert.pk])).content.decode()


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
    response = sign_in().post(reverse("alerts:alert_snooze", args=[alert.pk]), {**data, "next": "/alerts/?who=all"})
    body = response.content.decode()
    assert response.status_code == 422
    assert error in body
    assert data.get("reason", "") in body
    assert 'value="/alerts/?who=all"' in body


def test_alert_snooze_hides_it_until_the_day(workspace):
    client = sign_in(Role.MANAGER)
    alert = make_alert(make_account())
    client.post(reverse("alerts:alert_snooze", args=[alert.pk]), {"until": "2026-06-20", "reason": "Away"})
    assert listed(client) == []
    assert "Put off until 20 Jun 2026" in client.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    assert "bell-count" not in client.get(reverse("alerts:alert_list")).content.decode()
    with time_machine.travel(NOON + 5 * DAY):
        assert listed(client) == [alert.pk]


def test_alert_resolve_closes_it_with_a_note_once(workspace):
    alert, client = make_alert(make_account()), sign_in()
    address = reverse("alerts:alert_resolve", args=[alert.pk])
    client.post(address, {"note": "Called Ana, credit given."})
    client.post(address, {"note": "Again"}, follow=True)
    alert.refresh_from_db()
    assert (alert.closed_how, alert.resolution) == ("resolved", "Called Ana, credit given.")
    body = client.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    assert "Called Ana, credit given." in body
    assert "<textarea" not in body
    assert "over already" in client.post(address, follow=True).content.decode()
    long = make_alert(make_account())
    assert client.post(reverse("alerts:alert_resolve", args=[long.pk]), {"note": "x" * 2001}).status_code == 422


@pytest.mark.parametrize("name", ["alert_acknowledge", "alert_snooze", "alert_resolve"])
def test_viewers_may_not_act(workspace, name):
    alert = make_alert(make_account())
    data = {"until": "2026-06-20", "reason": "Away"}
    assert sign_in(Role.VIEWER).post(reverse(f"alerts:{name}", args=[alert.pk]), data).status_code == 403
    assert Alert.objects.open().unacknowledged().visible(TODAY).count() == 1
