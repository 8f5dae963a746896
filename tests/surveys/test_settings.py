"""How a workspace asks: defaults, changes, and who may change them."""

import pytest
from django.test import Client

from surveys import queries
from surveys.actions.settings import update_settings
from surveys.models import SurveySettings
from tests.builders import NOON, make_member
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

URL = "/settings/surveys/"
FORM = {
    "is_on": "on",
    "sender_name": "The Helpful People",
    "closure_delay_hours": "2",
    "quiet_days": "14",
    "nps_quiet_days": "0",
    "expiry_days": "30",
}


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(make_member(role).user)
    return client


def test_defaults_hold_until_somebody_changes_one(workspace):
    ours = queries.settings()
    assert (ours.is_on, ours.closure_delay_hours, ours.quiet_days, ours.nps_quiet_days) == (True, 24, 7, 90)
    assert ours.expiry_days == 14
    assert not SurveySettings.objects.exists()


def test_a_manager_changes_settings(workspace):
    client = sign_in(Role.MANAGER)
    assert 'name="closure_delay_hours" value="24"' in client.get(URL).content.decode()
    response = client.post(URL, FORM)
    assert (response.status_code, response.headers["Location"]) == (302, URL)
    ours = SurveySettings.objects.get()
    assert (ours.sender_name, ours.closure_delay_hours, ours.expiry_days) == ("The Helpful People", 2, 30)
    html = client.get(URL).content.decode()
    assert "Saved. Mails already planned go out as they were planned." in html
    assert 'value="The Helpful People"' in html
    assert AuditEvent.objects.get(kind="survey_settings.changed").detail == {
        "from": {
            "sender_name": "",
            "closure_delay_hours": 24,
            "quiet_days": 7,
            "nps_quiet_days": 90,
            "expiry_days": 14,
        },
        "to": {
            "sender_name": "The Helpful People",
            "closure_delay_hours": 2,
            "quiet_days": 14,
            "nps_quiet_days": 0,
            "expiry_days": 30,
        },
    }


@pytest.mark.parametrize(
    ("name", "value"), [("closure_delay_hours", "169"), ("quiet_days", "-1"), ("expiry_days", "0"), ("quiet_days", "x")]
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
