"""What should not be there, or is not there yet: a clear message or a shown gap, never a crash or a wrong colour."""

import json
from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import Metric, MetricDay
from alerts.actions import alerts
from alerts.kinds import Kind
from alerts.models import Alert, AlertRule
from health import telling
from health.actions import attitudes, scores
from health.models import Attitude, HealthScore
from segments.models import Segment
from tests.alerts.test_alerts import with_score
from tests.api.conftest import Api, api  # noqa: F401  a fixture
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contract,
    make_member,
    make_metric,
    make_reading,
    make_rule,
    make_segment,
    make_ticket,
)
from tests.health import reference
from tests.health.test_scoring import make_typical
from tests.health.test_views import sign_in
from workspaces.capabilities import Role

DAY = timedelta(days=1)
READ = {"active_users": "gauge", "logins": "counter", "seats_used": "gauge", "key_actions": "counter"}
READ |= {"csat": "rating", "nps": "rating", "touchpoints_two_way": "counter", "touchpoints_one_way": "counter"}


def scored(account, at=NOON):
    scores.rescore(account_ids=[account.pk], at=at)
    account.refresh_from_db()
    return account


def is_sound(account):
    """A score from 0 to 100 in the band of its number, with parts that add up to it; or none and no colour."""
    row = HealthScore.objects.get(account=account, day=TODAY)
    if row.score is None or not row.band:
        return row.band == ""
    band = "healthy" if row.score >= 70 else "watch" if row.score >= 50 else "at_risk"
    points = sum(part["points"] or 0 for part in row.parts)
    return 0 <= row.score <= 100 and row.band == band and abs(points - float(row.score)) < 0.2


# ------------------------------------------------------------------------------------------- absurd values
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e300", '"12"', "true", "null"])
def test_no_number_is_refused_with_its_field(api, value):  # noqa: F811  the fixture
    make_account(external_ids={"crm": "A"})
    make_metric("logins")
    reading = {"account": "A", "metric": "logins", "day": "2026-06-14", "value": "?"}
    response = api.post("metrics/batch/", json.dumps({"readings": [reading]}).replace('"?"', value))
    assert response.status_code == 400
    assert MetricDay.objects.count() == 0
    assert "readings.0.value" in json.dumps(response.json()) or "JSON" in json.dumps(response.json())


@pytest.mark.parametrize("value", [-(10.0**15), -1.0, 0.0, 1e-300, 10.0**15])
def test_absurd_values_never_give_a_wrong_colour(workspace, value):
    account = make_account(at=NOON - 200 * DAY)
    make_contract(account, seats=10)
    for key, kind in READ.items():
        for days in (0, 1, 20, 40, 80):
            make_reading(account, key, TODAY - days * DAY, value, kind=kind)
    assert is_sound(scored(account))


@pytest.mark.parametrize("days_ago", [0, 3, 40])
@pytest.mark.parametrize(
    ("key", "value"),
    [("seats_used", 1e9), ("seats_used", -1e6), ("active_users", 1e9), ("active_users", -1e6), ("key_actions", 9e11)],
)
def test_one_day_that_cannot_be_right_changes_nothing_and_is_named(workspace, time_machine, key, value, days_ago):
    time_machine.move_to(NOON, tick=False)
    make_typical(reference.Typical(depth=2.0))
    account = used_for(56, key_actions=("counter", 10), active_users=("gauge", 4), seats_used=("gauge", 5))
    honest = {name: one["value"] for name, one in _measures(scored(account)).items()}
    rows = MetricDay.objects.filter(account=account, metric__key=key, day=TODAY - days_ago * DAY)
    rows.update(total=value, last=value)
    assert {name: one["value"] for name, one in _measures(scored(account)).items()} == honest
    page = sign_in().get(reverse("health:account_panel", args=[account.pk])).text
    assert page.count("cannot be right, where") == 1
    assert page.index("cannot be right, where") < page.index("What the score is made of"), "above all else"
    assert f"{abs(value):,.0f}" in page


def used_for(days, **told):
    """An account with 10 seats that sent the same numbers every day."""
    account = make_account(at=NOON - 200 * DAY)
    make_contract(account, seats=10)
    for key, (kind, value) in told.items():
        for age in range(days):
            make_reading(account, key, TODAY - age * DAY, value, kind=kind)
    return account


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("seats_used", 10.0**9, "1,000,000,000 of 10 seats used cannot be right, so it does not count."),
        ("seats_used", -5, "-5 of 10 seats used cannot be right, so it does not count."),
        ("active_users", 10.0**9, "1,000,000,000 people a day on 10 seats cannot be right, so it does not count."),
    ],
)
def test_what_cannot_be_right_on_any_day_does_not_count_and_is_told(workspace, time_machine, key, value, words):
    time_machine.move_to(NOON, tick=False)
    account = used_for(14, **{key: ("gauge", value)})
    assert [name for name, one in _measures(scored(account)).items() if telling.is_doubted(one)] == ["seats"]
    page = sign_in().get(reverse("health:account_panel", args=[account.pk])).text.replace("−", "-")
    assert words in page


