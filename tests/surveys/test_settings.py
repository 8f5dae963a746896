"""How a workspace asks: defaults, changes, and who may change them."""

import pytest
from django.test import Client

from surveys import queries
from surveys.actions.settings import HoursOutOfOrder, update_settings
from surveys.models import SurveySettings
from tests.builders import NOON, make_member
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

URL = "/settings/surveys/"
FORM = {
    "is_on": "on",
    "sender_name": "The Helpful People",
    "quiet_days": "14",
    "account_cap": "3",
    "daily_cap": "0",
    "hours_from": "8",
    "hours_until": "18",
    "effort_score": "share",
}


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(make_member(role).user)
    return client


def test_defaults_hold_until_somebody_changes_one(workspace):
    ours = queries.settings()
    assert (ours.is_on, ours.quiet_days, ours.account_cap, ours.daily_cap) == (True, 7, 0, 0)
    assert (ours.hours_from, ours.hours_until, ours.effort_score) == (9, 17, "mean")
    assert not SurveySettings.objects.exists()


def test_a_manager_changes_settings(workspace):
    client = sign_in(Role.MANAGER)
    assert 'name="hours_from" value="9"' in client.get(URL).content.decode()
    response = client.post(URL, FORM)
    assert (response.status_code, response.headers["Location"]) == (302, URL)
    ours = SurveySettings.objects.get()
    assert (ours.sender_name, ours.account_cap, ours.effort_score) == ("The Helpful People", 3, "share")
    html = client.get(URL).content.decode()
    assert "Saved. Mails already planned go out as they were planned." in html
    assert 'value="The Helpful People"' in html
    assert AuditEvent.objects.get(kind="survey_settings.changed").detail == {
        "from": {
            "sender_name": "",
            "quiet_days": 7,
            "account_cap": 0,
            "hours_from": 9,
            "hours_until": 17,
            "effort_score": "mean",
        },
        "to": {
            "sender_name": "The Helpful People",
            "quiet_days": 14,
            "account_cap": 3,
            "hours_from": 8,
            "hours_until": 18,
            "effort_score": "share",
        },
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [("account_cap", "1001"), ("quiet_days", "-1"), ("hours_from", "18"), ("quiet_days", "x"), ("hours_until", "25")],
)
def test_settings_out_of_range_are_named_and_kept(workspace, name, value):
    response = sign_in(Role.MANAGER).post(URL, {**FORM, name: value})
    assert response.status_code == 422
    assert f'value="{value}"' in response.content.decode()
    assert not SurveySettings.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CSM])
def test_others_may_not(workspace, role):
    assert sign_in(role).get(URL).status_code == sign_in(role).post(URL, FORM).status_code == 403


def test_saving_what_stands_is_no_event(workspace):
    first = update_settings(changes={"quiet_days": 3, "id": 99}, at=NOON, by=None)
    assert update_settings(changes={"quiet_days": 3}, at=NOON, by=None) == first
    assert AuditEvent.objects.filter(kind="survey_settings.changed").count() == 1


def test_a_working_day_ends_after_it_begins(workspace):
    html = sign_in(Role.MANAGER).post(URL, {**FORM, "hours_from": "18"}).content.decode()
    assert "Must be later than the first hour." in html
    with pytest.raises(HoursOutOfOrder):
        update_settings(changes={"hours_from": 17}, at=NOON, by=None)
