"""Every kind of rule through the database: who enters, who leaves, and that no reading changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Contact, Metric, MetricSource
from accounts.stages import Stage
from alerts import entries, queries
from alerts.actions import alerts, care
from alerts.actions import rules as rule_actions
from alerts.kinds import OF_METRICS, Kind
from alerts.models import Alert, AlertRule
from expectations import actions as expectation_actions
from segments.models import SegmentMember
from tests.alerts.test_alerts import with_score
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_contact,
    make_expectation,
    make_metric,
    make_reading,
    make_rule,
    make_segment,
    make_survey_fact,
    make_ticket,
)
from tests.health.given import part

DAY = timedelta(days=1)


def adopted(value):
    """Adoption worth so much, for 4 of 20 seats are used."""
    return part("adoption", value, 3.0, seats={"value": value, "metric": "seats_used", "used": 4, "seats": 20})


def verdict(rule, account, at=NOON):
    """What the statement of one kind says of one account: "entered", "left" or ""."""
    change = entries.changes([queries.terms_of(rule)], [account.pk], at).get(account.pk)
    if change is None:
        return ""
    assert bool(change.entered) != bool(change.left)
    return "entered" if change.entered else "left"


def hold(account, rule, **fields):
    """An open alert of the rule, as evaluation would have left it 10 days ago."""
    at = (NOON - 10 * DAY).isoformat()
    numbers = {"from_score": 70.0, "score": 50.0, "since": "2026-05-22", "before": 100.0, "now": 60.0}
    driver = {"rule": rule.key, "kind": rule.kind, "at": at, "broken_at": at, **numbers}
    return make_alert(
        account, rule=rule.key, **{"drivers": [driver], "opened_at": NOON - 10 * DAY, "score": 48, **fields}
    )


def days(account, key, value, first, last, kind=Metric.Kind.COUNTER):
    """The same value on each day from `first` to `last` days ago."""
    for age in range(last, first + 1):
        make_reading(account, key, TODAY - age * DAY, value, kind=kind)


def check(rule, account, free, held, **holding):
    """What is said while nobody holds the rule, and while an open alert does."""
    assert (verdict(rule, account), free) == (free, free)
    hold(account, rule, **holding)
    assert (verdict(rule, account), held) == (held, held)


@pytest.fixture
def account(workspace):
    return make_account(at=NOON - 200 * DAY)


@pytest.mark.parametrize(
    ("score", "band", "free", "held"),
    [
        (49, "at_risk", "entered", ""),
        (50, "watch", "", ""),
        (59, "watch", "", ""),
        (60, "watch", "", "left"),
        (20, "", "", ""),
        (90, "", "", ""),
    ],
)
def test_score_band(account, score, band, free, held):
    with_score(account, score, band=band)
    check(AlertRule.objects.get(key="score_band"), account, free, held)


@pytest.mark.parametrize(
    ("follows", "told", "score", "held"),
    [
        (True, [{"leave_from": 80}], 79, ""),  # what opened below 70 stays, though the rule is 50 and 60 by now
        (True, [{"leave_from": 80}], 80, "left"),
        (True, [{"leave_from": 35}], 59, ""),  # what opened below 25
        (True, [{"leave_from": 35}], 60, "left"),
        (True, [{}], 60, "left"),  # of before drivers kept it
        (True, [{"leave_from": 80, "over_at": "x"}, {"leave_from": 60}], 60, "left"),
        (True, [{"leave_from": 80}, {"leave_from": 60}], 79, ""),
        (True, [{"leave_from": 80, "rule": "score_drop"}], 60, "left"),
        (False, [{"leave_from": 80}], 60, "left"),  # a person said so
    ],
)
def test_what_is_open_by_a_rule_of_the_budget_stays_by_the_terms_it_opened_by(account, follows, told, score, held):
    AlertRule.objects.filter(key="score_band").update(follows_budget=follows)
    rule = with_score(account, score) and AlertRule.objects.get(key="score_band")
    drivers = [{"rule": rule.key, "kind": rule.kind, "at": NOON.isoformat(), "score": 48.0} | one for one in told]
    hold(account, rule, drivers=drivers)
    assert verdict(rule, account) == held


@pytest.mark.parametrize(
    ("past", "score", "band", "free", "held"),
    [
        (70, 55, "watch", "entered", ""),
        (70, 56, "watch", "", ""),
        (None, 30, "at_risk", "", ""),
        (70, 30, "", "", ""),
        (70, 64, "watch", "", ""),
        (70, 65, "watch", "", "left"),
        (None, 90, "", "", ""),
    ],
)
def test_score_drop(account, past, score, band, free, held):
    if past is not None:
        with_score(account, past, day=TODAY - 14 * DAY)
    with_score(account, score, band=band)
    check(AlertRule.objects.get(key="score_drop"), account, free, held)


def test_a_drop_is_over_after_28_days_whatever_the_score(account):
    rule = AlertRule.objects.get(key="score_drop")
    hold(account, rule)
    assert verdict(rule, account, NOON + 17 * DAY) == ""
    assert verdict(rule, account, NOON + 18 * DAY) == "left"


@pytest.mark.parametrize(
    ("value", "band", "free", "held"),
    [
        (39.9, "watch", "entered", ""),
        (40.0, "watch", "", ""),
        (54.9, "watch", "", ""),
        (55.0, "watch", "", "left"),
        (None, "watch", "", ""),
        (10.0, "", "", ""),
        (90.0, "", "", ""),
    ],
)
def test_component(account, value, band, free, held):
    with_score(account, 66, band=band, parts=[adopted(value)])
    check(make_rule("component", part="adoption", below=40, leave_from=55), account, free, held)


def test_component_without_any_score(account):
    check(make_rule("component"), account, "", "")


def read(account, key, kind, now, before):
    """So much on each of the last 28 days, and on each of the 84 before; None: nothing was sent."""
    make_metric(key, kind)
    for value, first, last in ((now, 27, 0), (before, 111, 28)):
        if value is not None:
            days(account, key, value, first, last, kind)


@pytest.mark.parametrize(
    ("kind", "now", "before", "free", "held"),
    [
        ("counter", 5, 10, "entered", ""),
        ("counter", 6, 10, "", ""),
        ("counter", 8, 10, "", "left"),
        ("counter", None, 10, "", ""),
        ("counter", 5, None, "", ""),
        ("counter", 0, 10, "entered", ""),
        ("counter", 5, 0, "", "left"),
        ("gauge", 5, 10, "entered", ""),
        ("gauge", 9, 10, "", "left"),
        ("rating", 50, 90, "entered", ""),
        ("rating", 60, 90, "", ""),
    ],
)
def test_metric(account, kind, now, before, free, held):
    read(account, "logins", kind, now, before)
    check(make_rule("metric", metric="logins", below=60, leave_from=80), account, free, held)


@pytest.mark.parametrize(
    ("kind", "now", "before", "free", "held"),
    [
        ("counter", 16, 10, "entered", ""),
        ("counter", 15, 10, "", ""),
        ("counter", 13, 10, "", ""),
        ("counter", 12, 10, "", "left"),
        ("counter", 5, None, "", ""),
        ("counter", None, 10, "", ""),  # nobody says who sends it
        ("counter", 5, 0, "entered", ""),  # from nothing, anything is a rise
        ("gauge", 5, 0, "entered", ""),
        ("gauge", 0, 0, "", "left"),
        ("counter", 0, 0, "", "left"),
        ("gauge", 16, 10, "entered", ""),
        ("gauge", None, 10, "", ""),
        ("rating", 90, 50, "entered", ""),
        ("rating", 60, 50, "", "left"),
    ],
)
def test_metric_rise(account, kind, now, before, free, held):
    read(account, "errors", kind, now, before)
    check(make_rule("metric_rise", metric="errors", above=150, leave_to=120), account, free, held)


@pytest.mark.parametrize(
    ("kind", "now", "reason"),
    [
        ("counter", 50, "Errors: 50.0 a day; there was none before."),
        ("counter", 0.1, "Errors: 0.1 a day; there was none before."),
        ("counter", 0.04, "Errors: 0.04 a day; there was none before."),
        ("gauge", 50, "Errors: 50.0 on average in 28 days; it was 0 in the 84 days before."),
        ("rating", 50, "Errors: 50.0 on average in 28 days; it was 0 in the 84 days before."),
    ],
)
def test_a_rise_from_nothing_is_told_without_a_share_and_is_over_once_it_is_usual(account, kind, now, reason):
    make_metric("errors", kind)
    days(account, "errors", 0, 111, 28, kind)
    days(account, "errors", now, 27, 0, kind)
    rule = make_rule("metric_rise", metric="errors")
    (alert,) = open_by(rule, account)
    assert (alert.reason, alert.drivers[0]["share"]) == (reason, None)
    days(account, "errors", now, -1, -84, kind)
    assert open_by(rule, account, NOON + 30 * DAY)[0].is_open
    assert open_by(rule, account, NOON + 84 * DAY)[0].closed_how == "recovered"


@pytest.mark.parametrize(
    ("kind", "key", "sent", "falls", "rises"),
    [
        ("counter", "logins", 9, "entered", "left"),  # others still send it: here it is 0
        ("counter", "logins", 10, "", ""),  # nobody sends it any more
        ("counter", "logins", None, "", ""),  # nobody says who sends it
        ("counter", "touchpoints_two_way", None, "entered", "left"),  # counted here
        ("gauge", "logins", 9, "", ""),
        ("rating", "logins", 9, "", ""),
    ],
)
def test_what_one_customer_stops_sending_counts_as_nothing_where_it_adds_up(account, kind, key, sent, falls, rises):
    metric = make_metric(key, kind)
    days(account, key, 10, 111, 28, kind)
    if sent is not None:
        at = NOON - sent * DAY
        MetricSource.objects.create(metric=metric, kind="api", name="usage", first_at=at, last_at=at)
    fall, rise = make_rule("metric", metric=key), make_rule("metric_rise", metric=key)
    assert verdict(fall, account) == falls
    assert queries.would_open(queries.terms_of(fall), NOON).opening == (1 if falls else 0)
    hold(account, rise)
    assert verdict(rise, account) == rises


def test_a_customer_that_stopped_is_told_as_nothing_against_what_there_was(account):
    metric = make_metric("logins")
    days(account, "logins", 10, 111, 28)
    MetricSource.objects.create(metric=metric, kind="api", first_at=NOON - DAY, last_at=NOON - DAY)
    rule = make_rule("metric", metric="logins")
    (alert,) = open_by(rule, account)
    assert alert.reason == (
        "Logins: 0.0 on average in 28 days, 0\N{NO-BREAK SPACE}% of the 10.0 in the 84 days before."
    )
    days(account, "logins", 9, 27, 0)
    (alert,) = open_by(rule, account, NOON + DAY)
    assert alert.closed_how == "recovered"


@pytest.mark.parametrize(("last_sent", "seen"), [(9, "entered"), (10, "")])
def test_a_metric_that_nobody_sends_any_more_has_not_fallen(account, last_sent, seen):
    """Renamed at its source it would open an alert for every customer."""
    metric = make_metric("logins")
    days(account, "logins", 10, 111, 28)
    days(account, "logins", 3, 27, last_sent)
    MetricSource.objects.create(
        metric=metric, kind="api", name="usage", first_at=NOON - 90 * DAY, last_at=NOON - last_sent * DAY
    )
    rule = make_rule("metric", metric="logins", below=60, leave_from=80)
    assert verdict(rule, account) == seen


def test_metric_needs_28_days_to_compare_with_and_takes_a_late_beginning_as_it_is(account):
    make_metric("logins")
    days(account, "logins", 5, 27, 0)
    days(account, "logins", 10, 54, 28)
    rule = make_rule("metric", metric="logins")
    assert verdict(rule, account) == ""
    days(account, "logins", 10, 56, 55)
    assert verdict(rule, account) == "entered"
    (change,) = entries.changes([queries.terms_of(rule)], [account.pk], NOON).values()
    driver = change.entered[0].drivers[0]
    assert (driver["now"], driver["before"], driver["share"]) == (5.0, 10.0, 0.5)


def test_metric_that_is_gone_opens_nothing(account):
    make_metric("logins")
    rule = make_rule("metric", metric="logins")
    Metric.objects.filter(key="logins").delete()
    assert verdict(rule, account) == ""


@pytest.mark.parametrize("signal", ["touchpoints_two_way", "touchpoints_one_way", "csat", "nps", "ticket"])
@pytest.mark.parametrize(("age", "free", "held"), [(60, "entered", ""), (59, "", "left"), (1, "", "left")])
def test_silence(account, signal, age, free, held):
    if signal == "ticket":
        make_ticket(account, opened_at=NOON - age * DAY, closed_at=NOON - age * DAY)
    else:
        make_reading(account, signal, TODAY - age * DAY, 5)
    check(make_rule("silence", days=60), account, free, held)


def test_silence_of_an_account_nobody_ever_spoke_to_counts_where_conversations_are_logged(account):
    rule = make_rule("silence", days=60)
    assert verdict(rule, account) == ""
    make_metric("touchpoints_two_way")
    assert verdict(rule, account) == "entered"
    assert verdict(rule, make_account()) == ""
    hold(account, rule)
    assert verdict(rule, account) == ""


@pytest.mark.parametrize(
    ("people", "free", "held"),
    [
        ([], "", ""),
        ([("end_user", None)], "", ""),
        ([("champion", None)], "", "left"),
        ([("champion", 3)], "entered", ""),
        ([("champion", 3), ("champion", None)], "", "left"),
        ([("champion", 3), ("decision_maker", None)], "entered", ""),
    ],
)
def test_champion_left(account, people, free, held):
    for role, gone in people:
        person = make_contact(account, role=role)
        Contact.objects.filter(pk=person.pk).update(left_at=gone and NOON - gone * DAY)
    check(make_rule("champion_left"), account, free, held)


@pytest.mark.parametrize(
    ("people", "free", "held"),
    [
        ([], "entered", ""),
        ([("end_user", None)], "entered", ""),
        ([("decision_maker", 3)], "entered", ""),
        ([("decision_maker", None)], "", "left"),
    ],
)
def test_no_decider(account, people, free, held):
    for role, gone in people:
        person = make_contact(account, role=role)
        Contact.objects.filter(pk=person.pk).update(left_at=gone and NOON - gone * DAY)
    check(make_rule("no_decider", days=30), account, free, held)


def test_no_decider_waits_for_new_accounts(workspace):
    rule, young = make_rule("no_decider", days=30), make_account(at=NOON - 29 * DAY)
    assert verdict(rule, young) == ""
    assert verdict(rule, young, NOON + DAY) == "entered"


@pytest.mark.parametrize(
    ("now", "before", "free", "held"),
    [
        (80, 100, "entered", ""),
        (81, 100, "", ""),
        (90, 100, "", "left"),
        (None, 100, "", ""),
        (50, None, "", ""),
        (0, 0, "", ""),
    ],
)
def test_seats_falling(account, now, before, free, held):
    if now is not None:
        days(account, "seats_used", now, 6, 0, Metric.Kind.GAUGE)
    if before is not None:
        days(account, "seats_used", before, 34, 28, Metric.Kind.GAUGE)
    check(make_rule("seats_falling", fall=20, leave_within=10), account, free, held)


def test_falling_seats_are_over_after_56_days(account):
    rule = make_rule("seats_falling")
    hold(account, rule)
    assert verdict(rule, account, NOON + 45 * DAY) == ""
    assert verdict(rule, account, NOON + 46 * DAY) == "left"


@pytest.mark.parametrize(
    ("renews_in", "spoke", "free", "held"),
    [
        (90, 30, "entered", ""),
        (0, 30, "entered", ""),
        (91, 30, "", "left"),
        (-1, 30, "", "left"),
        (90, 29, "", "left"),
        (None, 30, "", ""),
        (None, 5, "", "left"),
        (90, None, "", ""),
    ],
)
def test_renewal_quiet(account, renews_in, spoke, free, held):
    renews_on = None if renews_in is None else TODAY + renews_in * DAY
    Account.objects.filter(pk=account.pk).update(renews_on=renews_on)
    if spoke is not None:
        make_reading(account, "touchpoints_two_way", TODAY - spoke * DAY, 1)
    check(make_rule("renewal_quiet", within=90, quiet=30), account, free, held)


def test_a_renewal_nobody_ever_spoke_about_counts_where_conversations_are_logged(account):
    Account.objects.filter(pk=account.pk).update(renews_on=TODAY + DAY)
    rule = make_rule("renewal_quiet")
    make_metric("touchpoints_two_way")
    (alert,) = open_by(rule, account)
    assert alert.reason == "The contract renews on 16 Jun 2026, and nobody has spoken with them yet."


def broken(account, age):
    promise = make_expectation(account)
    expectation_actions.settle(expectation=promise, outcome="broken", evidence="Late", at=NOON - age * DAY, by=None)


@pytest.mark.parametrize(
    ("ages", "free", "held"),
    [([], "", "left"), ([20], "entered", ""), ([31], "", "left"), ([20, 5], "entered", "entered")],
)
def test_expectation_broken(account, ages, free, held):
    for age in ages:
        broken(account, age)
    check(make_rule("expectation_broken", days=30), account, free, held)


def test_a_second_broken_promise_is_news_in_the_same_alert(account):
    rule = make_rule("expectation_broken")
    broken(account, 20)
    (alert,) = open_by(rule, account)
    care.acknowledge_alert(alert=alert, at=NOON, by=None)
    broken(account, -1)
    (alert,) = open_by(rule, account, NOON + 2 * DAY)
    assert (len(alert.drivers), alert.acknowledged_at) == (2, None)
    assert alert.reason == (
        "A promise was broken on 26 May 2026. 2 promises were broken in 30 days, the last on 16 Jun 2026."
    )


# ------------------------------------------------------------------------------------------- every kind together
def open_by(rule, account, at=NOON):
    AlertRule.objects.exclude(pk=rule.pk).update(is_on=False)
    alerts.evaluate(account_ids=[account.pk], at=at)
    return list(Alert.objects.filter(account=account).order_by("pk"))


def quiet(account):
    make_reading(account, "touchpoints_two_way", TODAY - 90 * DAY, 1)


def renewing(account):
    quiet(account)
    Account.objects.filter(pk=account.pk).update(renews_on=TODAY + 30 * DAY)


def falling(account):
    days(account, "seats_used", 30, 6, 0, Metric.Kind.GAUGE)
    days(account, "seats_used", 60, 34, 28, Metric.Kind.GAUGE)


def fewer_logins(account):
    make_metric("logins")
    days(account, "logins", 5, 27, 0)
    days(account, "logins", 10, 111, 28)


def more_errors(account):
    make_metric("errors")
    days(account, "errors", 20, 27, 0)
    days(account, "errors", 10, 111, 28)


def left_alone(account):
    person = make_contact(account, role="champion")
    Contact.objects.filter(pk=person.pk).update(left_at=NOON - 3 * DAY)


OPENINGS = [
    (
        "score_band", {"below": 45, "leave_from": 55}, lambda account: with_score(account, 44),
        "The score is 44.0, below 45.", "Call your contact there and ask how things are going.",
    ),
    (
        "score_drop", {"points": 10, "days": 7},
        lambda account: [with_score(account, 80, day=TODAY - 7 * DAY), with_score(account, 70)],
        "The score fell to 70.0 from 80.0 on 8 Jun 2026.", "Call your contact there and ask how things are going.",
    ),
    (
        "component", {"part": "adoption", "below": 40, "leave_from": 60},
        lambda account: with_score(account, 66, parts=[adopted(20.0)]),
        "Successful adoption is worth 20 of 100, below 40."
        " 4 of 20 seats used (20\N{NO-BREAK SPACE}%), on average over 14 days.",
        "Find out who does not use their seat, and why.",
    ),
    (
        "metric", {"metric": "logins"}, fewer_logins,
        "Logins: 5.0 on average in 28 days, 50\N{NO-BREAK SPACE}% of the 10.0 in the 84 days before.",
        "Ask what changed in their work and who stopped using it.",
    ),
    (
        "metric_rise", {"metric": "errors"}, more_errors,
        "Errors: 20.0 on average in 28 days, 200\N{NO-BREAK SPACE}% of the 10.0 in the 84 days before.",
        "Ask what is behind it, and whether they need help with it.",
    ),
    (
        "answer", {"csat_most": 3, "nps_most": None},
        lambda account: make_survey_fact(account, make_contact(account, name="Mei Chen"), 3, is_bad=False),
        "Mei Chen (end user) answered 3 of 5.", "Call Mei Chen, ask what happened, and say what will change.",
    ),
    (
        "silence", {"days": 60}, quiet,
        "Nothing has been said or heard for 90 days, since 17 Mar 2026.",
        "Call them: neither side has said anything for too long.",
    ),
    (
        "champion_left", {}, left_alone,
        "The champion left on 12 Jun 2026, and nobody has taken their place.",
        "Ask your other contacts who takes over, and meet that person soon.",
    ),
    (
        "no_decider", {"days": 30}, lambda account: make_contact(account),
        "1 person is known there, who decides nothing.",
        "Ask your contact who decides about the contract, and note that person down.",
    ),
    (
        "seats_falling", {}, falling,
        "Seats in use fell 50\N{NO-BREAK SPACE}%: 30 in the last 7 days, 60 28 days before.",
        "Find out who stopped using their seats, and why.",
    ),
    (
        "renewal_quiet", {}, renewing,
        "The contract renews on 15 Jul 2026, and the last conversation was 90 days ago.",
        "Call the decision maker before the renewal: ask what has to be true to stay.",
    ),
    (
        "expectation_broken", {}, lambda account: broken(account, 2),
        "A promise was broken on 13 Jun 2026.", "Call them, own what was not kept, and agree on a new date.",
    ),
]  # fmt: skip


def test_every_kind_has_an_example():
    assert [kind for kind, *_ in OPENINGS] == Kind.values


@pytest.mark.parametrize(("kind", "parameters", "happens", "reason", "step"), OPENINGS, ids=Kind.values)
def test_an_alert_says_why_and_what_next(account, kind, parameters, happens, reason, step):
    make_metric("logins")
    make_metric("errors")
    rule = make_rule(kind, "Ours", **parameters)
    happens(account)
    (alert,) = open_by(rule, account)
    assert (alert.rule, alert.held, alert.get_rule_display()) == (rule.key, [rule.key], "Ours")
    assert (alert.reason, alert.next_step) == (reason, step)
    assert open_by(rule, account) == [alert]
    draft = queries.terms_of(rule)
    assert queries.would_open(draft, NOON).met == (1 if kind == "answer" else 0)  # it is held
    Alert.objects.all().delete()
    assert queries.would_open(draft, NOON) == queries.WouldOpen(1, 1)


@pytest.mark.parametrize(("kind", "parameters", "happens", "reason", "step"), OPENINGS, ids=Kind.values)
def test_a_rule_that_is_off_retired_or_for_others_opens_nothing(account, kind, parameters, happens, reason, step):
    segment = make_segment()
    make_metric("logins")
    make_metric("errors")
    rule = make_rule(kind, **parameters, segment_id=segment.pk)
    happens(account)
    assert open_by(rule, account) == []
    assert queries.would_open(queries.terms_of(rule), NOON) == queries.WouldOpen(0, 0)
    SegmentMember.objects.create(segment=segment, account=account, since=NOON)
    rule_actions.update_rule(rule=rule, is_on=False, at=NOON, by=None)
    assert open_by(rule, account) == []
    rule = rule_actions.update_rule(rule=rule, is_on=True, at=NOON, by=None)
    rule_actions.retire_rule(rule=rule, at=NOON, by=None)
    assert open_by(rule, account) == []
    rule_actions.restore_rule(rule=rule, at=NOON, by=None)
    assert len(open_by(rule, account)) == 1


def test_nobody_and_nothing_says_more_than_it_knows(account):
    (alert,) = open_by(make_rule("no_decider"), account)
    assert alert.reason == "Nobody is known there, so no decision maker either."
    quiet_one = make_account(at=NOON - 100 * DAY)
    make_metric("touchpoints_two_way")
    (alert,) = open_by(make_rule("silence"), quiet_one)
    assert alert.reason == "Nothing has been said or heard in the 100 days since the account was added."


def test_what_a_rule_that_is_off_opened_closes_when_it_is_over(account):
    rule = AlertRule.objects.get(key="score_band")
    with_score(account, 40)
    open_by(rule, account)
    rule_actions.retire_rule(rule=rule, at=NOON, by=None)
    with_score(account, 60)
    (alert,) = open_by(rule, account, NOON + DAY)
    assert alert.closed_how == "recovered"


@pytest.mark.parametrize(("stage", "is_open"), [(Stage.USE, True), (Stage.CHURN, False)])
def test_a_gap_of_ours_opens_an_alert_but_says_nothing_of_disappointment(workspace, stage, is_open):
    from tests.alerts.test_alerts import facts, run

    account = make_account(stage=stage, at=NOON - 200 * DAY)
    assert bool(open_by(make_rule("no_decider"), account)) is is_open
    assert [fact.data["disappoints"] for fact in facts(account, "alert.opened")] == [False] * is_open
    run("default")
    account.refresh_from_db()
    assert account.stage == stage


def test_an_alert_is_over_when_only_a_gap_of_ours_is_left_of_it_and_that_opens_its_own(account):
    rule = make_rule("no_decider")
    AlertRule.objects.exclude(key__in=[rule.key, "score_band"]).update(is_on=False)

    def at_score(score, day):
        with_score(account, score)
        alerts.evaluate(account_ids=[account.pk], at=NOON + day * DAY)
        found = Alert.objects.filter(account=account).order_by("pk")
        return [(alert.rule, alert.closed_how, alert.held) for alert in found]

    assert at_score(40, 0) == [("score_band", "", sorted([rule.key, "score_band"]))]
    assert at_score(80, 1) == [("score_band", "recovered", [])]
    assert at_score(80, 2) == [("score_band", "recovered", []), (rule.key, "", [rule.key])]
    Alert.objects.filter(rule=rule.key).update(closed_at=NOON + 3 * DAY, closed_how="recovered", held=[])
    Alert.objects.filter(rule="score_band").delete()
    assert at_score(80, 4) == [(rule.key, "recovered", [rule.key])]  # it is cooling down


# ------------------------------------------------------------------------------------------- cool-down
def test_within_the_cool_down_state_changes_silently_and_a_further_fall_breaks_it(account):
    rule = AlertRule.objects.get(key="score_band")

    def at_score(score, day):
        with_score(account, score)
        return [(alert.is_open, alert.held) for alert in open_by(rule, account, NOON + day * DAY)]

    assert at_score(48, 0) == [(True, ["score_band"])]
    assert at_score(60, 5) == [(False, [])]
    assert at_score(45, 10) == [(False, ["score_band"])]
    assert at_score(44, 60) == [(False, ["score_band"])]  # the end of the cool-down alone opens nothing
    assert at_score(60, 61) == [(False, [])]
    assert at_score(45, 62) == [(False, []), (True, ["score_band"])]
    assert at_score(60, 63) == [(False, []), (False, [])]
    assert at_score(40, 64) == [(False, []), (False, ["score_band"])]
    assert at_score(35, 65) == [(False, []), (False, []), (True, ["score_band"])]
    silent = Alert.objects.order_by("pk")[1]
    assert silent.reason == "The score is 45.0, below 50."
    assert [driver.get("is_silent", False) for driver in silent.drivers] == [False, True]


def test_a_further_fall_opens_again_after_a_person_resolved_the_alert(account):
    rule = AlertRule.objects.get(key="score_band")
    with_score(account, 48)
    (alert,) = open_by(rule, account)
    care.resolve_alert(alert=alert, at=NOON, by=None)
    with_score(account, 39)
    assert len(open_by(rule, account, NOON + DAY)) == 1
    with_score(account, 38)
    first, second = open_by(rule, account, NOON + 2 * DAY)
    assert (first.held, second.held, float(second.score)) == ([], ["score_band"], 38.0)


def test_each_further_fall_while_an_alert_is_open_is_told_once_and_wakes_nobody(account):
    AlertRule.objects.filter(key="score_drop").delete()

    def told(score, day):
        with_score(account, score)
        alerts.evaluate(account_ids=[account.pk], at=NOON + day * DAY)
        first = Alert.objects.order_by("pk")[0]
        return [driver["score"] for driver in first.drivers]

    assert told(48.1, 0) == [48.1]
    alert = Alert.objects.get()
    care.acknowledge_alert(alert=alert, at=NOON, by=None)
    care.snooze_alert(alert=alert, until=TODAY + 30 * DAY, reason="Waits", at=NOON, by=None)
    assert told(38.2, 1) == [48.1]
    assert told(38.1, 2) == told(38.1, 3) == told(30, 4) == told(45, 5) == [48.1, 38.1]
    make_survey_fact(account, make_contact(account), 1, at=NOON + 5 * DAY)
    assert told(28.1, 6) == told(28.1, 7) == [48.1, 38.1, 28.1]
    alert.refresh_from_db()
    assert (alert.acknowledged_at, alert.snoozed_until) == (NOON, TODAY + 30 * DAY)
    assert alert.reason == "The score is 48.1, below 50. The score is 38.1, below 50. The score is 28.1, below 50."
    with_score(account, 10, band="")
    assert verdict(AlertRule.objects.get(key="score_band"), account) == ""
    assert [one.rule for one in Alert.objects.order_by("pk")] == ["score_band", "bad_answer"]


@pytest.mark.parametrize(
    ("past", "score", "told", "seen"),
    [
        (70, 40, {"score": 50.0}, "entered"),
        (70, 41, {"score": 50.0}, ""),
        (70, 40, {"score": 50.0, "over_at": "x"}, ""),  # of a spell that is over
        (54, 40, {"score": 50.0}, ""),  # fell too slowly for the rule
        (70, 40, {"fact_id": 1}, ""),
    ],
)
def test_a_further_drop_is_told_while_an_alert_is_open(account, past, score, told, seen):
    with_score(account, past, day=TODAY - 14 * DAY)
    with_score(account, score)
    rule = AlertRule.objects.get(key="score_drop")
    own = {"rule": rule.key, "kind": rule.kind, "at": NOON.isoformat(), "from_score": 90.0}
    hold(account, rule, drivers=[own, {"rule": "score_band", "at": NOON.isoformat(), **told}])
    assert verdict(rule, account) == seen


# ------------------------------------------------------------------------------------------- cost
def test_statements_grow_with_kinds_in_use_never_with_accounts_or_rules(workspace):
    make_metric("logins")
    for kind in Kind.values:
        make_rule(kind, **({"metric": "logins"} if kind in OF_METRICS else {}))

    def cost(count):
        some = [with_score(make_account(at=NOON - 200 * DAY), 40) for _ in range(count)]
        for one in some:
            with_score(one, 80, day=TODAY - 14 * DAY)
            make_survey_fact(one, make_contact(one), 1)
            broken(one, 1)
        with CaptureQueriesContext(connection) as done:
            alerts.evaluate(account_ids=[one.pk for one in some], at=NOON)
        assert Alert.objects.filter(account__in=some).count() >= 2 * count
        return len(done)

    first = cost(1)
    assert cost(3) == first
    for _ in range(3):
        make_rule("score_band", below=30, leave_from=40)
    assert cost(3) == first
    AlertRule.objects.filter(kind="silence").delete()
    assert cost(1) == first - 1