def test_what_many_answers_add_up_to_fits_its_column(workspace):
    """As sent before a day had a limit."""
    account = make_account()
    for metric in ("csat", "ces"):
        make_reading(account, metric, TODAY, 1, kind="rating")
    MetricDay.objects.filter(account=account).update(n=2**31 - 1, total=100.0 * (2**31 - 1))
    attitudes.measure(account_ids=[account.pk], at=NOON)
    assert Attitude.objects.get(account=account).satisfaction_n > 10**9


def _measures(account):
    return {one["key"]: one for part in _parts(account) for one in part["measures"]}


def test_depth_that_is_not_believed_is_told():
    one = {"key": "depth", "value": None, "coverage": 0.0, "each": 9e6, "median": 4.5}
    assert telling.tell(one) == (
        "9,000,000.0 key actions a day for each active user cannot be right, where 4.5 is usual."
        " It does not count: correct the readings."
    )
    assert telling.tell(one | {"median": None}).startswith("It needs the metrics")


# ------------------------------------------------------------------------------------------- days
def test_tomorrow_does_not_count_today_and_later_is_refused(api, time_machine):  # noqa: F811
    time_machine.move_to(NOON, tick=False)
    account = make_account(external_ids={"crm": "A"})
    reading = {"account": "A", "metric": "logins", "kind": "counter", "day": str(TODAY + 2 * DAY), "value": 3}
    response = api.post("metrics/batch/", {"readings": [reading]})
    assert (response.status_code, "This day has not come yet." in json.dumps(response.json())) == (400, True)
    before = [part["value"] for part in _parts(scored(account))]
    assert api.post("metrics/batch/", {"readings": [reading | {"day": str(TODAY + DAY)}]}).status_code == 200
    assert [part["value"] for part in _parts(scored(account))] == before


def _parts(account):
    return HealthScore.objects.get(account=account, day=TODAY).parts


def test_use_from_before_the_contract_counts_as_use(workspace):
    account = make_account(at=NOON - 10 * DAY)
    make_contract(account, starts_on=TODAY - 5 * DAY, ends_on=TODAY + 360 * DAY, seats=10)
    for days in range(60):
        make_reading(account, "active_users", TODAY - days * DAY, 5, kind="gauge")
    assert is_sound(scored(account))
    assert HealthScore.objects.get(account=account).coverage > 0


@pytest.mark.parametrize(
    ("starts", "reads", "words"),
    [
        (5, 60, "Use was read on 50 days before the first contract, which began on 10 Jun 2026."),
        (5, 7, "Use was read on 1 day before"),
        (5, 6, ""),
        (56, 60, ""),
        (None, 60, ""),
    ],
)
def test_use_from_before_the_contract_is_told(workspace, time_machine, starts, reads, words):
    time_machine.move_to(NOON, tick=False)
    account = make_account()
    if starts is not None:
        make_contract(account, starts_on=TODAY - starts * DAY, ends_on=TODAY + 360 * DAY)
    for days in range(reads):
        make_reading(account, "logins", TODAY - days * DAY, 5)
    page = sign_in().get(reverse("health:account_panel", args=[account.pk])).text
    assert ("before the first contract" in page, words in page) == (bool(words), True)


# ------------------------------------------------------------------------------------------- two sources
def test_two_sources_of_one_metric_never_add_up(api):  # noqa: F811
    account = make_account(external_ids={"crm": "A", "billing": "9"})
    first = {"account": "A", "source": "crm", "metric": "seats_used", "kind": "gauge", "day": "2026-06-14", "value": 30}
    second = first | {"account": "9", "source": "billing", "value": 20}
    for readings in ([first, second], [second], [first, second]):
        assert api.post("metrics/batch/", {"readings": readings}).status_code == 200
    row = MetricDay.objects.get(account=account)
    assert (row.n, row.total, row.last) == (1, 20, 20)


# ----------------------------------------------------------------------------------------- renamed where it comes from
def send(api, metric, day, *accounts):  # noqa: F811
    reading = {"metric": metric, "kind": "counter", "value": 9}
    days = [str(day - age * DAY) for age in range(60)]
    told = [reading | {"account": account, "day": on} for account in accounts for on in days]
    assert api.post("metrics/batch/", {"readings": told}).status_code == 200


