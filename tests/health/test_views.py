"""The pages, through the door people use."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from health.actions import scores
from segments.actions import members
from segments.models import Segment
from tests.alerts.test_alerts import with_score
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_contact,
    make_contract,
    make_member,
    make_reading,
    make_segment,
    make_survey_fact,
)
from tests.health.given import engagement
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


def test_insights_of_a_segment(workspace):
    owner = make_member()
    Account.objects.filter(pk=make_account("In", owner=owner).pk).update(health_band="at_risk", health_score=40)
    make_account("Out")
    make_segment("Unwell", raw={"all": [{"field": "band", "op": "any_of", "value": ["at_risk"]}]})
    empty = make_segment("Nobody", raw={"all": [{"field": "name", "op": "is", "value": "Gone"}]})
    for segment in Segment.objects.all():
        members.refresh(segment_id=segment.pk, at=NOON)
    segment = Segment.objects.get(name="Unwell")
    browser, page = sign_in(), reverse("health:insights")
    body = browser.get(page, {"segment": segment.pk}).content.decode()
    accounts = f"{reverse('dashboard:account_list')}?segment={segment.pk}&amp;"
    assert "1 account ·" in body
    assert f'href="{accounts}band=at_risk"' in body
    assert f'href="{accounts}owner={owner.pk}&amp;band=at_risk"' in body
    assert f'href="{reverse("health:desired")}?segment={segment.pk}"' in body
    assert "Mean score over time" not in body
    assert "No account is in this segment" in browser.get(page, {"segment": empty.pk}).content.decode()
    assert "2 accounts" in browser.get(page, {"segment": "x"}).content.decode()
    table = browser.get(reverse("health:risk_export"), {"segment": segment.pk}).getvalue().decode()
    assert len(table.splitlines()) == 2


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


def test_insights_tell_who_has_no_score_for_being_no_customer(workspace):
    for stage in ("awareness", "decision", "churn", "use"):
        make_account(stage=stage)
    text = sign_in().get(reverse("health:insights")).text
    assert "100\xa0% · 2 are no customers yet, 1 has left" in text
