"""What pages and other apps ask of health."""

from datetime import timedelta

import pytest

from alerts import queries as alert_queries
from alerts.models import AlertRule
from health import queries, sentences
from health.actions import scores
from health.models import HealthDay, HealthProfile, HealthScore, StaleAccount, WeightsChange
from tests.alerts.test_alerts import with_score
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_contact,
    make_member,
    make_reading,
    make_survey_fact,
)
from workspaces.capabilities import Role
from workspaces.queries import Membership

DAY = timedelta(days=1)


def as_member(role, member=None):
    member = member or make_member(role)
    return Membership(member.workspace_id, "Acme", member.pk, role)


def test_score_now_is_none_before_the_first_score(workspace):
    assert queries.score_now(make_account()) is None


def test_score_now_tells_each_part_and_names_the_bad_answer(workspace):
    account = make_account()
    contact = make_contact(account, name="Mei Chen", role="champion")
    make_reading(account, "csat", TODAY, 0, kind="rating")
    make_survey_fact(account, contact, 1, comment="No")
    scores.rescore_days(days=[TODAY], at=NOON)

    view = queries.score_now(account)
    parts = {part.key: part for part in view.parts}
    people = parts["relationships"]
    assert (view.score, view.band, view.coverage, view.day, view.computed_at) == (0.0, "", 0.05, TODAY, NOON)
    assert (people.label, people.weight, people.value, people.points, people.coverage, people.mean) == (
        "Relationships", 15, 0.0, 0.0, 0.16, None,
    )  # fmt: skip
    assert people.sentence.endswith("Mei Chen (champion) answered 1 of 5: “No”")
    voice = next(one for one in people.measures if one.key == "sentiment")
    assert (voice.label, voice.weight, voice.value, voice.coverage) == ("Survey voice", 0.3, 0.0, 0.2)
    assert (voice.is_missing, voice.is_taken_off) == (False, False)
    assert parts["adoption"].measures[-1].is_taken_off
    assert parts["engagement"].is_missing
    assert parts["engagement"].sentence == sentences.filling("engagement")

    make_survey_fact(account, contact, 5, at=NOON + DAY / 4)
    assert "Mei Chen" not in queries.score_now(account).parts[4].sentence


def test_score_without_data_has_no_number(workspace):
    account = make_account()
    scores.rescore_days(days=[TODAY], at=NOON)
    assert queries.score_now(account).score is None


def test_history_begins_with_what_stood_and_tells_each_day_of_change(workspace):
    account = make_account()
    with_score(account, 80, day=TODAY - 4 * DAY)
    with_score(account, 60, day=TODAY - 2 * DAY)
    with_score(account, 95, day=TODAY, band="")

    assert [float(row.score) for row in queries.history(account, days=4, today=TODAY)] == [80, 60, 95]
    assert [float(row.score) for row in queries.history(account, days=3, today=TODAY)] == [60, 95]
    assert queries.history(account, days=9, today=TODAY - 5 * DAY) == []


def test_alerts_of_the_member(workspace):
    mine, boss, admin = make_member(), make_member(Role.MANAGER), make_member(Role.ADMIN)
    owned = make_alert(make_account(owner=mine))
    nobodys = make_alert(make_account())
    make_alert(make_account(owner=mine), rule="score_band", snoozed_until=TODAY + DAY, snooze_reason="Later")
    make_alert(make_account(owner=mine), closed_at=NOON, closed_how="resolved")

    def seen(member, role):
        return list(alert_queries.open_alerts_for(as_member(role, member), today=TODAY))

    assert seen(mine, Role.CSM) == [owned]
    assert seen(boss, Role.MANAGER) == [nobodys]
    assert seen(admin, Role.ADMIN) == [nobodys]