def test_a_metric_that_nobody_sends_any_more_is_not_known_which_is_not_no_use(api, time_machine):  # noqa: F811
    account, other = make_account(external_ids={"crm": "A"}), make_account(external_ids={"crm": "B"})
    then = NOON - 10 * DAY
    time_machine.move_to(then, tick=False)
    send(api, "logins", then.date(), "A", "B")
    assert scored(account, then).health_band == "" or account.health_score > 50
    time_machine.move_to(NOON, tick=False)
    assert [part["value"] for part in _parts(scored(account)) if part["key"] == "adoption"] == [None]
    page = sign_in().get(reverse("health:account_panel", args=[account.pk])).text
    assert "Nobody has sent “Logins” of any customer since 5 Jun 2026. It counts as not known" in page
    assert "not sent since 5 Jun 2026" in sign_in().get(reverse("accounts:metric_list")).text

    send(api, "logins", TODAY, "B")  # it comes again: whoever has none of late uses it less
    trends = [one["value"] for part in _parts(scored(account)) for one in part["measures"] if one["key"] == "trend"]
    assert 0 < trends[0] < 50
    assert "Nobody has sent" not in sign_in().get(reverse("health:account_panel", args=[other.pk])).text


# ------------------------------------------------------------------------------------------- what rules name
def test_a_rule_follows_a_metric_and_a_segment_that_are_renamed(workspace):
    metric, segment = make_metric("reports"), make_segment("Pilots")
    make_rule(Kind.METRIC, "Fewer reports", parameters={"metric": "reports", "below": 60, "leave_from": 80})
    make_rule(Kind.SCORE_BAND, "Pilots at risk", segment_id=segment.pk)
    Metric.objects.filter(pk=metric.pk).update(name="Built reports")
    Segment.objects.filter(pk=segment.pk).update(name="Early ones")
    page = sign_in(Role.ADMIN).get(reverse("alerts:rule_list")).content.decode()
    assert ("Built reports" in page, "Early ones" in page, "opens nothing" in page) == (True, True, False)


def test_a_rule_says_so_when_its_metric_or_segment_is_gone(workspace):
    make_metric("reports")
    segment, account = make_segment("Pilots"), with_score(make_account(), 30)
    AlertRule.objects.update(is_on=False)
    fewer = make_rule(Kind.METRIC, "Fewer reports", parameters={"metric": "reports", "below": 60, "leave_from": 80})
    make_rule(Kind.SCORE_BAND, "Pilots at risk", segment_id=segment.pk)
    Metric.objects.all().delete()
    Segment.objects.all().delete()
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    assert Alert.objects.count() == 0
    client = sign_in(Role.ADMIN)
    page = client.get(reverse("alerts:rule_list")).content.decode()
    assert "Its metric is not there any more: it opens nothing." in page
    assert "Its segment is not in use any more: it opens nothing." in page
    for name in ("alerts:rule_export", "alerts:alert_list", "health:insights"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("alerts:rule_edit", args=[fewer.pk])).status_code == 200


# ------------------------------------------------------------------------------------------- no history
def plain_pages():
    """The addresses of all pages that need nothing but a member."""
    found = []
    for name in ("dashboard", "alerts", "health", "risk", "journeys", "surveys", "reviews", "segments", "notices"):
        patterns = [one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == name]
        for pattern in (route for one in patterns for route in one.url_patterns):
            try:
                found.append(reverse(f"{name}:{pattern.name}"))
            except NoReverseMatch:
                continue
    return [address for address in found if not address.startswith("/s/")]  # the customer's, not a member's


@pytest.mark.parametrize("accounts", [0, 1])
def test_a_workspace_without_a_history_shows_gaps(workspace, time_machine, accounts):
    time_machine.move_to(NOON, tick=False)
    client = sign_in(member=make_member(Role.ADMIN))
    for _ in range(accounts):
        scored(make_account())
    pages = plain_pages()
    assert len(pages) > 30
    statuses = {address: client.get(address).status_code for address in pages}
    assert {address: status for address, status in statuses.items() if status not in {200, 302, 405}} == {}


def test_an_account_of_which_nothing_is_known_has_no_colour(workspace, time_machine):
    time_machine.move_to(NOON, tick=False)
    make_ticket(make_account())
    account = scored(make_account("Alder"))
    assert (account.health_band, Alert.objects.count()) == ("", 0)
    page = sign_in().get(reverse("health:account_panel", args=[account.pk])).content.decode()
    assert ("No data" in page, "never had a ticket" in page, "−0" in page) == (True, True, False)