def test_alerts_of_accounts(workspace):
    account, quiet = make_account(), make_account()
    old = make_alert(account, closed_at=NOON, closed_how="recovered", opened_at=NOON - 9 * DAY)
    band = make_alert(account, rule="score_band")
    bad = make_alert(account, is_urgent=True)
    drop = make_alert(account, rule="score_drop", snoozed_until=TODAY + DAY)

    assert list(alert_queries.alerts_of(account)) == [drop, bad, band, old]
    assert list(alert_queries.alerts()) == [old, band, bad, drop]
    assert list(alert_queries.open_alerts()) == [bad, drop, band]
    assert list(alert_queries.closed_alerts()) == [old]
    assert alert_queries.alert_counts([account.pk, quiet.pk]) == {account.pk: 3}


def test_the_workspace_as_a_whole(workspace):
    sofia = make_member()
    with_score(make_account(owner=sofia, arr_minor=500, currency="EUR"), 40)
    with_score(make_account(owner=sofia, arr_minor=700, currency="USD"), 30)
    with_score(make_account(owner=sofia, arr_minor=900), 80)
    with_score(make_account(), 65)
    make_account()

    assert queries.standing_now() == {"healthy": 1, "watch": 1, "at_risk": 2, "": 1}
    assert queries.no_customers() == (0, 0)
    first, nobody = queries.risk_by_owner()
    assert (first.owner_id, first.name, first.accounts, first.at_risk) == (sofia.pk, "Mei Chen", 3, 2)
    assert first.arr_at_risk == {"EUR": 500, "USD": 700}
    assert first.mean == pytest.approx(50)
    assert (nobody.owner_id, nobody.name, nobody.accounts, nobody.at_risk, nobody.mean) == (None, "", 2, 0, 65)


def test_an_owner_of_unscored_accounts_has_no_mean(workspace):
    make_account()
    assert [risk.mean for risk in queries.risk_by_owner()] == [None]


def test_trend_and_gaps(workspace):
    assert queries.latest_day(TODAY) is None
    spoken, silent = make_account("Anna"), make_account("Bert")
    make_reading(spoken, "touchpoints_two_way", TODAY, 1)
    scores.rescore_days(days=[TODAY - DAY, TODAY], at=NOON)

    assert [(row.day, row.no_band) for row in queries.trend(days=30, today=TODAY)] == [(TODAY - DAY, 2), (TODAY, 2)]
    assert HealthDay.objects.count() == 2
    assert queries.latest_day(TODAY - DAY) == TODAY - DAY
    scored, lacking = queries.missing_parts(TODAY)
    assert (scored, lacking["engagement"], lacking["adoption"]) == (2, 1, 2)
    assert list(queries.accounts_without("engagement", TODAY)) == [silent]


def test_weights_and_rules_as_delivered_and_as_saved(workspace):
    assert (queries.profile().name, queries.profile().changed_at) == ("Mature", None)
    assert (alert_queries.rules_off(), queries.weights()["adoption"]) == ([], 25)
    HealthProfile.objects.default().update(adoption=30, engagement=5, changed_at=NOON)
    AlertRule.objects.filter(key="score_drop").update(is_on=False)
    assert (alert_queries.rules_off(), queries.weights()["adoption"]) == (["score_drop"], 30)


def test_rows_name_themselves(workspace):
    account = make_account()
    scores.mark_stale(account_ids=[account.pk], at=NOON)
    scores.rescore_days(days=[TODAY], at=NOON)
    profile = HealthProfile(name="Gold")
    named = [
        HealthScore.objects.get(),
        HealthDay.objects.get(),
        StaleAccount.objects.get(),
        make_alert(account),
        profile,
        WeightsChange(profile=profile, at=NOON),
        AlertRule.objects.get(key="score_drop"),
    ]
    assert [str(row) for row in named] == [
        f"{account.pk} 2026-06-15: None",
        "2026-06-15: None",
        str(account.pk),
        f"bad_answer {account.pk}",
        "Gold",
        f"{profile.pk} 2026-06-15 12:00:00+00:00",
        "Score fell",
    ]
